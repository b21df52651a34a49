"""What words of a query mean in titles, learned from queries whose answers are known."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from math import log

DOUBT = 2.0
"""Queries added to a word's own before a share is believed."""
LEAST_LIFT = 0.5
HIGHEST_LIFT = 6.0


class Translation:
    """Query word to title words that stand in relevant titles oftener than elsewhere.

    The weight of a title word is the share of the query word's relevant titles that have it,
    times the logarithm of how many times the share of all titles that is (the first term of
    the mutual information; a plain form of Berger & Lafferty's translation model, SIGIR 1999).
    """

    def __init__(self, weights: dict[str, dict[str, float]]) -> None:
        self.weights = weights

    @classmethod
    def fit(
        cls,
        examples: Iterable[tuple[Sequence[str], Sequence[Sequence[str]]]],
        share_of_all: dict[str, float],
    ) -> Translation:
        """Learn from (the words of a query, the words of each of its relevant titles)."""
        together: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        queries: Counter[str] = Counter()
        for said, titles in examples:
            queries.update(set(said))
            for title in titles:
                for word in set(said):
                    for other in set(title):
                        together[word][other] += 1 / len(titles)
        found: dict[str, dict[str, float]] = {}
        for word, others in together.items():
            for other, times in others.items():
                share = times / (queries[word] + DOUBT)
                lift = log(share / share_of_all[other])
                if other != word and lift > LEAST_LIFT:
                    found.setdefault(word, {})[other] = share * min(lift, HIGHEST_LIFT)
        return cls(found)

    def of(self, words: Iterable[str]) -> dict[str, float]:
        """Return the title words that a query means beyond its own, with their weights."""
        total: dict[str, float] = defaultdict(float)
        for word in words:
            for other, weight in self.weights.get(word, {}).items():
                total[other] += weight
        return dict(total)
