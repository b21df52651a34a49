"""Finding candidates: hard filters first, then every source, fused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from threading import Lock
from types import TracebackType

import numpy as np

from index.catalogue import Catalogue
from index.collaborative.repeat import Repeat
from index.config import IndexConfig
from index.coupons import Coupons
from index.database import Database
from index.demand import Demand, demand
from index.encoders.cross import open_reranker
from index.encoders.sentence import open_encoder
from index.fusion import reciprocal_rank_fusion
from index.interfaces import Encoder, LexicalIndex, Reranker, Vectors
from index.lexical import FtsIndex
from index.live import LiveStore, Version, version
from index.purchases import Purchases
from index.status import ANSWERED, Answered
from index.stores.guarded import CHROMA, EXACT, GuardedStore
from index.stores.vectorfile import read_vectors
from index.text import product_text
from index.types import Candidate, Filters, Hit, Interaction, Scored, Source

POOL = 200
"""Matches that dense and lexical search may each bring when there are words to match."""

SPARE = 50
"""Matches asked for beyond those where nothing is filtered, in place of what is held back."""

WITH_WORDS = {
    Source.DENSE: 1.0, Source.LEXICAL: 1.0, Source.SUGGESTED: 1.0, Source.REPEAT: 0.5,
    Source.POPULAR: 0.25,
}  # fmt: skip
"""Fusion weights where the request has words. Habit and popularity then only order what
matches: a shopper's bananas are no answer to "cheese"."""
WITHOUT_WORDS = {Source.REPEAT: 1.0, Source.POPULAR: 1.0}

Rankings = dict[Source, list[Scored]]


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search."""

    text: str = ""
    """Content words; empty asks for what the shopper or everyone buys."""
    filters: Filters = field(default_factory=Filters)
    history: Sequence[Interaction] = ()
    """The shopper's receipt lines; those of today or later are ignored."""
    as_of: date | None = None
    """Today; ``None`` is the shop's own."""
    k: int = 60
    """Candidates wanted."""
    also: str = ""
    """More words, searched beside the text in a ranking of their own; nothing without a text."""


@dataclass(frozen=True, slots=True)
class SearchStatus:
    """What answers searches."""

    store: str
    """"chroma" or "exact": who answers a search that nothing narrows."""
    chroma: str
    """What became of Chroma, in a few words."""
    answered: Mapping[str, int]
    """Store to its share of the last hundred queries, in queries."""
    vectors: int


class Search:
    """The ways to find a product. Built by :func:`open_search`."""

    def __init__(
        self,
        catalogue: Catalogue,
        purchases: Purchases,
        lexical: LexicalIndex,
        encoder: Encoder,
        store: GuardedStore,
        answered: Answered,
        config: IndexConfig,
        reranker: Reranker | None = None,
    ) -> None:
        self._shop = config.shop
        self._template, self._reranked = config.text_template, config.reranked
        self._reranker = reranker
        self._set_day = config.as_of
        self._followed = Version()
        self._following = Lock()
        self.catalogue = catalogue
        self.coupons = Coupons(catalogue.database)
        self.purchases = purchases
        self.store = store
        self.answered = answered
        self._lexical = lexical
        self._encoder = encoder
        self._repeat = Repeat()
        self.encode_query = lru_cache(maxsize=2048)(self._encode)
        """Text to unit vector; the same text is encoded once."""
        self.demand = lru_cache(maxsize=8)(self._demand)
        """What all shoppers bought before a day."""
        self._live = LiveStore(store)
        self.follow()

    @property
    def as_of(self) -> date:
        """The shop's today; what the shop knows is true before it."""
        return self._set_day or self.catalogue.last_day

    def follow(self) -> Version:
        """Take up what other processes changed in the shop; a few microseconds if nothing."""
        with self.catalogue.database.snapshot() as connection:
            now = version(connection)
            if now != self._followed:
                with self._following:
                    self._live.follow(connection, now.texts)
                    if now.purchases != self._followed.purchases:
                        self.demand.cache_clear()
                    self._followed = now
        return now

    def retrieve(self, request: SearchRequest) -> list[Candidate]:
        """Return at most ``request.k`` candidates, best fused score first, ties by id.

        Every candidate keeps all filters; what is sold out or above the shopper's age never
        is one. The same request on the same catalogue gives the same candidates, and one state
        of the catalogue gives all of them.
        """
        with self.catalogue.database.snapshot():
            self.follow()
            return self._retrieve(request)

    def _retrieve(self, request: SearchRequest) -> list[Candidate]:
        filters, today = request.filters, request.as_of or self.as_of
        rankings = None if filters.narrows else self._ask_all(request, today)
        if rankings is None:
            rankings = self._ask(request, today, self.catalogue.survivors(filters, today))
        if self._reranker and Source.DENSE in rankings:
            dense = rankings[Source.DENSE]
            rankings[Source.DENSE] = self._reordered(self._reranker, request.text.strip(), dense)
        return self._candidates(request, today, rankings)

    def similar(
        self, product_id: str, k: int, allowed: frozenset[str] | None = None
    ) -> list[Scored]:
        """The products most like one, itself left out; none where it has no vector."""
        vector = self._live.vector(product_id)
        if vector is None:
            return []
        found = self._live.exact(vector, k + 1, allowed)
        return [s for s in found if s.id != product_id][:k]

    def buyers(self, product_id: str) -> int:
        """How many different shoppers bought it before the shop's today."""
        return self.demand(self.as_of).buyers.get(product_id, 0)

    @property
    def status(self) -> SearchStatus:
        """What answers now, and what answered lately."""
        return SearchStatus(
            store=CHROMA if self.store.answers else EXACT,
            chroma=self.store.state,
            answered=self.answered.counts(),
            vectors=len(self._live),
        )

    def warm(self) -> None:
        """Load what the first search would wait for."""
        self.demand(self.as_of)
        self.encode_query("milk")

    def close(self) -> None:
        """Let go of the stores and the database."""
        self.answered.save()
        self.store.close()
        self.catalogue.close()

    def __enter__(self) -> Search:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _ask(self, request: SearchRequest, today: date, allowed: frozenset[str]) -> Rankings:
        """Ask every source for what is allowed."""
        found: Rankings = {}
        if text := request.text.strip():
            found = self._matching(text, request.also, allowed, POOL)
            allowed = _ids(found)
        return found | self._habitual(request, today, allowed)

    def _ask_all(self, request: SearchRequest, today: date) -> Rankings | None:
        """Ask with nothing to filter, and hold back what is sold out or above the age.

        ``None`` where more than ``SPARE`` had to be held back: others would be found instead.
        """
        text, age = request.text.strip(), request.filters.max_age_rule
        if not text:
            found = self._habitual(request, today, None)
            asked = _ids(found)
            return found if asked == self.catalogue.on_shelf(asked, age) else None
        found = self._matching(text, request.also, None, POOL + SPARE)
        shown = self.catalogue.on_shelf(_ids(found), age)
        for source, ranking in found.items():
            found[source] = [s for s in ranking if s.id in shown][:POOL]
            if len(found[source]) < POOL and len(ranking) == POOL + SPARE:
                return None
        return found | self._habitual(request, today, _ids(found))

    def _matching(self, text: str, also: str, allowed: frozenset[str] | None, k: int) -> Rankings:
        """What fits the words, by meaning and by the letter; and what fits the other words."""
        dense, lexical = self._both(text, allowed, k)
        found = {Source.DENSE: dense, Source.LEXICAL: lexical}
        if also.strip():
            rankings = [[s.id for s in ranking] for ranking in self._both(also, allowed, k)]
            found[Source.SUGGESTED] = reciprocal_rank_fusion(rankings)[:k]
        return found

    def _both(
        self, text: str, allowed: frozenset[str] | None, k: int
    ) -> tuple[list[Scored], list[Scored]]:
        dense, which = self._live.query(self.encode_query(text), k, allowed)
        self.answered.note(which)
        return dense, self._lexical.query(text, k, allowed)

    def _reordered(self, reranker: Reranker, text: str, found: list[Scored]) -> list[Scored]:
        """The first of a ranking in the reranker's order, ties as they stand; cosines stay."""
        first = found[: self._reranked]
        products = {p.id: p for p in self.catalogue.many(s.id for s in first)}
        first = [s for s in first if s.id in products]
        texts = [product_text(products[s.id], self._template) for s in first]
        order = np.argsort(-reranker.score(text, texts), kind="stable")
        return [first[n] for n in order.tolist()] + found[self._reranked :]

    def _habitual(
        self, request: SearchRequest, today: date, allowed: frozenset[str] | None
    ) -> Rankings:
        """What this shopper and what everyone buys."""
        depth = POOL if request.text.strip() else request.k
        asked = request.history, today, depth, allowed
        return {
            Source.REPEAT: self._repeat.recommend(*asked),
            Source.POPULAR: self.demand(today).popularity.recommend(*asked),
        }

    def _candidates(
        self, request: SearchRequest, today: date, rankings: Rankings
    ) -> list[Candidate]:
        weights = WITH_WORDS if Source.DENSE in rankings else WITHOUT_WORDS
        fused = reciprocal_rank_fusion(
            [[s.id for s in ranking] for ranking in rankings.values()],
            [weights[source] for source in rankings],
        )[: request.k]
        hits = _hits(rankings)
        ids = [s.id for s in fused]
        promotions = self.catalogue.promotions_for(ids, request.filters.store_id, today)
        products = {p.id: p for p in self.catalogue.many(ids)}
        return [
            Candidate(products[s.id], hits[s.id], s.score, promotions.get(s.id))
            for s in fused
            if s.id in products
        ]

    def _encode(self, text: str) -> Vectors:
        vector: Vectors = self._encoder.encode([text])[0]
        return vector

    def _demand(self, as_of: date) -> Demand:
        return demand(self.purchases, as_of, self._shop)


def _ids(rankings: Rankings) -> frozenset[str]:
    return frozenset(s.id for ranking in rankings.values() for s in ranking)


def _hits(rankings: Rankings) -> dict[str, Mapping[Source, Hit]]:
    found: dict[str, dict[Source, Hit]] = {}
    for source, ranking in rankings.items():
        for rank, scored in enumerate(ranking, start=1):
            found.setdefault(scored.id, {})[source] = Hit(rank, scored.score)
    return dict(found)


def open_search(
    config: IndexConfig,
    chroma: bool = True,
    encoder: Encoder | None = None,
    reranker: Reranker | None = None,
) -> Search:
    """Open one shop for searching.

    Parameters
    ----------
    config
        Names the shop and its encoder.
    chroma
        Whether Chroma is brought up beside the first searches; without it the exact store
        answers all of them.
    encoder, reranker
        Used instead of those that ``config`` names.

    Raises
    ------
    MissingIndex
        Where the catalogue has not been imported or the vectors have not been built.
    StaleIndex
        Where the vectors were made by another encoder or template.
    MissingModel
        Where the weights of the encoder, or of the reranker, are not there.
    """
    database = Database(config.database, readonly=True)
    catalogue = Catalogue(database)
    encoder = encoder or open_encoder(config)
    store = GuardedStore(
        read_vectors(config.vectors, encoder.fingerprint), config.vectors, config.exact_survivors
    )
    if chroma and config.chroma_url:
        store.start_server(config.chroma_url, config.catalogue)
    elif chroma:
        store.start(config.chroma)
    return Search(
        catalogue,
        Purchases(database),
        FtsIndex(database),
        encoder,
        store,
        Answered(config.shop / ANSWERED),
        config,
        reranker or open_reranker(config),
    )
