"""The metrics: their worked examples, their laws, and ir-measures' word on the same lists."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from collections.abc import Callable
from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import eval.metrics
from eval.metrics.calibration import calibration_kl
from eval.metrics.coverage import coverage
from eval.metrics.errors import condition_violated, duplicate, out_of_catalogue, out_of_stock
from eval.metrics.gini import gini
from eval.metrics.hit_rate import hit_rate
from eval.metrics.inter_user import inter_user_distance
from eval.metrics.intra_list import intra_list_distance
from eval.metrics.jaccard import jaccard, jaccard_by_chance
from eval.metrics.kendall import kendall_tau, tau_b
from eval.metrics.mrr import reciprocal_rank
from eval.metrics.ndcg import ndcg
from eval.metrics.novelty import novelty
from eval.metrics.precision import precision
from eval.metrics.rbo import rbo
from eval.metrics.recall import recall
from eval.metrics.repeat import explore_recall, repeat_ratio, repeat_recall

ITEMS = [f"p{n}" for n in range(12)]
rankings = st.lists(st.sampled_from(ITEMS), unique=True, max_size=12)
sloppy = st.lists(st.sampled_from(ITEMS), max_size=12)
wanted = st.sets(st.sampled_from(ITEMS), min_size=1, max_size=6)
cuts = st.integers(1, 12)
RANKED: list[Callable[[list[str], set[str], int], float]] = [
    hit_rate,
    recall,
    precision,
    ndcg,
    reciprocal_rank,
]


@pytest.mark.parametrize("name", [m.name for m in pkgutil.iter_modules(eval.metrics.__path__)])
def test_worked_example_when_computed_then_is_what_the_docstring_says(name: str) -> None:
    outcome = doctest.testmod(importlib.import_module(f"eval.metrics.{name}"))
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize("k", [1, 3, 10])
def test_ranked_metrics_when_compared_with_ir_measures_then_agree(k: int) -> None:
    import ir_measures

    rng = np.random.default_rng(7)
    lists = {f"q{q}": rng.permutation(ITEMS)[: rng.integers(1, 12)].tolist() for q in range(60)}
    relevant = {
        q: set(rng.choice(ITEMS, size=rng.integers(1, 6), replace=False).tolist()) for q in lists
    }
    qrels = [ir_measures.Qrel(q, item, 1) for q, items in relevant.items() for item in items]
    run = [
        ir_measures.ScoredDoc(q, item, float(-place))
        for q, ranked in lists.items()
        for place, item in enumerate(ranked)
    ]
    theirs = {
        "hit": ir_measures.Success @ k,
        "recall": ir_measures.R @ k,
        "precision": ir_measures.P @ k,
        "ndcg": ir_measures.nDCG @ k,
        "rr": ir_measures.RR @ k,
    }
    ours = dict(zip(theirs, RANKED, strict=True))
    seen = 0
    for value in ir_measures.iter_calc(list(theirs.values()), qrels, run):
        name = next(n for n, measure in theirs.items() if measure == value.measure)
        mine = ours[name](lists[value.query_id], relevant[value.query_id], k)
        assert mine == pytest.approx(value.value, abs=1e-6), (name, value.query_id)
        seen += 1
    assert seen == 5 * len(lists)


def test_graded_ndcg_when_compared_with_ir_measures_then_agrees() -> None:
    import ir_measures

    gains = {"p1": 3.0, "p2": 1.0, "p3": 2.0}
    ranked = ["p2", "p9", "p1"]
    (value,) = ir_measures.iter_calc(
        [ir_measures.nDCG @ 3],
        [ir_measures.Qrel("q", item, int(gain)) for item, gain in gains.items()],
        [ir_measures.ScoredDoc("q", item, float(-n)) for n, item in enumerate(ranked)],
    )
    assert ndcg(ranked, gains, 3) == pytest.approx(value.value)


@pytest.mark.parametrize("metric", RANKED)
def test_ranked_metric_when_nothing_is_relevant_then_says_so(metric: Callable[..., float]) -> None:
    with pytest.raises(ValueError):
        metric(["p1"], set(), 5)


@pytest.mark.parametrize("metric", RANKED)
def test_ranked_metric_when_list_is_empty_then_zero(metric: Callable[..., float]) -> None:
    assert metric([], {"p1"}, 5) == 0.0


@given(ranked=sloppy, relevant=wanted, k=cuts)
def test_ranked_metric_when_any_list_then_between_zero_and_one(
    ranked: list[str], relevant: set[str], k: int
) -> None:
    for metric in RANKED:
        assert 0.0 <= metric(ranked, relevant, k) <= 1.0 + 1e-12


@given(ranked=rankings, relevant=wanted, k=cuts)
def test_ndcg_when_a_wanted_item_moves_up_then_never_falls(
    ranked: list[str], relevant: set[str], k: int
) -> None:
    for place in range(1, len(ranked)):
        if ranked[place] in relevant:
            swapped = list(ranked)
            swapped[place - 1 : place + 1] = [ranked[place], ranked[place - 1]]
            assert ndcg(swapped, relevant, k) >= ndcg(ranked, relevant, k) - 1e-12


def test_duplicates_when_listed_then_earn_once() -> None:
    assert ndcg(["a", "a", "a"], {"a", "b"}, 3) == pytest.approx(1 / (1 + 1 / log2(3)))
    assert recall(["a", "a"], {"a", "b"}, 2) == 1 / 2
    assert precision(["a", "a"], {"a", "b"}, 2) == 1 / 2


@given(ranked=rankings, relevant=wanted, bought=st.sets(st.sampled_from(ITEMS)), k=cuts)
def test_repeat_and_explore_when_weighted_by_size_then_make_recall(
    ranked: list[str], relevant: set[str], bought: set[str], k: int
) -> None:
    again = repeat_recall(ranked, relevant, bought, k)
    anew = explore_recall(ranked, relevant, bought, k)
    parts = (again or 0) * len(relevant & bought) + (anew or 0) * len(relevant - bought)
    assert parts / len(relevant) == pytest.approx(recall(ranked, relevant, k))
    assert (again is None) == (not relevant & bought)
    assert (anew is None) == (relevant <= bought)


def test_repeat_ratio_when_list_is_short_then_over_what_is_there() -> None:
    assert repeat_ratio(["a", "b"], {"a"}, k=10) == 1 / 2
    assert repeat_ratio([], {"a"}, k=10) == 0.0


@given(one=rankings, other=rankings, p=st.floats(0.1, 0.98))
def test_rbo_when_any_lists_then_symmetric_and_within_bounds(
    one: list[str], other: list[str], p: float
) -> None:
    value = rbo(one, other, p)
    assert -1e-12 <= value <= 1.0
    if len(one) == len(other):
        assert value == pytest.approx(rbo(other, one, p))
    assert rbo(one, one, p) == pytest.approx(1.0)


def test_rbo_when_lists_are_uneven_then_equation_32_by_hand() -> None:
    p, one, other = 0.5, ["a"], ["a", "b"]
    agreed = 1 / 1 * p + 1 / 2 * p**2
    guessed = 1 * (2 - 1) / (1 * 2) * p**2
    expected = (1 - p) / p * (agreed + guessed) + ((1 - 1) / 2 + 1 / 1) * p**2
    assert rbo(one, other, p) == pytest.approx(expected)
    assert rbo(other, one, p) == pytest.approx(expected)


def test_rbo_when_nothing_is_shared_then_zero() -> None:
    assert rbo(["a", "b"], ["c", "d"]) == 0.0
    assert rbo([], ["c"]) == 0.0
    assert rbo([], []) == 1.0


def test_rbo_when_input_is_wrong_then_says_so() -> None:
    with pytest.raises(ValueError, match=r"1\.0"):
        rbo(["a"], ["a"], p=1.0)
    with pytest.raises(ValueError, match="twice"):
        rbo(["a", "a"], ["a"])


@pytest.mark.parametrize(
    ("left", "right", "by_scipy"),
    [
        ([1, 2, 2, 4, 0], [2, 2, 3, 1, 0], 0.2222222222222222),
        ([3, 1, 4, 1, 5, 9, 2, 6], [2, 7, 1, 8, 2, 8, 1, 8], 0.16051447078102563),
        ([0, 0, 1], [0, 1, 1], 0.5),
    ],
)
def test_tau_b_when_tied_then_is_what_scipy_stats_kendalltau_gave(
    left: list[float], right: list[float], by_scipy: float
) -> None:
    one, other = dict(zip(ITEMS, left, strict=False)), dict(zip(ITEMS, right, strict=False))
    assert tau_b(one, other) == pytest.approx(by_scipy)


def test_tau_b_when_a_side_ties_everything_then_one_only_if_both_do() -> None:
    assert tau_b({"a": 1, "b": 1}, {"a": 2, "b": 2}) == 1.0
    assert tau_b({"a": 1, "b": 1}, {"a": 1, "b": 2}) == 0.0


@given(one=rankings, other=rankings)
def test_kendall_tau_when_lists_differ_then_symmetric_and_within_bounds(
    one: list[str], other: list[str]
) -> None:
    value = kendall_tau(one, other)
    assert -1.0 - 1e-9 <= value <= 1.0 + 1e-9
    assert value == pytest.approx(kendall_tau(other, one))
    assert kendall_tau(one, one) == pytest.approx(1.0)


def test_tau_b_when_items_differ_then_names_them() -> None:
    with pytest.raises(ValueError, match="ghost"):
        tau_b({"a": 1}, {"a": 1, "ghost": 2})


@given(one=rankings, other=rankings, k=cuts)
def test_jaccard_when_any_lists_then_symmetric(one: list[str], other: list[str], k: int) -> None:
    assert jaccard(one, other, k) == jaccard(other, one, k)
    assert jaccard(one, one, k) == 1.0


def test_jaccard_by_chance_when_simulated_then_near() -> None:
    rng = np.random.default_rng(0)
    draws = [rng.permutation(20)[:5].astype(str).tolist() for _ in range(1500)]
    seen = np.mean([jaccard(a, b, 5) for a, b in zip(draws[::2], draws[1::2], strict=True)])
    assert seen == pytest.approx(jaccard_by_chance(5, 20), abs=0.02)


@given(lists=st.lists(rankings, max_size=8))
def test_corpus_metrics_when_any_lists_then_within_bounds(lists: list[list[str]]) -> None:
    assert 0.0 <= coverage(lists, ITEMS) <= 1.0
    assert -1e-12 <= gini(lists, ITEMS) <= 1 - 1 / len(ITEMS) + 1e-12
    assert 0.0 <= inter_user_distance(lists, 5) <= 1.0


def test_inter_user_distance_when_sampled_then_near_the_exact_one() -> None:
    rng = np.random.default_rng(1)
    lists = [rng.permutation(ITEMS)[:5].tolist() for _ in range(120)]
    exact = inter_user_distance(lists, 5)
    assert inter_user_distance(lists, 5, pairs=6000, seed=3) == pytest.approx(exact, abs=0.02)
    assert inter_user_distance([lists[0]] * 120, 5, pairs=50) == 0.0


@given(
    history=st.lists(st.sampled_from("abc"), min_size=1), listed=st.lists(st.sampled_from("abcd"))
)
def test_calibration_when_any_mix_then_between_zero_and_its_worst(
    history: list[str], listed: list[str]
) -> None:
    value = calibration_kl(history, listed)
    assert value is not None
    assert 0.0 <= value <= log2(1 / 0.01) + 1e-9
    same = calibration_kl(history, history)
    assert same == pytest.approx(0.0, abs=1e-9)


def test_calibration_when_no_history_then_no_value() -> None:
    assert calibration_kl([], ["a"]) is None
    assert calibration_kl(["a"], []) == pytest.approx(log2(100))


def test_novelty_when_nobody_bought_then_rarest_and_finite() -> None:
    assert novelty(["new"], {}, shoppers=8, k=1) == log2(16)
    assert novelty([], {}, shoppers=8, k=1) == 0.0


def test_intra_list_distance_when_one_item_then_zero() -> None:
    vectors = {"a": np.array([1, 0], np.float32), "b": np.array([-1, 0], np.float32)}
    assert intra_list_distance(["a"], vectors, 5) == 0.0
    assert intra_list_distance(["a", "b"], vectors, 5) == pytest.approx(2.0)


def test_error_rates_when_list_is_wrong_then_counted_by_place() -> None:
    listed = ["a", "ghost", "a", "sold out"]
    assert out_of_catalogue(listed, {"a", "sold out"}) == 1 / 4
    assert duplicate(listed) == 1 / 4
    assert out_of_stock(listed, {"sold out": 0, "a": None}) == 1 / 4
    assert condition_violated(listed, lambda item: item == "a") == 2 / 4
    assert [out_of_catalogue([], {"a"}), duplicate([]), out_of_stock([], {})] == [0.0, 0.0, 0.0]
