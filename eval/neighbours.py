"""EASE over the shop's purchases: how far apart do the lists of a plain recommender lie?"""

from __future__ import annotations

from typing import Self

from index.collaborative.ease import Ease, EaseConfig
from index.collaborative.histories import Histories
from index.search import Search


class EaseLists:
    """Lists of a linear model that learned from everybody's purchases before the day."""

    def __init__(self, model: Ease) -> None:
        self._model = model

    @classmethod
    def fit(cls, search: Search, config: EaseConfig | None = None) -> Self:
        """Learn from the shop; half a minute for nine thousand products."""
        items = sorted(search.catalogue.ids())
        column_of = {item: number for number, item in enumerate(items)}
        lines = list(search.purchases.all(search.as_of))
        return cls(
            Ease.fit(Histories.from_interactions(lines, column_of, items, search.as_of), config)
        )

    @property
    def ridge(self) -> float:
        return self._model.config.ridge

    def top(self, search: Search, shopper: str, k: int) -> tuple[str, ...]:
        """Return the first ``k`` products for a shopper."""
        history = search.purchases.history(shopper, search.as_of)
        return tuple(s.id for s in self._model.recommend(history, search.as_of, k))
