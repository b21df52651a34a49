"""What a scenario expects of its answer, in lines that a person writes.

``contains low fat``, ``never sale``, ``at most 20 words``, ``grounded at least 0.9``,
``model at least 0.5``, ``at least 3 picks``, ``picks under 5.00``, ``picks in Yogurt``,
``picks store brand``, ``picks never nuts``, ``as golden``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.errors import BadData
from ui.lab.cell import Cell


@dataclass(frozen=True, slots=True)
class Outcome:
    """One expectation, held against a cell."""

    line: str
    holds: bool
    because: str = ""
    """What was found instead."""


_Check = Callable[[Cell, re.Match[str], Cell | None], str]
"""Returns what is wrong; empty where it holds."""


def _contains(cell: Cell, m: re.Match[str], _: Cell | None) -> str:
    return "" if m[1].casefold() in cell.words.casefold() else "it is not said"


def _never(cell: Cell, m: re.Match[str], _: Cell | None) -> str:
    found = re.search(rf"\b{re.escape(m[1])}\b", cell.words, re.IGNORECASE)
    return f"{found[0]!r} is said" if found else ""


def _words(cell: Cell, m: re.Match[str], _: Cell | None) -> str:
    longest = max((len(s.text.split()) for s in cell.sentences), default=0)
    return f"one has {longest}" if longest > int(m[1]) else ""


def _grounded(cell: Cell, m: re.Match[str], _: Cell | None) -> str:
    return "" if cell.grounded >= float(m[1]) else f"{cell.grounded:.2f}; {'; '.join(cell.unknown)}"


def _model(cell: Cell, m: re.Match[str], _: Cell | None) -> str:
    return "" if cell.by_model >= float(m[1]) else f"{cell.by_model:.2f}"


def _picks(cell: Cell, m: re.Match[str], _: Cell | None) -> str:
    return "" if len(cell.picks) >= int(m[1]) else f"{len(cell.picks)} picks"


def _under(cell: Cell, m: re.Match[str], _: Cell | None) -> str:
    most = round(float(m[1]) * 100)
    return _those([p.title for p in cell.picks if p.price is None or p.price > most])


def _aisle(cell: Cell, m: re.Match[str], _: Cell | None) -> str:
    aisle = m[1].casefold()
    return _those([p.title for p in cell.picks if p.category.casefold() != aisle])


def _store_brand(cell: Cell, m: re.Match[str], _: Cell | None) -> str:
    return _those([p.title for p in cell.picks if not p.store_brand])


def _pick_never(cell: Cell, m: re.Match[str], _: Cell | None) -> str:
    return _those([p.title for p in cell.picks if m[1].casefold() in p.title.casefold()])


def _golden(cell: Cell, m: re.Match[str], golden: Cell | None) -> str:
    if golden is None:
        return "no cell of this scenario is golden"
    if [p.id for p in cell.picks] != [p.id for p in golden.picks]:
        return "other picks"
    return "" if cell.words == golden.words else "other words"


def _those(wrong: Sequence[str]) -> str:
    return f"not {', '.join(wrong)}" if wrong else ""


_KINDS: tuple[tuple[re.Pattern[str], _Check], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), check)
    for pattern, check in (
        (r"contains (.+)", _contains),
        (r"never (.+)", _never),
        (r"at most (\d{1,4}) words", _words),
        (r"grounded at least ([01](?:\.\d+)?)", _grounded),
        (r"model at least ([01](?:\.\d+)?)", _model),
        (r"at least (\d{1,2}) picks?", _picks),
        (r"picks under \$?(\d{1,6}(?:\.\d\d)?)", _under),
        (r"picks in (.+)", _aisle),
        (r"picks store brand", _store_brand),
        (r"picks never (.+)", _pick_never),
        (r"as golden", _golden),
    )
)
KINDS = (
    "contains …, never …, at most N words, grounded at least 0.9, model at least 0.5, "
    "at least N picks, picks under 5.00, picks in AISLE, picks store brand, picks never …, "
    "as golden"
)


def check_lines(lines: Sequence[str]) -> None:
    """Refuse what is no expectation.

    Raises
    ------
    BadData
        Names the line, and the kinds that there are.
    """
    for line in lines:
        if not any(pattern.fullmatch(line) for pattern, _ in _KINDS):
            raise BadData(f"{line!r} is no expectation.", f"There are: {KINDS}.")


def outcomes(lines: Sequence[str], cell: Cell, golden: Cell | None = None) -> list[Outcome]:
    """Hold checked lines against a cell."""
    found = []
    for line in lines:
        pattern, check = next((p, c) for p, c in _KINDS if p.fullmatch(line))
        match = pattern.fullmatch(line)
        wrong = check(cell, match, golden) if match else ""
        found.append(Outcome(line, not wrong, wrong))
    return found
