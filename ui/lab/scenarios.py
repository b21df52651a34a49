"""Scenarios: who asks what, and what is expected; from a table, a CSV file, or real shoppers."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from assistant.wiring import Assistant
from index.errors import BadData, TellPerson
from ui.lab.expect import check_lines

COLUMNS = ("shopper", "message", "expect")
MOST = 500
LONGEST = 500
"""Characters of a message."""
REQUESTS = (
    "surprise me",
    "something for breakfast",
    "snacks under $4",
    "what goes on a burger",
    "store brand cheese",
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One request of one persona."""

    shopper: str | None
    """``None`` is a guest."""
    message: str
    expect: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Names whom and what; expectations may change without asking again."""
        text = f"{self.shopper or ''}\0{self.message}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def row(self) -> list[str]:
        return [self.shopper or "guest", self.message, "; ".join(self.expect)]


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a table, and what was left out of it."""

    scenarios: tuple[Scenario, ...]
    wrong: tuple[str, ...]
    """"row 3: …"; the first row under the heading is 2."""


def read_rows(rows: Iterable[Sequence[object]], first: int = 1) -> Read:
    """Read rows of ``COLUMNS``; a row that can't be read is left out and told."""
    good: dict[str, Scenario] = {}
    wrong: list[str] = []
    for number, row in enumerate(rows, start=first):
        cells = [str(cell if cell is not None else "").strip() for cell in row]
        if not any(cells):
            continue
        try:
            one = _scenario(cells)
            if one.key in good:
                raise BadData("it asks the same as a row above.")
            if len(good) == MOST:
                raise BadData(f"there are {MOST} already.")
            good[one.key] = one
        except TellPerson as error:
            wrong.append(f"row {number}: {error}")
    return Read(tuple(good.values()), tuple(wrong))


def read_csv(raw: bytes) -> Read:
    """Read a CSV file with a heading of ``COLUMNS``, in any order; ``expect`` may be missing.

    Raises
    ------
    BadData
        It is no such file at all.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadData("This is no text file in UTF-8.", _WANTED) from None
    if "\0" in text:
        raise BadData("This is no text file.", _WANTED)
    lines = csv.reader(io.StringIO(text))
    try:
        heading = [name.strip().casefold() for name in next(lines, [])]
        missing = [name for name in COLUMNS[:2] if name not in heading]
        if missing:
            raise BadData(f"The heading has no column {missing[0]!r}.", _WANTED)
        places = [heading.index(name) if name in heading else -1 for name in COLUMNS]
        rows = (_picked(line, places) for line in lines)
        return read_rows(rows, first=2)
    except csv.Error as error:
        raise BadData(f"The file breaks off: {error}.", _WANTED) from None


_WANTED = f"Save a CSV file in UTF-8 with the heading {','.join(COLUMNS)}."


def _picked(line: Sequence[str], places: Sequence[int]) -> list[str]:
    return [line[place] if 0 <= place < len(line) else "" for place in places]


def _scenario(cells: Sequence[str]) -> Scenario:
    shopper, message, expect = [*cells, "", "", ""][:3]
    if not message:
        raise BadData("it asks nothing.")
    if len(message) > LONGEST or len(shopper) > 128:
        raise BadData(f"it is longer than {LONGEST} characters.")
    lines = tuple(line.strip() for line in expect.split(";") if line.strip())
    check_lines(lines)
    return Scenario(None if shopper in ("", "guest") else shopper, message, lines)


def to_csv(scenarios: Iterable[Scenario]) -> str:
    """Write what ``read_csv`` reads."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(one.row for one in scenarios)
    return out.getvalue()


def from_shoppers(
    assistant: Assistant, count: int, requests: Sequence[str] = REQUESTS
) -> list[Scenario]:
    """Make scenarios of the shoppers with most purchases, each request of each; else a guest's."""
    cards = assistant.shoppers(-(-count // len(requests)))
    return list(islice(_crossed([card.id for card in cards] or [None], requests), count))


def _crossed(shoppers: Sequence[str | None], requests: Sequence[str]) -> Iterator[Scenario]:
    for shopper in shoppers:
        for request in requests:
            yield Scenario(shopper, request, ("grounded at least 1",))
