"""How much everyone bought of what, as it stood before each day."""

from __future__ import annotations

import numpy as np

from index.collaborative.histories import Floats, Histories, Ints

MICROSECONDS_A_DAY = 86_400_000_000


class Trend:
    r"""Purchases that fade with their age, asked for any day without looking past it.

    .. math:: \mathrm{trend}(p, d) = \sum_{e \in \mathrm{purchases}(p),\ d_e < d} 2^{-(d - d_e)/h}

    A day without purchases is legal, and so is one before or after all of them.
    """

    def __init__(self, first: int, by_day: Floats, half_life: float) -> None:
        self._first = first
        self._by_day = by_day
        """*Shape:* (days + 1, items); row n is what holds before day ``first + n``."""
        self._half_life = half_life

    @classmethod
    def fit(cls, train: Histories, half_life: float, a_day: int = MICROSECONDS_A_DAY) -> Trend:
        """Count the purchases of all shoppers; ``a_day`` is a day in units of ``moment``."""
        days = train.moment // a_day
        first = int(days.min()) if len(days) else 0
        span = int(days.max()) - first + 1 if len(days) else 0
        by_day = np.zeros((span + 1, len(train.items)), dtype=np.float32)
        np.add.at(by_day, (days - first + 1, train.column), np.float32(1))
        fade = np.float32(0.5 ** (1 / half_life))
        for day in range(1, span + 1):
            by_day[day] = (by_day[day] + by_day[day - 1]) * fade
        return cls(first, by_day, half_life)

    def before(self, days: Ints) -> Floats:
        """Return the trend before each of these days. *Shape:* (days, items)."""
        place = np.asarray(days) - self._first
        last = len(self._by_day) - 1
        later = np.maximum(place - last, 0)
        found: Floats = self._by_day[np.clip(place, 0, last)]
        return found * np.power(0.5, later / self._half_life, dtype=np.float32)[:, None]
