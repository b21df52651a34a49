"""Requests in words, each with the products of a shop that answer it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.conversation import ConversationState
from assistant.types import Intent, Profile
from assistant.understand import Gazetteer, Understander
from eval.phrasings import load
from index.errors import BadData
from index.types import Product

OCCASIONS = Path(__file__).resolve().parents[2] / "finetune" / "data" / "occasions.tsv"
"""Written for teaching: what is chosen on them was never held to those of ``eval/data``."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is searched, and what answers it."""

    id: str
    group: str
    """Wordings of one need share it."""
    text: str
    right: frozenset[str]
    """Product ids, at least one."""


def occasion_requests(products: Sequence[Product], path: Path = OCCASIONS) -> list[Request]:
    """Return the occasions that the shop has an aisle for: all of the aisles answers."""
    found = []
    for use, aisles in read_occasions(path):
        if right := frozenset(p.id for p in products if p.category in aisles):
            found.append(Request(use, use, use, right))
    return found


def message_requests(products: Sequence[Product], catalogue: str) -> list[Request]:
    """Return the development half of the phrasings, where they name a kind or an aisle.

    What is searched is what was heard; what was named answers it. ``products`` are the whole
    catalogue: its names are read.
    """
    reader = Understander(Gazetteer.from_products(products))
    guest = Profile(None, date.max)
    found = []
    for phrasing in load("dev", (catalogue,)):
        if phrasing.need.intent is not Intent.FIND or phrasing.shown:
            continue
        need = reader.read(phrasing.message, ConversationState(), guest)
        named = {*need.kinds, *need.categories}
        right = frozenset(p.id for p in products if named & {p.kind, p.category})
        if need.search_text and right:
            found.append(Request(phrasing.id, phrasing.group, need.search_text, right))
    return found


def read_occasions(path: Path) -> list[tuple[str, tuple[str, ...]]]:
    """Read occasions, a line each: what for, a tab, the aisles that help, best first."""
    return list(_lines(path))


def _lines(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("#"):
            continue
        use, tab, aisles = line.partition("\t")
        if not tab or not aisles:
            raise BadData(f"{path}, line {number} has no aisles.", "Put a tab before them.")
        yield use, tuple(aisles.split("; "))
