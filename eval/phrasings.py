"""Hand-written shopper messages with the need that is right for each.

How they were written, and the rule about the test half, stand in ``eval/data/README.md``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.types import Intent, Sort
from index.errors import BadData
from index.types import Money

DATA = Path(__file__).with_name("data")
CATALOGUES = ("journey", "outdoor")
Half = Literal["dev", "test"]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class RightNeed(_Row):
    """What a message states. Fields are those of ``assistant.types.Need``, with its defaults."""

    what: str = ""
    """The kind of thing asked for and its wishes, in plain words; compared by words, softly."""
    intent: Intent = Intent.FIND
    min_price: Money | None = Field(default=None, gt=0)
    max_price: Money | None = Field(default=None, gt=0)
    """Cents, inclusive: "under $5" is 500."""
    count: int = Field(default=3, ge=1, le=10)
    packs: int | None = Field(default=None, ge=1)
    store_brand: bool | None = None
    brands: tuple[str, ...] = ()
    not_brands: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    """Compared without regard to case, order and plural."""
    attributes: tuple[tuple[str, str], ...] = ()
    promoted: bool = False
    sort: Sort | None = None
    about: tuple[str, ...] = ()
    not_ids: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _limits_in_order(self) -> Self:
        if self.min_price and self.max_price and self.min_price > self.max_price:
            raise ValueError(f"min_price {self.min_price} is above max_price {self.max_price}")
        return self


class Shown(_Row):
    """A product that the conversation showed just before the message, in order."""

    id: str = Field(min_length=1)
    title: str = Field(min_length=1)
    price: Money = Field(gt=0)


class Phrasing(_Row):
    """One message with its right need."""

    id: str = Field(min_length=1)
    group: str = Field(min_length=1)
    """Paraphrases of one need share it."""
    message: str = Field(min_length=1)
    need: RightNeed
    shown: tuple[Shown, ...] = ()

    @property
    def half(self) -> Half:
        """The half of the set that the phrasing's group falls into."""
        return half(self.group)

    @model_validator(mode="after")
    def _points_at_shown(self) -> Self:
        strangers = {*self.need.about, *self.need.not_ids} - {s.id for s in self.shown}
        if strangers:
            raise ValueError(f"the need points at {sorted(strangers)}, which was not shown")
        return self


def half(group: str) -> Half:
    """Return the half of a group: the parity of the first byte of the SHA-256 of its id.

    >>> half("journey-hello"), half("journey-thanks")
    ('dev', 'test')
    """
    return "test" if hashlib.sha256(group.encode()).digest()[0] % 2 else "dev"


def read(path: Path) -> list[Phrasing]:
    """Read one JSONL file, in its order.

    Raises
    ------
    BadData
        With file, line and reason: a line that is no valid phrasing, an id that is there
        twice, or a group whose wordings don't have one and the same need.
    """
    found: dict[str, Phrasing] = {}
    needs: dict[str, RightNeed] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            phrasing = Phrasing.model_validate_json(line)
        except ValidationError as error:
            raise _bad(path, number, str(error)) from error
        if phrasing.id in found:
            raise _bad(path, number, f"the id {phrasing.id!r} is there twice")
        if needs.setdefault(phrasing.group, phrasing.need) != phrasing.need:
            raise _bad(path, number, f"the need differs within the group {phrasing.group!r}")
        found[phrasing.id] = phrasing
    return list(found.values())


def load(
    which: Half, catalogues: Sequence[str] = CATALOGUES, folder: Path = DATA
) -> list[Phrasing]:
    """Return one half of the phrasings of some catalogues, in the order of their files."""
    rows = (row for name in catalogues for row in read(folder / f"phrasings_{name}.jsonl"))
    return [row for row in rows if row.half == which]


def _bad(path: Path, line: int, reason: str) -> BadData:
    return BadData(f"{path.name}, line {line}: {reason}.", "Correct the line and run again.")
