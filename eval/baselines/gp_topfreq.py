"""GP-TopFreq: what you buy most, then what everyone does. Hard to beat on groceries."""

from __future__ import annotations

import numpy as np

from eval.baselines.popularity import times_bought
from index.collaborative.histories import Floats, Histories
from index.collaborative.top import NEVER


class GpTopFreq:
    """A ``Baseline``: personal frequency, filled up by popularity (Li et al., TOIS 2023).

    Score: the shopper's own count plus the item's popularity as a fraction below 1, so that
    popularity orders equal counts and everything that the shopper never bought.
    """

    name = "gp-topfreq"
    chosen = ""

    def fit(self, train: Histories) -> None:
        times = times_bought(train)
        self._fraction = times / (times.max(initial=0) + 1)

    def score(self, histories: Histories) -> Floats:
        scores: Floats = histories.counts().toarray() + self._fraction
        return np.where(scores > 0, scores, NEVER)
