"""Fitting the assistant's ranker, and whether it is better than the blend where neither learned."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from assistant.config import RankConfig
from assistant.interfaces import Ranker
from assistant.rank import BlendRanker
from assistant.rank_learned import TreeRanker, TreesConfig
from assistant.rank_lessons import Question, questions
from assistant.rank_served import CONFIG, NAMES, LearnedRanker, signals_of
from assistant.signals import Habits, Signal
from assistant.types import Pick
from eval.intervals import mean_interval, paired_difference
from eval.metrics.hit_rate import hit_rate
from eval.metrics.ndcg import ndcg
from eval.report import Row
from index.search import Search

SHOWN = 3
TABLES = ("open", "aisle")
LEARNED, BLEND = "learned", "blend"
METRICS = (f"hit_rate@{SHOWN}", "ndcg@10", f"moved@{SHOWN}")
"""Moved: share of the shown picks whose first reason, taken away, costs the pick its score."""

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What is fitted on what."""

    shoppers: int = 300
    """A week, to learn from; as many are asked for validation."""
    weeks: int = 3
    seed: int = 0
    dial: float = 0.6
    """That of the settings, at which the trees learn and the two are compared. Another one later
    makes habits look weaker or stronger than those that were learned from."""

    def days(self, last: date) -> tuple[list[date], date]:
        """Return the days to learn from and the later one to choose on.

        The week after the last of the first ends before the second; the two weeks after that
        are left to the dial and to tests.
        """
        chosen_on = last - timedelta(days=21)
        return [chosen_on - timedelta(days=7 * n) for n in range(self.weeks, 0, -1)], chosen_on


def lessons(search: Search, order: Order, tell: Progress) -> tuple[list[Question], list[Question]]:
    """Return the questions to learn from and those to choose on."""
    days, chosen_on = order.days(search.as_of)
    learn: list[Question] = []
    for day in days:
        learn += questions(search, day, order.shoppers, seed=order.seed)
        tell(f"{day}", len(learn))
    choose = list(questions(search, chosen_on, order.shoppers, seed=order.seed))
    tell(f"{chosen_on}", len(choose))
    return learn, choose


def fit(
    learn: Sequence[Question],
    dial: float,
    config: TreesConfig = CONFIG,
    without: Signal | None = None,
) -> TreeRanker:
    """Learn from questions; ``without`` hides a signal, for the ablation."""
    tables = [signals_of(q.need, q.candidates, Habits.of(q.profile.facts), dial) for q in learn]
    features = np.concatenate(tables)
    if without:
        features[:, NAMES.index(without.value)] = 0.0
    bought = np.array([c.product.id in q.bought for q in learn for c in q.candidates])
    number = np.repeat(np.arange(len(learn)), [len(q.candidates) for q in learn])
    return TreeRanker.fit(features, bought, number, NAMES, config)


def compare(
    trees: TreeRanker, blend: RankConfig, choose: Sequence[Question], order: Order
) -> list[Row]:
    """Return both rankers' figures on the same questions, and the differences."""
    systems: dict[str, Ranker] = {BLEND: BlendRanker(blend), LEARNED: LearnedRanker(trees)}
    rows: list[Row] = []
    for table in TABLES:
        asked = [q for q in choose if bool(q.need.search_text) == (table == "aisle")]
        if not asked:
            continue
        groups = [q.profile.shopper_id for q in asked]
        values = {name: _values(ranker, asked, order.dial) for name, ranker in systems.items()}
        for name in systems:
            for metric in METRICS:
                mean, low, high = mean_interval(values[name][metric], groups, seed=order.seed)
                rows.append(Row(metric, mean, name, table, (low, high), len(asked)))
        for metric in METRICS:
            ours, theirs = values[LEARNED][metric], values[BLEND][metric]
            mean, low, high = paired_difference(ours, theirs, groups, seed=order.seed)
            rows.append(Row(f"delta_{metric}", mean, LEARNED, table, (low, high), len(asked)))
    return rows


def wins(rows: Sequence[Row]) -> bool:
    """Whether the learned ranker is to serve: NDCG@10 clear above the blend in one table and
    not clear below in any, and its reasons not clear below in any.
    """
    ends = {(r.table, r.metric): r.ci95 for r in rows if r.metric.startswith("delta_") and r.ci95}
    picks = [ends[key] for key in ends if key[1] == "delta_ndcg@10"]
    reasons = [ends[key] for key in ends if key[1] == f"delta_moved@{SHOWN}"]
    better = any(low > 0 for low, _ in picks)
    return better and all(high >= 0 for _, high in (*picks, *reasons))


def ablations(
    learn: Sequence[Question],
    choose: Sequence[Question],
    order: Order,
    tell: Progress,
    config: TreesConfig = CONFIG,
) -> list[Row]:
    """Return NDCG@10 of trees that were fitted without each signal, less that with all."""
    groups = [q.profile.shopper_id for q in choose]
    whole = _values(LearnedRanker(fit(learn, order.dial, config)), choose, order.dial)["ndcg@10"]
    rows = []
    for signal in Signal:
        trees = fit(learn, order.dial, config, signal)
        less = _values(LearnedRanker(trees), choose, order.dial)["ndcg@10"]
        mean, low, high = paired_difference(less, whole, groups, seed=order.seed)
        rows.append(
            Row("delta_ndcg@10", mean, f"without-{signal}", "ablation", (low, high), len(choose))
        )
        tell(f"without {signal}", len(rows))
    return rows


def _values(ranker: Ranker, asked: Sequence[Question], dial: float) -> Mapping[str, list[float]]:
    found: dict[str, list[float]] = {metric: [] for metric in METRICS}
    for question in asked:
        picks = ranker.rank(question.need, question.candidates, question.profile, dial)
        ids = [pick.candidate.product.id for pick in picks]
        of_it = (
            hit_rate(ids, question.bought, SHOWN),
            ndcg(ids, question.bought, 10),
            _moved(picks[:SHOWN]),
        )
        for metric, value in zip(METRICS, of_it, strict=True):
            found[metric].append(value)
    return found


def _moved(picks: Sequence[Pick]) -> float:
    told = [bool(pick.evidence) and pick.evidence[0].weight > 0 for pick in picks]
    return sum(told) / max(len(told), 1)
