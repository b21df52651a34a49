"""What many shoppers buy, those of late counting more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import fsum
from pathlib import Path

import numpy as np

from index.collaborative.stored import read, write
from index.types import Interaction, Scored

HALF_LIFE_DAYS = 60.0
KIND = "popularity"


class Popularity:
    r"""A ``CollaborativeModel`` that says the same to everyone.

    .. math:: \mathrm{score}(p) = \sum_{s \in \mathrm{buyers}(p)} 2^{-\mathrm{age}(s, p) / h}

    where ``age`` is the number of days from shopper ``s``'s last purchase of ``p`` to ``as_of``
    and ``h`` the half-life. A shopper counts once, however often they bought.

    Parameters
    ----------
    scores
        Of every product that was bought.
    """

    def __init__(self, scores: Mapping[str, float]) -> None:
        self.scores = scores
        self._ranked = sorted(
            (Scored(p, s) for p, s in scores.items()), key=lambda s: (-s.score, s.id)
        )

    @classmethod
    def fit(
        cls, events: Iterable[Interaction], as_of: date, half_life: float = HALF_LIFE_DAYS
    ) -> Popularity:
        """Learn from the events before ``as_of``; later ones are ignored."""
        return cls.of_last_days(
            ((e.product_id, e.shopper_id, e.at.date()) for e in events), as_of, half_life
        )

    @classmethod
    def of_last_days(
        cls,
        bought: Iterable[tuple[str, str, date]],
        as_of: date,
        half_life: float = HALF_LIFE_DAYS,
    ) -> Popularity:
        """Learn from (product, shopper, day); the last day of a pair before ``as_of`` counts."""
        last: dict[tuple[str, str], date] = {}
        for product, shopper, day in bought:
            if day < as_of and last.get((product, shopper), date.min) < day:
                last[product, shopper] = day
        buyers: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for (product, _), day in last.items():
            buyers[product][(as_of - day).days] += 1
        return cls(
            {
                product: fsum(n * 0.5 ** (age / half_life) for age, n in sorted(ages.items()))
                for product, ages in buyers.items()
            }
        )

    def recommend(
        self,
        history: Sequence[Interaction],
        as_of: date,
        k: int,
        allowed: frozenset[str] | None = None,
    ) -> list[Scored]:
        if allowed is None:
            return self._ranked[:k]
        found = [Scored(id_, self.scores[id_]) for id_ in allowed if id_ in self.scores]
        return sorted(found, key=lambda s: (-s.score, s.id))[:k]

    def save(self, folder: Path) -> None:
        """Write the model; see ``index.collaborative.stored``."""
        items = sorted(self.scores)
        arrays = {"scores": np.array([self.scores[item] for item in items])}
        write(folder, KIND, {}, {"items": items}, arrays)

    @classmethod
    def load(cls, folder: Path) -> Popularity:
        """Read it back; ``BadData`` where there is no whole one."""
        found = read(folder, KIND)
        scores = found.arrays["scores"].tolist()
        return cls(dict(zip(found.names["items"], scores, strict=True)))
