"""GP-TopFreq: what you buy most, then what everyone does. Hard to beat on groceries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from index.collaborative.histories import Floats, Histories
from index.collaborative.stored import read, write
from index.collaborative.top import NEVER, best_of_row
from index.types import Interaction, Scored

KIND = "gp-topfreq"


class PersonalFrequency:
    """A ``CollaborativeModel``: personal frequency, filled up by popularity (Li et al. 2023).

    Score: the shopper's own count plus the item's popularity as a fraction below 1, so that
    popularity orders equal counts and everything that the shopper never bought. (TOIS 41,
    "A next basket recommendation reality check".)
    """

    def __init__(self, items: Sequence[str], times: Floats) -> None:
        self.items = tuple(items)
        self.times = times
        """How often each item was bought, by anyone. *Shape:* (items,)."""
        self._fraction = times / (times.max(initial=0) + 1)
        self._column_of = {item: n for n, item in enumerate(self.items)}

    @classmethod
    def fit(cls, train: Histories) -> PersonalFrequency:
        """Count; there are no settings."""
        times = np.bincount(train.column, minlength=len(train.items)).astype(np.float32)
        return cls(train.items, times)

    def score_matrix(self, histories: Histories) -> Floats:
        """Score every item for every shopper, ``-inf`` where nobody bought it.

        *Shape:* (shoppers, items). Raises ``ValueError`` where the columns are not the
        model's own.
        """
        if histories.items != self.items:
            raise ValueError("these histories number their items otherwise than the model")
        scores: Floats = histories.counts().toarray() + self._fraction
        return np.where(scores > 0, scores, NEVER)

    def recommend(
        self,
        history: Sequence[Interaction],
        as_of: date,
        k: int,
        allowed: frozenset[str] | None = None,
    ) -> list[Scored]:
        """Follow ``CollaborativeModel``; an empty history gets what everyone buys."""
        past = Histories.from_interactions(history, self._column_of, self.items, as_of)
        if not past.shoppers:
            past = Histories.from_events(["nobody"], self.items, [], [], [])
        return best_of_row(self.score_matrix(past)[0], self.items, self._column_of, k, allowed)

    def save(self, folder: Path) -> None:
        """Write the model; see ``index.collaborative.stored``."""
        write(folder, KIND, {}, {"items": self.items}, {"times": self.times})

    @classmethod
    def load(cls, folder: Path) -> PersonalFrequency:
        """Read it back; ``BadData`` where there is no whole one."""
        found = read(folder, KIND)
        return cls(found.names["items"], found.arrays["times"])
