"""What one shopper's receipt lines say, counted here and nowhere else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from statistics import median

from index.types import Interaction, Money, Product


@dataclass(frozen=True, slots=True)
class Receipts:
    """Counts over a shopper's lines before a day; products by id, aisles by name."""

    baskets: Mapping[str, int]
    """Product id to the number of baskets with it."""
    days_between: Mapping[str, float]
    last: Mapping[str, date]
    category_lines: Mapping[str, int]
    category_baskets: Mapping[str, int]
    store_brand_lines: int
    store_brand_baskets: int
    lines: int
    pack_prices: Mapping[str, tuple[Money, ...]]
    """Category to sorted pack prices paid; the empty name is all of them."""
    first: Mapping[str, date] = field(default_factory=dict)
    category_last: Mapping[str, date] = field(default_factory=dict)
    label_known_lines: int = 0
    """Lines of products whose label, the shop's own or another, is known."""

    @classmethod
    def of(
        cls, history: Iterable[Interaction], products: Mapping[str, Product], before: date
    ) -> Receipts:
        """Count the lines strictly before a day."""
        lines = [e for e in history if e.at.date() < before and e.product_id in products]
        by_product: dict[str, list[Interaction]] = defaultdict(list)
        by_category: dict[str, list[Interaction]] = defaultdict(list)
        own: list[Interaction] = []
        prices: dict[str, list[Money]] = defaultdict(list)
        for event in lines:
            product = products[event.product_id]
            by_product[product.id].append(event)
            by_category[product.category].append(event)
            if product.store_brand:
                own.append(event)
            if event.paid and event.paid > 0 and event.quantity >= 1:
                for name in ("", product.category):
                    prices[name].append(round(event.paid / event.quantity))
        return cls(
            baskets={k: _baskets(v) for k, v in by_product.items()},
            days_between={k: d for k, v in by_product.items() if (d := _gap(v)) is not None},
            last={k: max(e.at for e in v).date() for k, v in by_product.items()},
            category_lines={k: len(v) for k, v in by_category.items()},
            category_baskets={k: _baskets(v) for k, v in by_category.items()},
            store_brand_lines=len(own),
            store_brand_baskets=_baskets(own),
            lines=len(lines),
            pack_prices={k: tuple(sorted(v)) for k, v in prices.items()},
            first={k: min(e.at for e in v).date() for k, v in by_product.items()},
            category_last={k: max(e.at for e in v).date() for k, v in by_category.items()},
            label_known_lines=sum(products[e.product_id].store_brand is not None for e in lines),
        )


def _baskets(events: Iterable[Interaction]) -> int:
    return len({e.basket_id or f"{e.at.date()}/{e.store_id}" for e in events})


def _gap(events: Sequence[Interaction]) -> float | None:
    days = sorted({e.at.date() for e in events})
    gaps = [(b - a).days for a, b in pairwise(days)]
    return median(gaps) if gaps else None


def near_quartile(value: float, paid: Sequence[Money], upper: bool | None = None) -> bool:
    """Whether a quarter of what was paid lies on one side of the value, by any convention.

    Parameters
    ----------
    value
        In minor units, give or take one.
    upper
        The upper quartile or the lower one; ``None`` takes either.
    """
    if not paid:
        return False
    n = len(paid)
    places = {True: (3 * n // 4,), False: (n // 4,), None: (n // 4, 3 * n // 4)}[upper]
    around = [paid[max(0, i - 1) : i + 2] for i in places]
    return any(min(w) - 1 <= value <= max(w) + 1 for w in around if w)
