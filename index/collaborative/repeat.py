"""What this shopper buys regularly, and what of it is due again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import log2
from statistics import median

from index.types import Interaction, Scored


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often one shopper bought one product before a day."""

    count: int
    """Different days it was bought on."""
    every: float | None
    """Median days between two of them; ``None`` where it was bought once."""
    since: int
    """Days from the last purchase to the day asked about."""

    @property
    def timeliness(self) -> float:
        """Between 0 and 1: how well now fits the rhythm.

        Rises from 1/2 just after a purchase to 1 when the interval has passed, stays there
        for a second interval, and halves with every further two (perhaps it was given up).
        Without an interval to go by it is 1/4, halving every 90 days.

        >>> [Rhythm(5, 10.0, since).timeliness for since in (0, 5, 10, 20, 40)]
        [0.5, 0.75, 1.0, 1.0, 0.5]
        """
        if self.every is None:
            return float(0.25 * 0.5 ** (self.since / 90))
        passed = self.since / self.every
        if passed <= 1:
            return 0.5 + passed / 2
        return float(0.5 ** (max(0.0, passed - 2) / 2))

    @property
    def score(self) -> float:
        """``log2(1 + count) * timeliness``: ten times is not ten times as telling as once."""
        return log2(1 + self.count) * self.timeliness


def rhythms(history: Sequence[Interaction], as_of: date) -> dict[str, Rhythm]:
    """Read each product's rhythm from the purchases before ``as_of`` (later ones are ignored)."""
    days: dict[str, set[date]] = defaultdict(set)
    for event in history:
        day = event.at.date()
        if day < as_of:
            days[event.product_id].add(day)
    return {product: _rhythm(sorted(on), as_of) for product, on in days.items()}


def _rhythm(days: Sequence[date], as_of: date) -> Rhythm:
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    return Rhythm(len(days), median(gaps) if gaps else None, (as_of - days[-1]).days)


class Repeat:
    """A ``CollaborativeModel`` of one shopper's own habits; there is nothing to fit."""

    def recommend(
        self,
        history: Sequence[Interaction],
        as_of: date,
        k: int,
        allowed: frozenset[str] | None = None,
    ) -> list[Scored]:
        within = [e for e in history if allowed is None or e.product_id in allowed]
        found = [
            Scored(product, rhythm.score) for product, rhythm in rhythms(within, as_of).items()
        ]
        return sorted(found, key=lambda s: (-s.score, s.id))[:k]
