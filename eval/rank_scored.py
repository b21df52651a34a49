"""Whether the model's own score of the best candidates makes their order better."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.interfaces import Ranker
from assistant.rank_lessons import Question
from assistant.score import TOGETHER, CandidateScorer
from eval.intervals import mean_interval, paired_difference
from eval.metrics.hit_rate import hit_rate
from eval.metrics.ndcg import ndcg
from eval.report import Row

WEIGHTS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
"""What a nat of the model may weigh beside the ranker's score."""
WITHOUT, WITH, ALONE = "ranker", "ranker and model", "model alone"
METRICS: dict[str, Callable[[Sequence[str], frozenset[str]], float]] = {
    "hit_rate@3": lambda ids, bought: hit_rate(ids, bought, 3),
    "ndcg@10": lambda ids, bought: ndcg(ids, bought, 10),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The best candidates of one question, with both scores."""

    ids: tuple[str, ...]
    """In the ranker's order."""
    ranked: np.ndarray
    """The ranker's scores. *Shape:* (ids,)."""
    model: np.ndarray
    """The model's log-odds, in nats. *Shape:* (ids,)."""
    question: Question

    def order(self, weight: float | None) -> list[str]:
        """Return the ids by ranker and weighted model, ties as ranked; ``None``: model alone."""
        scores = self.model if weight is None else self.ranked + weight * self.model
        return [self.ids[n] for n in np.argsort(-scores, kind="stable").tolist()]


def ask(
    questions: Sequence[Question],
    ranker: Ranker,
    scorer: CandidateScorer,
    dial: float,
    tell: Callable[[int], None],
) -> list[Asked]:
    """Let the ranker find the ``TOGETHER`` best of each question, and the model score them."""
    found = []
    for number, question in enumerate(questions, start=1):
        picks = ranker.rank(question.need, question.candidates, question.profile, dial)[:TOGETHER]
        model = scorer.score(question.need, question.profile, [p.candidate for p in picks])
        found.append(
            Asked(
                tuple(p.candidate.product.id for p in picks),
                np.array([p.score for p in picks]),
                np.array(model),
                question,
            )
        )
        tell(number)
    return found


def chosen_weight(learn: Sequence[Asked]) -> float:
    """Return the weight with the best NDCG@10 on questions to learn from, of equals the least."""
    return max(WEIGHTS, key=lambda w: (np.mean(_values(learn, w, "ndcg@10")), -w))


def compare(choose: Sequence[Asked], weight: float, seed: int) -> list[Row]:
    """Return the figures without the model's score, with it and of it alone, and the gain."""
    orders: dict[str, float | None] = {WITHOUT: 0.0, WITH: weight, ALONE: None}
    groups = [asked.question.profile.shopper_id for asked in choose]
    rows = []
    for metric in METRICS:
        values = {system: _values(choose, w, metric) for system, w in orders.items()}
        for system in orders:
            mean, low, high = mean_interval(values[system], groups, seed=seed)
            rows.append(Row(metric, mean, system, "score", (low, high), len(choose)))
        for system in (WITH, ALONE):
            mean, low, high = paired_difference(values[system], values[WITHOUT], groups, seed=seed)
            rows.append(Row(f"delta_{metric}", mean, system, "score", (low, high), len(choose)))
    return rows


def helps(rows: Sequence[Row]) -> bool:
    """Whether NDCG@10 with the model's score is clear above that without it."""
    return any(
        row.metric == "delta_ndcg@10" and row.system == WITH and row.ci95 and row.ci95[0] > 0
        for row in rows
    )


def _values(asked: Sequence[Asked], weight: float | None, metric: str) -> list[float]:
    return [METRICS[metric](of_it.order(weight), of_it.question.bought) for of_it in asked]
