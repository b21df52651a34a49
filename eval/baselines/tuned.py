"""Collaborative models with settings chosen on the validation purchases, never the test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from eval.datasets.split import Fold, Questions
from eval.metrics.ndcg import ndcg
from eval.ranking import Table, rank
from index.collaborative.ease import Ease, EaseConfig
from index.collaborative.factors import Factors, FactorsConfig
from index.collaborative.histories import Floats, Histories
from index.collaborative.item_knn import ItemKnn, ItemKnnConfig
from index.collaborative.user_knn import UserKnn, UserKnnConfig

ASKED = 2000
"""Validation cases that a choice rests on, spread evenly over all."""
BATCH = 512
K = 10

DECAYS = (0.15, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
SHRINKS = (0.0, 5.0, 20.0, 60.0, 200.0)
RIDGES = (10.0, 50.0, 200.0, 800.0)
PENALTIES = (0.1, 1.0, 10.0)
CONFIDENCES = (1.0, 5.0, 20.0)
LOGISTIC = (1.0, 3.0, 10.0)
"""Penalties of the logistic loss, tried with confidence 1 and twice the rounds."""
NEIGHBOURS = (50, 200, 800)


class Scorer(Protocol):
    """A model that scores many shoppers at once."""

    def score_matrix(self, histories: Histories) -> Floats: ...


class TunedItemKnn:
    """A ``Baseline``: decay, then shrinkage, by validation NDCG@10 in one table.

    Parameters
    ----------
    neighbours
        Similar items kept an item. Where shoppers buy hundreds of items everything is similar
        to everything, and the cut makes scoring twenty times faster; ``None`` keeps all.
    """

    name = "item-knn"

    def __init__(self, tuning: Fold, table: Table, neighbours: int | None = None) -> None:
        self._tuning, self._table = tuning, table
        self._start = ItemKnnConfig(shrink=SHRINKS[1], neighbours=neighbours)
        self._best: tuple[ItemKnnConfig, float] | None = None
        self.chosen = ""
        """What was chosen and by how much; said in the report."""

    def fit(self, train: Histories) -> None:
        """Choose the settings, the first time, and learn with them."""
        self._best = self._best or self._choose()
        best, value = self._best
        self._model = ItemKnn.fit(train, best)
        self.chosen = (
            f"item-knn: decay {best.decay:g} a visit, of {listed(DECAYS)}, then shrink "
            f"{best.shrink:g}, of {listed(SHRINKS)}, neighbours {best.neighbours or 'all'}, "
            f"by validation NDCG@{K} ({value:.4f})"
        )

    def score(self, histories: Histories) -> Floats:
        return self._model.score_matrix(histories)

    def _choose(self) -> tuple[ItemKnnConfig, float]:
        """Return the best settings and their validation figure."""
        questions = sample(self._tuning.questions)
        fitted = ItemKnn.fit(self._tuning.train, self._start)
        best, value = chosen_decay(fitted, self._tuning, self._table)
        tried = {best: value}
        for shrink in SHRINKS:
            config = best.model_copy(update={"shrink": shrink})
            if config not in tried:
                model = ItemKnn.fit(self._tuning.train, config)
                tried[config] = _validation_ndcg(model, questions, self._table)
        best = max(tried, key=tried.__getitem__)
        return best, tried[best]


class TunedEase:
    """A ``Baseline``: ridge by validation NDCG@10 in one table."""

    name = "ease"

    def __init__(self, tuning: Fold, table: Table, ridges: Sequence[float] = RIDGES) -> None:
        self._tuning, self._table, self._ridges = tuning, table, ridges
        self._best: tuple[float, float] | None = None
        self.chosen = ""
        """What was chosen and by how much; said in the report."""

    def fit(self, train: Histories) -> None:
        """Choose the ridge, the first time, and learn with it."""
        self._best = self._best or self._choose()
        value, ridge = self._best
        self._model = Ease.fit(train, EaseConfig(ridge=ridge))
        self.chosen = (
            f"ease: ridge {ridge:g}, of {listed(self._ridges)}, "
            f"by validation NDCG@{K} ({value:.4f})"
        )

    def score(self, histories: Histories) -> Floats:
        return self._model.score_matrix(histories)

    def _choose(self) -> tuple[float, float]:
        """Return the best validation figure and its ridge; one model is held at a time."""
        questions = sample(self._tuning.questions)
        return max(
            (
                _validation_ndcg(
                    Ease.fit(self._tuning.train, EaseConfig(ridge=ridge)), questions, self._table
                ),
                ridge,
            )
            for ridge in self._ridges
        )


class TunedFactors:
    """A ``Baseline``: ridge and confidence, then the loss, by validation NDCG@10 in one table."""

    name = "mf"

    def __init__(self, tuning: Fold, table: Table, start: FactorsConfig | None = None) -> None:
        self._tuning, self._table = tuning, table
        self._start = start or FactorsConfig()
        self._best: tuple[FactorsConfig, float] | None = None
        self.chosen = ""
        """What was chosen and by how much; said in the report."""

    def fit(self, train: Histories) -> None:
        """Choose the settings, the first time, and learn with them."""
        self._best = self._best or self._choose()
        best, value = self._best
        self._model = Factors.fit(train, best)
        self.chosen = (
            f"mf: {best.factors} factors, {best.loss}, ridge {best.ridge:g}, of "
            f"{listed(PENALTIES)}, then confidence {best.confidence:g}, of {listed(CONFIDENCES)}, "
            f"or logistic with ridge {listed(LOGISTIC)} (best {self._logistic:.4f}), "
            f"by validation NDCG@{K} ({value:.4f})"
        )

    def score(self, histories: Histories) -> Floats:
        return self._model.score_matrix(histories)

    def _choose(self) -> tuple[FactorsConfig, float]:
        questions = sample(self._tuning.questions)
        tried: dict[FactorsConfig, float] = {}
        best = self._start
        for name, values in (("ridge", PENALTIES), ("confidence", CONFIDENCES)):
            for value in values:
                config = best.model_copy(update={name: value})
                if config not in tried:
                    model = Factors.fit(self._tuning.train, config)
                    tried[config] = _validation_ndcg(model, questions, self._table)
            best = max(tried, key=tried.__getitem__)
        logistic = {"loss": "logistic", "confidence": 1.0, "rounds": 2 * self._start.rounds}
        for ridge in LOGISTIC:
            config = self._start.model_copy(update={**logistic, "ridge": ridge})
            model = Factors.fit(self._tuning.train, config)
            tried[config] = _validation_ndcg(model, questions, self._table)
        self._logistic = max(v for config, v in tried.items() if config.loss == "logistic")
        best = max(tried, key=tried.__getitem__)
        return best, tried[best]


class TunedUserKnn:
    """A ``Baseline``: neighbours by validation NDCG@10 in one table."""

    name = "user-knn"

    def __init__(self, tuning: Fold, table: Table) -> None:
        self._tuning, self._table = tuning, table
        self._best: tuple[float, int] | None = None
        self.chosen = ""
        """What was chosen and by how much; said in the report."""

    def fit(self, train: Histories) -> None:
        """Choose the neighbours, the first time, and learn with them."""
        self._best = self._best or self._choose()
        value, neighbours = self._best
        self._model = UserKnn.fit(train, UserKnnConfig(neighbours=neighbours))
        self.chosen = (
            f"user-knn: {neighbours} neighbours, of {listed(NEIGHBOURS)}, "
            f"by validation NDCG@{K} ({value:.4f})"
        )

    def score(self, histories: Histories) -> Floats:
        return self._model.score_matrix(histories)

    def _choose(self) -> tuple[float, int]:
        questions = sample(self._tuning.questions)
        return max(
            (
                _validation_ndcg(
                    UserKnn.fit(self._tuning.train, UserKnnConfig(neighbours=n)),
                    questions,
                    self._table,
                ),
                n,
            )
            for n in NEIGHBOURS
        )


def chosen_decay(model: ItemKnn, tuning: Fold, table: Table) -> tuple[ItemKnnConfig, float]:
    """Return the model's settings with the best of ``DECAYS``, and their validation figure."""
    questions = sample(tuning.questions)
    tried: dict[ItemKnnConfig, float] = {}
    for decay in DECAYS:
        config = model.config.model_copy(update={"decay": decay})
        other = ItemKnn(config, model.items, model.similarity)
        tried[config] = _validation_ndcg(other, questions, table)
    best = max(tried, key=tried.__getitem__)
    return best, tried[best]


def listed(values: Sequence[float]) -> str:
    """Write numbers one after the other."""
    return " ".join(f"{value:g}" for value in values)


def sample(questions: Questions) -> Questions:
    """Return at most ``ASKED`` cases, spread evenly."""
    rows = np.linspace(0, len(questions) - 1, min(ASKED, len(questions))).astype(int)
    return questions.take(rows.tolist())


def _validation_ndcg(model: Scorer, questions: Questions, table: Table) -> float:
    """Return the mean NDCG@10 of the cases that the table asks."""
    values = []
    for start in range(0, len(questions), BATCH):
        batch = questions.take(range(start, min(start + BATCH, len(questions))))
        scores = model.score_matrix(batch.histories)
        for answer in rank(scores, batch, table, K):
            values.append(ndcg(answer.picks, answer.targets, K))
    return float(np.mean(values)) if values else 0.0
