"""What is known of the products themselves, in the columns of the histories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.collaborative.histories import Floats, Ints
from index.types import Product


@dataclass(frozen=True, slots=True)
class Shelf:
    """Kinds, categories, labels and prices of the items; what is unknown says nothing."""

    kind: Ints
    """Number of the item's category and kind. *Shape:* (items,)."""
    kinds: int
    category: Ints
    """*Shape:* (items,)."""
    categories: int
    own_label: Floats
    """1 the shop's own, 0 another's, not a number where unknown. *Shape:* (items,)."""
    log_price: Floats
    """Natural logarithm of the shelf price; not a number where unknown. *Shape:* (items,)."""

    @classmethod
    def of(cls, items: Sequence[str], products: Mapping[str, Product]) -> Shelf:
        """Look every item up; one that is missing stands in a kind and category of its own."""
        found = [products.get(item) for item in items]
        kind, kinds = _numbered([(p.category, p.kind) if p else ("", "") for p in found])
        category, categories = _numbered([p.category if p else "" for p in found])
        labels = [np.nan if p is None or p.store_brand is None else p.store_brand for p in found]
        prices = [np.log(p.price) if p and p.price else np.nan for p in found]
        return cls(
            kind,
            kinds,
            category,
            categories,
            np.array(labels, dtype=np.float32),
            np.array(prices, dtype=np.float32),
        )


def _numbered(names: Sequence[object]) -> tuple[Ints, int]:
    number: dict[object, int] = {}
    codes = [number.setdefault(name, len(number)) for name in names]
    return np.array(codes, dtype=np.int64), len(number)
