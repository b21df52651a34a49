"""Fitting the ranker: which days teach, when it wins, and that figures stand on equal cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest

from assistant.config import RankConfig
from assistant.rank_learned import TreesConfig
from assistant.rank_lessons import SPAN, Question
from assistant.types import Need, Profile
from eval.rank_fit import LEARNED, Order, ablations, compare, fit, wins
from eval.report import Row
from index.types import Candidate, Hit, Product, Source

LAST = date(2017, 12, 31)


def test_days_when_ordered_then_weeks_do_not_overlap_and_the_last_two_are_left() -> None:
    learn, choose = Order(weeks=3).days(LAST)
    spans = [*learn, choose]
    assert spans == sorted(spans)
    assert all(b - a >= timedelta(days=SPAN) for a, b in pairwise(spans))
    assert choose + timedelta(days=SPAN) <= LAST - timedelta(days=14)


def delta(metric: str, low: float, high: float, table: str = "open") -> Row:
    return Row(f"delta_{metric}", (low + high) / 2, LEARNED, table, (low, high))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([delta("ndcg@10", 0.01, 0.02)], True),
        ([delta("ndcg@10", -0.01, 0.02)], False),
        ([delta("ndcg@10", 0.01, 0.02), delta("ndcg@10", -0.02, -0.01, "aisle")], False),
        ([delta("ndcg@10", 0.01, 0.02), delta("ndcg@10", -0.02, 0.01, "aisle")], True),
        ([delta("ndcg@10", 0.01, 0.02), delta("moved@3", -0.1, -0.01)], False),
        ([Row("ndcg@10", 0.9, LEARNED, "open", (0.8, 0.95))], False),
        ([], False),
    ],
)
def test_wins_when_judged_then_clear_above_somewhere_and_below_nowhere(
    rows: Sequence[Row], expected: bool
) -> None:
    assert wins(rows) is expected


def question(number: int, words: str) -> Question:
    """The shop's favourites stand first by popularity, and the third is bought."""
    candidates = tuple(
        Candidate(
            Product(f"p{n}", f"P{n}", f"Aisle {n}", price=100),
            {Source.POPULAR: Hit(1 + (n + number) % 5, 1.0)},
            0.0,
        )
        for n in range(5)
    )
    bought = next(c.product.id for c in candidates if c.hits[Source.POPULAR].rank == 1)
    need = Need(words, search_text=words)
    return Question(need, candidates, Profile(f"s{number}", LAST), frozenset({bought}))


@pytest.mark.model
def test_compare_when_both_can_know_then_equal_figures_and_paired_differences() -> None:
    asked = [question(n, words) for n in range(20) for words in ("", "p")]
    config = TreesConfig(rounds=5, least=2, negatives=1.0, rising=True)
    rows = compare(fit(asked, 0.6, config), RankConfig(), asked, Order(dial=0.6))
    found = {(r.table, r.system, r.metric): r for r in rows}
    for table in ("open", "aisle"):
        assert found[table, LEARNED, "ndcg@10"].n == found[table, "blend", "ndcg@10"].n == 20
    assert found["open", LEARNED, "hit_rate@3"].value == 1
    assert found["open", LEARNED, "delta_ndcg@10"].value == 0
    assert found["open", "blend", "ndcg@10"].value == 1
    assert not wins(rows)


@pytest.mark.model
def test_ablations_when_the_one_telling_signal_is_hidden_then_that_row_loses() -> None:
    asked = [question(n, "") for n in range(40)]
    config = TreesConfig(rounds=5, least=2, negatives=1.0)
    rows = ablations(asked, asked, Order(), lambda *_: None, config)
    lost = {row.system: row.value for row in rows}
    assert lost["without-popular"] < 0
    assert lost["without-due"] == 0
