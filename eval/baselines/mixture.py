"""Ours where there is only a past: the shares that several sources give, mixed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eval.baselines.interface import Baseline
from eval.baselines.tuned import BATCH, K, sample
from eval.datasets.split import Fold, Questions
from eval.metrics.ndcg import ndcg
from eval.ranking import Table, rank
from index.collaborative.histories import Floats, Histories
from index.collaborative.top import NEVER, top_columns

DEPTH = 300
"""Items of a source that share in a shopper's mixture."""
STEPS = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0)
"""What a source may weigh beside the others, the first of which weighs 1."""
ROUNDS = 2


class Mixture:
    """A ``Baseline``, though ours: ``Σ weight × share``, weights by validation NDCG@10.

    A source's scores become shares of what its ``DEPTH`` best have above nothing, so that
    scales do not meet. The weights are climbed to one at a time, in ``ROUNDS`` rounds, with
    the sources learned from the tuning fold's lesson; then all learn from the whole lesson.

    Parameters
    ----------
    sources
        The strongest first. They may stand in the tables themselves: when the mixture is
        fitted, so are they, on the same lesson.
    """

    name = "shelftalk"

    def __init__(self, sources: Sequence[Baseline], tuning: Fold, table: Table) -> None:
        self._sources = sources
        self._tuning, self._table = tuning, table
        self.chosen = ""
        """The weights; said in the report."""

    def fit(self, train: Histories) -> None:
        questions = sample(self._tuning.questions)
        shares = []
        for source in self._sources:
            source.fit(self._tuning.train)
            shares.append(_in_batches(source, questions))
        self._weights, value = _climbed(shares, questions, self._table)
        for source, weight in zip(self._sources, self._weights, strict=True):
            if weight:
                source.fit(train)
        said = ", ".join(
            f"{source.name} {weight:g}"
            for source, weight in zip(self._sources, self._weights, strict=True)
        )
        self.chosen = f"shelftalk: {said}, by validation NDCG@{K} ({value:.4f})"

    def score(self, histories: Histories) -> Floats:
        mixed = np.zeros(histories.shape, dtype=np.float32)
        for source, weight in zip(self._sources, self._weights, strict=True):
            if weight:
                mixed += np.float32(weight) * shares_of(source.score(histories))
        mixed[mixed == 0] = NEVER
        return mixed


def shares_of(scores: Floats) -> Floats:
    """Return each row's ``DEPTH`` best as shares that sum to 1; nothing for scores up to 0.

    *Shape:* (cases, items), both.
    """
    best = top_columns(scores, min(DEPTH, scores.shape[1]))
    row, place = np.nonzero(best >= 0)
    column = best[row, place]
    found = np.zeros_like(scores)
    found[row, column] = np.maximum(scores[row, column], 0)
    total = found.sum(axis=1, keepdims=True)
    np.divide(found, total, out=found, where=total > 0)
    return found


def _in_batches(source: Baseline, questions: Questions) -> list[Floats]:
    starts = range(0, len(questions), BATCH)
    batches = (questions.take(range(s, min(s + BATCH, len(questions)))) for s in starts)
    return [shares_of(source.score(batch.histories)) for batch in batches]


def _climbed(
    shares: Sequence[Sequence[Floats]], questions: Questions, table: Table
) -> tuple[list[float], float]:
    """Return a weight a source and the validation figure that they reach."""
    weights = [1.0] + [0.0] * (len(shares) - 1)
    best = _value(shares, weights, questions, table)
    for _ in range(ROUNDS):
        for place in range(1, len(shares)):
            for step in STEPS:
                tried = [*weights[:place], step, *weights[place + 1 :]]
                value = _value(shares, tried, questions, table)
                if value > best:
                    weights, best = tried, value
    return weights, best


def _value(
    shares: Sequence[Sequence[Floats]], weights: Sequence[float], questions: Questions, table: Table
) -> float:
    values = []
    for place, start in enumerate(range(0, len(questions), BATCH)):
        batch = questions.take(range(start, min(start + BATCH, len(questions))))
        mixed = np.zeros(batch.histories.shape, dtype=np.float32)
        for of_source, weight in zip(shares, weights, strict=True):
            if weight:
                mixed += np.float32(weight) * of_source[place]
        mixed[mixed == 0] = NEVER
        values += [ndcg(a.picks, a.targets, K) for a in rank(mixed, batch, table, K)]
    return float(np.mean(values)) if values else 0.0
