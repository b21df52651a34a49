from __future__ import annotations

import doctest
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import eval.intervals
from eval.intervals import (
    bootstrap_means,
    jackknife_interval,
    mean_interval,
    paired_difference,
    percentile_interval,
    ratio_interval,
    wilson_interval,
)


def test_examples_when_run_then_hold() -> None:
    assert doctest.testmod(eval.intervals).failed == 0


def test_bootstrap_when_seed_is_the_same_then_same_numbers() -> None:
    values = np.random.default_rng(0).normal(size=(50, 2))
    assert np.array_equal(bootstrap_means(values, seed=4), bootstrap_means(values, seed=4))
    assert not np.array_equal(bootstrap_means(values, seed=4), bootstrap_means(values, seed=5))


def test_bootstrap_when_split_into_blocks_then_shape_and_spread_are_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = np.random.default_rng(0).normal(size=(400, 1))
    monkeypatch.setattr(eval.intervals, "BLOCK", 1500)
    means = bootstrap_means(values, resamples=800)
    assert means.shape == (800, 1)
    assert means.std() == pytest.approx(values.std() / np.sqrt(400), rel=0.1)


def test_mean_interval_when_drawn_often_then_covers_the_truth_about_95_times() -> None:
    rng = np.random.default_rng(2)
    covered = 0
    for seed in range(120):
        _, low, high = mean_interval(rng.random(80), resamples=300, seed=seed)
        covered += low <= 0.5 <= high
    assert 0.88 <= covered / 120 <= 1.0


def test_bootstrap_when_cases_of_one_shopper_agree_then_interval_is_wider_by_group() -> None:
    rng = np.random.default_rng(3)
    shoppers = np.repeat(np.arange(30), 20)
    values = np.repeat(rng.random(30), 20)
    _, low, high = mean_interval(values)
    _, wide_low, wide_high = mean_interval(values, groups=shoppers.tolist())
    assert wide_high - wide_low > 3 * (high - low)


def test_jackknife_when_different_things_are_counted_then_the_truth_is_rarely_missed() -> None:
    rng = np.random.default_rng(4)
    weights = 1 / np.arange(1, 201)

    def drawn() -> list[int]:
        return [int(x) for x in rng.choice(200, 100, p=weights / weights.sum())]

    truth = float(np.mean([different(drawn()) for _ in range(2000)]))
    covered = 0
    for _ in range(100):
        low, high = jackknife_interval(different, drawn(), [n // 4 for n in range(100)])
        covered += low <= truth <= high < low + 0.4
    assert covered >= 90


def different(things: Sequence[int]) -> float:
    return len(set(things)) / len(things)


def test_ratio_when_groups_differ_then_between_the_ratios_of_each() -> None:
    low, high = ratio_interval([1.0, 3.0], [2.0, 4.0], ["a", "b"])
    assert (low, high) == pytest.approx((1 / 2, 3 / 4))
    assert ratio_interval([0.0, 3.0], [0.0, 4.0], ["a", "b"]) == pytest.approx((3 / 4, 3 / 4))


def test_paired_difference_when_noise_is_shared_then_clear_of_zero() -> None:
    rng = np.random.default_rng(5)
    hard = rng.random(300)
    mean, low, high = paired_difference(hard + 0.01, hard)
    assert low == pytest.approx(high) == pytest.approx(mean) == pytest.approx(0.01)
    unpaired = mean_interval(hard)
    assert unpaired[2] - unpaired[1] > 0.05


def test_paired_difference_when_lengths_differ_then_says_so() -> None:
    with pytest.raises(ValueError, match="2 cases against 1"):
        paired_difference([1.0, 2.0], [1.0])


@pytest.mark.parametrize(
    ("values", "groups"), [([], None), ([1.0, float("nan")], None), ([1.0, 2.0], ["a"])]
)
def test_bootstrap_when_input_is_wrong_then_raises(
    values: list[float], groups: list[str] | None
) -> None:
    with pytest.raises(ValueError):
        mean_interval(values, groups)


def test_percentile_interval_when_level_is_wrong_then_raises() -> None:
    with pytest.raises(ValueError, match="95"):
        percentile_interval([1.0], level=95)


@given(n=st.integers(1, 500), data=st.data())
def test_wilson_when_any_share_then_holds_it_and_stays_within_bounds(
    n: int, data: st.DataObject
) -> None:
    successes = data.draw(st.integers(0, n))
    low, high = wilson_interval(successes, n)
    assert 0.0 <= low <= successes / n <= high <= 1.0
    assert wilson_interval(n - successes, n) == pytest.approx((1 - high, 1 - low))


def test_wilson_when_no_case_then_says_nothing() -> None:
    assert wilson_interval(0, 0) == (0.0, 1.0)
    with pytest.raises(ValueError, match="3 successes of 2"):
        wilson_interval(3, 2)
