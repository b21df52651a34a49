"""Popularity: the same list for everyone, most bought first."""

from __future__ import annotations

import numpy as np

from index.collaborative.histories import Floats, Histories
from index.collaborative.top import NEVER


def times_bought(train: Histories) -> Floats:
    """Return how often each item was bought, by anyone. *Shape:* (items,)."""
    return np.bincount(train.column, minlength=len(train.items)).astype(np.float32)


class Popularity:
    """A ``Baseline``: G-TopFreq in the words of Li et al. (TOIS 2023)."""

    name = "popularity"
    chosen = ""

    def fit(self, train: Histories) -> None:
        times = times_bought(train)
        self._scores = np.where(times > 0, times, NEVER)

    def score(self, histories: Histories) -> Floats:
        return np.tile(self._scores, (len(histories.shoppers), 1))
