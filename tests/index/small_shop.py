"""Six products, five shoppers and an encoder that knows words apart: enough to search in."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

from index.catalogue import Catalogue
from index.config import IndexConfig
from index.interfaces import Vectors
from index.purchases import Purchases
from index.types import Interaction, Product

TODAY = date(2017, 12, 31)
PRODUCTS = [
    Product("milk", "Whole milk", "Milk", kind="Fluid milk", price=249),
    Product("oat", "Oat milk", "Milk", kind="Plant milk", price=399),
    Product("gone", "Goat milk", "Milk", kind="Fluid milk", price=499, stock=0),
    Product("beer", "Milk stout beer", "Beer", price=899, min_age=21),
    Product("bread", "Wheat bread", "Bread", price=199),
    Product("nameless", "Rye bread", "Bread"),
]


class WordEncoder:
    """A direction for every word, so that texts that share words are near."""

    dimension = 32

    def __init__(self, fingerprint: str = "a" * 64) -> None:
        self.fingerprint = fingerprint
        self.calls = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.calls += 1
        rows = np.stack([sum(map(self._word, t.casefold().split())) for t in texts])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    def _word(self, word: str) -> Vectors:
        seed = int(hashlib.sha256(word.strip(".").encode()).hexdigest()[:8], 16)
        return np.random.default_rng(seed).normal(size=self.dimension).astype(np.float32)


def bought(shopper: str, product: str, *days_ago: int) -> list[Interaction]:
    noon = datetime(2017, 12, 31, 12)
    key = f"{shopper}{product}".encode()
    first = int(hashlib.sha256(key).hexdigest()[:6], 16) * 100
    return [
        Interaction(first + i, shopper, product, noon - timedelta(days=ago))
        for i, ago in enumerate(days_ago)
    ]


EVENTS = [
    *bought("s1", "oat", 21, 14, 7),
    *bought("s1", "bread", 2),
    *bought("s2", "milk", 3),
    *bought("s3", "milk", 4),
    *bought("s4", "nameless", 0),
]


def make_shop(home: Path) -> IndexConfig:
    """Fill a new shop under ``home``; it has no index yet."""
    config = IndexConfig(home=home, catalogue="small", offline=True)
    catalogue = Catalogue.open(config, readonly=False)
    catalogue.upsert(PRODUCTS)
    catalogue.note("as_of", TODAY.isoformat())
    catalogue.close()
    purchases = Purchases.open(config, readonly=False)
    purchases.add(EVENTS)
    purchases.close()
    return config
