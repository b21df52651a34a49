"""Item-kNN and EASE with their settings chosen on the validation purchases, never the test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from eval.datasets.split import Fold, Questions
from eval.metrics.ndcg import ndcg
from eval.ranking import Table, rank
from index.collaborative.ease import Ease, EaseConfig
from index.collaborative.histories import Floats, Histories
from index.collaborative.item_knn import ItemKnn, ItemKnnConfig

ASKED = 3000
"""Validation cases that a choice rests on, spread evenly over all."""
BATCH = 512
K = 10

DECAYS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
SHRINKS = (0.0, 5.0, 20.0, 60.0)
RIDGES = (10.0, 50.0, 200.0, 800.0)


class TunedItemKnn:
    """A ``Baseline``: decay and shrinkage by validation NDCG@10 in one table."""

    name = "item-knn"

    def __init__(self, tuning: Fold, table: Table) -> None:
        self._tuning, self._table = tuning, table
        self.chosen = ""
        """What was chosen and by how much; said in the report."""

    def fit(self, train: Histories) -> None:
        best = max(self._tried(), key=lambda pair: pair[0])
        self._model = ItemKnn.fit(train, best[1])
        self.chosen = (
            f"item-knn: decay {best[1].decay:g} a visit and shrink {best[1].shrink:g}, "
            f"of {len(DECAYS)} x {len(SHRINKS)} by validation NDCG@{K} ({best[0]:.4f})"
        )

    def score(self, histories: Histories) -> Floats:
        return self._model.score_matrix(histories)

    def _tried(self) -> Iterable[tuple[float, ItemKnnConfig]]:
        questions = _sample(self._tuning.questions)
        for shrink in SHRINKS:
            fitted = ItemKnn.fit(self._tuning.train, ItemKnnConfig(shrink=shrink))
            for decay in DECAYS:
                config = ItemKnnConfig(shrink=shrink, decay=decay)
                model = ItemKnn(config, fitted.items, fitted.similarity)
                yield _validation_ndcg(model, questions, self._table), config


class TunedEase:
    """A ``Baseline``: ridge by validation NDCG@10 in one table."""

    name = "ease"

    def __init__(self, tuning: Fold, table: Table, ridges: Sequence[float] = RIDGES) -> None:
        self._tuning, self._table, self._ridges = tuning, table, ridges
        self.chosen = ""
        """What was chosen and by how much; said in the report."""

    def fit(self, train: Histories) -> None:
        questions = _sample(self._tuning.questions)
        tried = []
        for ridge in self._ridges:
            model = Ease.fit(self._tuning.train, EaseConfig(ridge=ridge))
            tried.append((_validation_ndcg(model, questions, self._table), ridge))
            del model
        value, ridge = max(tried)
        self._model = Ease.fit(train, EaseConfig(ridge=ridge))
        self.chosen = (
            f"ease: ridge {ridge:g}, of {', '.join(f'{r:g}' for r in self._ridges)} "
            f"by validation NDCG@{K} ({value:.4f})"
        )

    def score(self, histories: Histories) -> Floats:
        return self._model.score_matrix(histories)


def _sample(questions: Questions) -> Questions:
    rows = np.linspace(0, len(questions) - 1, min(ASKED, len(questions))).astype(int)
    return questions.take(rows.tolist())


def _validation_ndcg(model: ItemKnn | Ease, questions: Questions, table: Table) -> float:
    """Return the mean NDCG@10 of the cases that the table asks."""
    values = []
    for start in range(0, len(questions), BATCH):
        batch = questions.take(range(start, min(start + BATCH, len(questions))))
        scores = model.score_matrix(batch.histories)
        for answer in rank(scores, batch, table, K):
            values.append(ndcg(answer.picks, answer.targets, K))
    return float(np.mean(values)) if values else 0.0
