"""What all models have in common that score every item of a numbered list."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from index.collaborative.histories import Floats, Histories
from index.collaborative.top import best_of_row
from index.types import Interaction, Scored


class NumberedModel(ABC):
    """A ``CollaborativeModel``, but for what it learns and how it scores."""

    answers_strangers: ClassVar[bool] = False
    """Whether an empty history is given something."""

    def __init__(self, items: Sequence[str]) -> None:
        self.items = tuple(items)
        self._column_of = {item: n for n, item in enumerate(self.items)}

    @abstractmethod
    def _scores(self, histories: Histories) -> Floats:
        """Score every item for every shopper; the columns are the model's own."""

    def score_matrix(self, histories: Histories) -> Floats:
        """Score every item for every shopper, ``-inf`` for items that the model can't speak for.

        *Shape:* (shoppers, items). Raises ``ValueError`` where the columns are not the
        model's own.
        """
        if histories.items != self.items:
            raise ValueError("these histories number their items otherwise than the model")
        return self._scores(histories)

    def recommend(
        self,
        history: Sequence[Interaction],
        as_of: date,
        k: int,
        allowed: frozenset[str] | None = None,
    ) -> list[Scored]:
        """Follow ``CollaborativeModel``; events from ``as_of`` on are not looked at."""
        past = Histories.from_interactions(history, self._column_of, self.items, as_of)
        if not past.shoppers and self.answers_strangers:
            past = Histories.from_events(["nobody"], self.items, [], [], [])
        if not past.shoppers:
            return []
        return best_of_row(self._scores(past)[0], self.items, self._column_of, k, allowed)
