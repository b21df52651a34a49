"""Whoever answers a simulated shopper: the assistant, and floors that it has to clear."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import Protocol

from assistant.session import Session
from assistant.wiring import Assistant
from index.search import Search, SearchRequest
from index.text import stem_words
from index.types import Candidate, Source

SHOWN = 3
"""Cards a turn."""


class Talker(Protocol):
    """One conversation's other side."""

    def answer(self, message: str) -> list[Candidate]:
        """Cards for a message, best first."""


class Ours:
    """The assistant, as it serves."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def answer(self, message: str) -> list[Candidate]:
        return [pick.candidate for pick in self._session.ask(message).picks]


Order = Callable[[str], list[str]]


class Floor:
    """A system that orders the catalogue by what was said so far and never shows a card twice.

    The words of all turns count together, since nothing else would remember the first.
    """

    def __init__(self, search: Search, order: Order) -> None:
        self._search, self._order = search, order
        self._said: list[str] = []
        self._shown: set[str] = set()

    def answer(self, message: str) -> list[Candidate]:
        self._said.append(message)
        order = [i for i in self._order(" ".join(self._said)) if i not in self._shown][:SHOWN]
        self._shown.update(order)
        return [Candidate(p, {}, 0.0) for p in self._search.catalogue.many(order)]


DEPTH = 60
"""Products that a floor orders: enough for every turn."""
WIDE = 400
"""Candidates of a search, so that no source's best are cut."""


class Floors:
    """Builds the floors of one shop."""

    def __init__(self, assistant: Assistant, seed: int) -> None:
        self._search, self._seed = assistant.search, seed
        catalogue = assistant.search.catalogue
        self._ids = catalogue.ids()
        demand = assistant.search.demand(assistant.search.as_of).buyers
        self._popular = sorted(self._ids, key=lambda i: (-demand.get(i, 0), i))[:DEPTH]
        self._aisles = {name: frozenset(stem_words(name)) for name in catalogue.categories()}

    def random(self, shopper: str) -> Talker:
        order = Random(f"{self._seed}/{shopper}").sample(self._ids, min(DEPTH, len(self._ids)))
        return Floor(self._search, lambda _: order)

    def popularity(self, shopper: str) -> Talker:
        return Floor(self._search, lambda _: self._popular)

    def bm25(self, shopper: str) -> Talker:
        return Floor(self._search, lambda said: self._by(Source.LEXICAL, said))

    def dense(self, shopper: str) -> Talker:
        return Floor(self._search, lambda said: self._by(Source.DENSE, said))

    def frequency(self, shopper: str) -> Talker:
        """What the shopper bought most, from the aisles that the words name; else of all."""
        history = self._search.purchases.history(shopper, self._search.as_of)
        counts = Counter(event.product_id for event in history)
        bought = {p.id: p for p in self._search.catalogue.many(counts)}
        order = sorted(bought, key=lambda i: (-counts[i], i))

        def within(said: str) -> list[str]:
            named = self._named(said)
            return [i for i in order if not named or bought[i].category in named]

        return Floor(self._search, within)

    def _by(self, source: Source, said: str) -> list[str]:
        """One source's own order, as the assistant's search has it."""
        found = self._search.retrieve(SearchRequest(text=said, k=WIDE))
        ranked = [(c.hits[source].rank, c.product.id) for c in found if source in c.hits]
        return [id_ for _, id_ in sorted(ranked)]

    def _named(self, said: str) -> frozenset[str]:
        """Aisles that share the most words with what was said, if any."""
        words = set(stem_words(said))
        shared = {name: len(words & stems) for name, stems in self._aisles.items()}
        most = max(shared.values(), default=0)
        return frozenset(name for name, n in shared.items() if most and n == most)


FLOORS: Sequence[str] = ("random", "popularity", "bm25", "dense", "frequency")
"""Names of the methods of ``Floors``, in the order of the tables."""
