"""The shop that is harmed: small, but imported, embedded and served by the real code."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from index.config import IndexConfig
from index.interfaces import Vectors
from index.search import Search, SearchRequest
from index.sources.base import ImportReport
from index.sources.outdoor import OutdoorSource
from index.text import words
from index.types import Coupon, Filters, Interaction, Product, Promotion

COPIES = 4
"""Of every outdoor product, titles made distinct: above a thousand, where Chroma begins to write
its graph to files."""
GONE_EVERY, NEW_EVERY = 10, 3
"""Products of the first state that the second has not, and those whose text it changes."""
SECONDS_A_TEXT = 0.0008
"""The encoder waits so long, so that embedding takes a share of a build as with a real one."""
QUERIES = (
    ("warm jacket", Filters()),
    ("tent for two in the rain", Filters()),
    ("light cooking pot", Filters(max_price=6000)),
    ("boots", Filters(min_price=5000)),
    ("head lamp batteries", Filters()),
    ("", Filters()),
)


class DrillSource:
    """A ``CatalogueSource`` in two states: before (0) and after (1) a day of changes."""

    name = "drill"
    licence_note = "Fictional, from the outdoor shop."

    def __init__(self, state: int) -> None:
        self._state = state
        self._outdoor = OutdoorSource()
        self.report = ImportReport(self.name)

    def products(self) -> Iterator[Product]:
        for row, product in enumerate(self._every()):
            if self._state and row % GONE_EVERY == 0:
                continue
            if self._state and row % NEW_EVERY == 0:
                title = f"{product.title}, new this week"
                product = replace(product, title=title, price=(product.price or 0) + 100)
            yield product

    def promotions(self) -> Iterator[Promotion]:
        known = {product.id for product in self.products()}
        for promotion in self._outdoor.promotions():
            moved = replace(promotion, product_id=f"{promotion.product_id}-1")
            if moved.product_id in known:
                yield moved

    def coupons(self) -> Iterator[Coupon]:
        known = {product.id for product in self.products()}
        for coupon in self._outdoor.coupons():
            moved = known & {f"{product_id}-1" for product_id in coupon.product_ids}
            if moved:
                yield replace(coupon, product_ids=frozenset(moved))

    def events(self) -> Iterator[Interaction]:
        known = {product.id for product in self.products()}
        for event in self._outdoor.events():
            moved = replace(event, product_id=f"{event.product_id}-1")
            if moved.product_id in known:
                yield moved

    def _every(self) -> Iterator[Product]:
        for copy in range(1, COPIES + 1):
            for product in self._outdoor.products():
                title = f"{product.title} no. {copy}"
                yield replace(product, id=f"{product.id}-{copy}", title=title)


class ProjectionEncoder:
    """A random direction for every word: an ``Encoder`` by random projection, without weights.

    Texts that share words are near (Johnson and Lindenstrauss, 1984).
    """

    dimension = 64
    fingerprint = hashlib.sha256(b"drill projection 64").hexdigest()

    def __init__(self, seconds_a_text: float = 0.0) -> None:
        self._seconds = seconds_a_text
        self._word = lru_cache(maxsize=None)(_direction)

    def encode(self, texts: Sequence[str]) -> Vectors:
        time.sleep(self._seconds * len(texts))
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in words(text.casefold()):
                rows[row] += self._word(word)
        length = np.linalg.norm(rows, axis=1, keepdims=True)
        unit: Vectors = (rows / np.where(length == 0, 1, length)).astype(np.float32)
        return unit


def _direction(word: str) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    drawn = np.random.default_rng(seed).normal(size=ProjectionEncoder.dimension)
    return drawn.astype(np.float32)


def drill_config(home: Path) -> IndexConfig:
    """The settings of the shop under one home."""
    return IndexConfig(home=home, catalogue=DrillSource.name, offline=True)


def answers(search: Search) -> list[str]:
    """For each of the fixed queries, a hash of the ids, prices and scores that it brings."""
    said = []
    for text, filters in QUERIES:
        found = search.retrieve(SearchRequest(text, filters, k=10))
        rows = [(c.product.id, c.price_today, round(c.fused, 9)) for c in found]
        said.append(hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16])
    return said
