"""A bag-of-words classifier: multinomial naive Bayes, smoothed."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Self

SMOOTHING = 0.5
"""Added to every count; one would drown the few words of a short turn."""


class NaiveBayes:
    """Counts tokens by label (McCallum and Nigam 1998, the multinomial event model)."""

    def __init__(self) -> None:
        self._labels: Counter[str] = Counter()
        self._tokens: dict[str, Counter[str]] = defaultdict(Counter)
        self._vocabulary: set[str] = set()

    @classmethod
    def fit(cls, texts: Sequence[Sequence[str]], labels: Sequence[str]) -> Self:
        """Learn from the tokens and the label of each text."""
        model = cls()
        for tokens, label in zip(texts, labels, strict=True):
            model._labels[label] += 1
            model._tokens[label].update(tokens)
            model._vocabulary.update(tokens)
        return model

    def predict(self, tokens: Sequence[str]) -> str:
        """Return the likeliest label; of a tie the first by name."""
        known = [token for token in tokens if token in self._vocabulary]
        return max(sorted(self._labels), key=lambda label: self._log_odds(label, known))

    def _log_odds(self, label: str, tokens: Sequence[str]) -> float:
        seen = self._tokens[label]
        total = seen.total() + SMOOTHING * len(self._vocabulary)
        words = sum(math.log((seen[token] + SMOOTHING) / total) for token in tokens)
        return math.log(self._labels[label]) + words
