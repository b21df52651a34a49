"""The one shape in which a next-purchase benchmark meets a system."""

from __future__ import annotations

from typing import Protocol

from index.collaborative.histories import Floats, Histories


class Baseline(Protocol):
    """Learns from a lesson, then scores the whole catalogue for many shoppers at once.

    ``score`` gives ``-inf`` to what the system would not recommend at any place, among it
    every item that stands neither in the lesson nor in the shopper's own past: what nobody
    had bought before the cut may not be known of. The score of a case does not depend on the
    cases beside it.
    """

    @property
    def name(self) -> str:
        """As it stands in reports: "item-knn"."""

    @property
    def chosen(self) -> str:
        """After ``fit``: what was chosen on validation purchases, in a sentence, else ""."""

    def fit(self, train: Histories) -> None: ...

    def score(self, histories: Histories) -> Floats:
        """*Shape:* (shoppers, items). Only after ``fit``."""
