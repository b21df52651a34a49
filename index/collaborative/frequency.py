"""GP-TopFreq: what you buy most, then what everyone does. Hard to beat on groceries."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.collaborative.histories import Floats, Histories
from index.collaborative.numbered import NumberedModel
from index.collaborative.stored import read, write
from index.collaborative.top import NEVER

KIND = "gp-topfreq"


class PersonalFrequency(NumberedModel):
    """A ``CollaborativeModel``: personal frequency, filled up by popularity (Li et al. 2023).

    Score: the shopper's own count plus the item's popularity as a fraction below 1, so that
    popularity orders equal counts and everything that the shopper never bought. (TOIS 41,
    "A next basket recommendation reality check".)
    """

    answers_strangers = True

    def __init__(self, items: Sequence[str], times: Floats) -> None:
        super().__init__(items)
        self.times = times
        """How often each item was bought, by anyone. *Shape:* (items,)."""
        self._fraction = times / (times.max(initial=0) + 1)

    @classmethod
    def fit(cls, train: Histories) -> PersonalFrequency:
        """Count; there are no settings."""
        times = np.bincount(train.column, minlength=len(train.items)).astype(np.float32)
        return cls(train.items, times)

    def _scores(self, histories: Histories) -> Floats:
        """Count; ``-inf`` where nobody bought it."""
        scores: Floats = histories.counts().toarray() + self._fraction
        return np.where(scores > 0, scores, NEVER)

    def save(self, folder: Path) -> None:
        """Write the model; see ``index.collaborative.stored``."""
        write(folder, KIND, {}, {"items": self.items}, {"times": self.times})

    @classmethod
    def load(cls, folder: Path) -> PersonalFrequency:
        """Read it back; ``BadData`` where there is no whole one."""
        found = read(folder, KIND)
        return cls(found.names["items"], found.arrays["times"])
