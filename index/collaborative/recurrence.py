"""How often, how lately and how regularly shoppers bought something, for many at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from index.collaborative.histories import Floats, Histories, Ints

LONG_AGO = 9999.0
"""Days and visits since a purchase that never was."""
VISIT_DECAY = 0.9


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Every shopper's purchases of every group of products, as of when the shopper is asked.

    *Shape* of each: (shoppers, groups), float32.
    """

    lines: Floats
    """Purchases."""
    days: Floats
    """Different days with one."""
    fading_14: Floats
    """Purchases, each halved with every 14 days of its age."""
    fading_60: Floats
    by_visit: Floats
    """Purchases, each times ``VISIT_DECAY`` for every visit made since."""
    since: Floats
    """Days since the latest."""
    visits_since: Floats
    every: Floats
    """Mean days between two days with one; not a number where there was one or none."""
    due: Floats
    """``since / every``: 1 when the time has come."""

    @classmethod
    def of(cls, past: Histories, group: Ints, groups: int, a_day: int) -> Recurrence:
        """Aggregate by group of products. *Shape of group:* (items,), numbers below ``groups``.

        ``a_day`` is a day in units of the histories' moments.
        """
        shape = (len(past.shoppers), groups)
        size = shape[0] * groups
        key = past.row * groups + group[past.column]
        day = past.moment // a_day
        age = ((past.asked // a_day)[past.row] - day).astype(np.float32)

        def summed(weights: Floats | None = None) -> Floats:
            return np.bincount(key, weights, size).astype(np.float32).reshape(shape)

        def least(values: Floats, start: float = LONG_AGO) -> Floats:
            found = np.full(size, start, dtype=np.float32)
            np.minimum.at(found, key, values)
            return found.reshape(shape)

        days = _different_days(key, day, size).reshape(shape)
        since, oldest = least(age), -least(-age, 0.0)
        every = np.full(shape, np.nan, dtype=np.float32)
        np.divide(oldest - since, days - 1, out=every, where=days > 1)
        return cls(
            summed(),
            days,
            summed(np.power(0.5, age / 14)),
            summed(np.power(0.5, age / 60)),
            summed(np.power(VISIT_DECAY, past.step.astype(np.float32))),
            since,
            least(past.step.astype(np.float32)),
            every,
            since / every,
        )


def _different_days(key: Ints, day: Ints, size: int) -> Floats:
    """Return how many different days each key has. Events lie in time order within a key."""
    order = np.lexsort((day, key))
    key, day = key[order], day[order]
    new = np.ones(len(key), dtype=bool)
    new[1:] = (key[1:] != key[:-1]) | (day[1:] != day[:-1])
    return np.bincount(key[new], minlength=size).astype(np.float32)
