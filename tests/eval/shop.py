"""A shop of six shoppers and eight items, small enough to work out by hand."""

from __future__ import annotations

from eval.datasets.files import Provenance
from eval.datasets.split import Split, last_visit_folds
from eval.protocol import Protocol
from index.collaborative.histories import Histories

ITEMS = ("apple", "bread", "cheese", "dates", "eggs", "flour", "ghost", "honey")
TITLES = {item: f"{item} of the shop" for item in ITEMS}
VISITS = {
    "ann": ["ab", "ab", "ac", "a"],
    "bob": ["ab", "c", "bd", "ab"],
    "cid": ["de", "d", "df", "dh"],
    "dee": ["ef", "e", "ed", "f"],
    "eve": ["ac", "bc", "c", "ac"],
    "fay": ["ab"],
}
"""A letter an item. Nobody buys the ghost here; the leakage test plants it in last visits."""


def histories(visits: dict[str, list[str]]) -> Histories:
    column_of = {item[0]: n for n, item in enumerate(ITEMS)}
    events = [
        (row, column_of[letter], moment)
        for row, baskets in enumerate(visits.values())
        for moment, basket in enumerate(baskets)
        for letter in basket
    ]
    row, column, moment = zip(*events, strict=True)
    return Histories.from_events(list(visits), ITEMS, row, column, moment)


def split(visits: dict[str, list[str]] | None = None, sha256: str = "0" * 64) -> Split:
    tuning, test = last_visit_folds(histories(visits or VISITS))
    terms = Protocol("small", "last visit", "all before it", len(ITEMS), limits=("made up",))
    return Split(tuning, test, terms, Provenance("small", "ours", sha256), TITLES)
