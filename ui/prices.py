"""What a pack cost over the last weeks, from the shop's receipts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from statistics import median
from typing import Protocol

from index.purchases import Purchases
from index.types import Interaction, Money

WEEKS = 12
FEWEST = 3
"""Shoppers of a week that is shown, so that it tells what nobody in particular paid."""
KEPT = 4096
"""Products of which the weeks are kept in memory."""


@dataclass(frozen=True, slots=True)
class Week:
    """One week of a product."""

    ago: int
    """Whole weeks before today; 0 is the seven days up to yesterday."""
    price: Money
    """Median over receipt lines of what was paid for a pack, after discounts."""


class Prices(Protocol):
    """What the page may ask about prices that were."""

    def weeks(self, product_id: str, today: date) -> Sequence[Week]:
        """The last ``WEEKS`` weeks of a product, oldest first; weeks that tell little left out."""


class ShopPrices:
    """``Prices`` of one shop."""

    def __init__(self, purchases: Purchases) -> None:
        self._purchases = purchases
        self._kept = lru_cache(KEPT)(self._read)

    def weeks(self, product_id: str, today: date) -> Sequence[Week]:
        return self._kept(product_id, today)

    def _read(self, product_id: str, today: date) -> tuple[Week, ...]:
        since = today - timedelta(weeks=WEEKS)
        return by_week(self._purchases.of_product(product_id, since, today), today)


def by_week(lines: Sequence[Interaction], today: date) -> tuple[Week, ...]:
    """Medians of the weeks in which enough shoppers bought, oldest first."""
    weeks: dict[int, list[Interaction]] = defaultdict(list)
    for line in lines:
        if line.paid is not None and line.quantity > 0:
            weeks[((today - line.at.date()).days - 1) // 7].append(line)
    return tuple(
        Week(ago, round(median(one.paid / one.quantity for one in bought if one.paid is not None)))
        for ago, bought in sorted(weeks.items(), reverse=True)
        if len({one.shopper_id for one in bought}) >= FEWEST
    )
