"""What many shoppers buy, those of late counting more, and newcomers no more than is usual."""

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
TRUSTED_DAYS = 90
"""Days for which a shopper has bought before what they buy counts whatever others do."""
USUAL = 3.0
"""Times that newcomers may count for a product of what they usually count beside the others."""
KIND = "popularity"


class Popularity:
    r"""A ``CollaborativeModel`` that says the same to everyone.

    .. math:: \mathrm{score}(p) = T_p + \min(N_p, u \rho (T_p + n_p)),
        \quad \rho = \sum_q N_q / \sum_q T_q

    Every shopper who bought ``p`` counts :math:`2^{-\mathrm{age} / h}`, once, however often they
    bought: ``age`` is the number of days from their last purchase of it to ``as_of``, ``h`` the
    half-life. ``T`` sums those who had been buying for ``TRUSTED_DAYS`` by then, ``N`` newcomers,
    of whom the latest counts ``n``. Newcomers count in full up to ``u`` times what they count in
    the whole shop beside the others: a product that newcomers alone crowd on may have planted
    them (such profiles come together; Mobasher, Burke, Bhaumik & Williams 2007). In a shop where
    everybody is new nothing is held back.

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
        cls,
        events: Iterable[Interaction],
        as_of: date,
        half_life: float = HALF_LIFE_DAYS,
        trusted: int = TRUSTED_DAYS,
    ) -> Popularity:
        """Learn from the events before ``as_of``; later ones are ignored."""
        last: dict[tuple[str, str], date] = {}
        first: dict[str, date] = {}
        for event in events:
            pair, day = (event.product_id, event.shopper_id), event.at.date()
            if day < as_of:
                last[pair] = max(day, last.get(pair, day))
                first[event.shopper_id] = min(day, first.get(event.shopper_id, day))
        found = ((p, day, (day - first[s]).days) for (p, s), day in last.items())
        return cls.of_last_days(found, as_of, half_life, trusted)

    @classmethod
    def of_last_days(
        cls,
        bought: Iterable[tuple[str, date, int]],
        as_of: date,
        half_life: float = HALF_LIFE_DAYS,
        trusted: int = TRUSTED_DAYS,
    ) -> Popularity:
        """Learn from (product, last day, days known), one for each shopper who bought it.

        Every day is before ``as_of``.
        """
        known: dict[str, list[float]] = defaultdict(list)
        new: dict[str, list[float]] = defaultdict(list)
        for product, day, days in bought:
            counted = known if days >= trusted else new
            counted[product].append(0.5 ** ((as_of - day).days / half_life))
        trusting = {p: fsum(known[p]) for p in known}
        coming = {p: fsum(new[p]) for p in new}
        usual = USUAL * fsum(coming.values()) / (fsum(trusting.values()) or 1.0)
        scores = dict(trusting)
        for product, worth in coming.items():
            others = trusting.get(product, 0.0)
            most = usual * (others + max(new[product])) if trusting else worth
            scores[product] = others + min(worth, most)
        return cls(scores)

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
