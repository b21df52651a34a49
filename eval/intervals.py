"""How sure a figure is: bootstrap over shoppers, paired where two systems met the same ones.

One draw of shoppers serves all columns at once, so that the difference of two systems is
always taken over the same shoppers (Efron & Tibshirani 1993, sections 13.3 and 8.3).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from math import sqrt
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
RESAMPLES = 1000
BLOCK = 4_000_000
"""Drawn indices held at once: 32 MB."""
_Case = TypeVar("_Case")


def bootstrap_means(
    values: ArrayLike,
    groups: Sequence[Hashable] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Floats:
    """Return the resampled means of each column. *Shape:* (resamples, columns).

    Whole groups are drawn with replacement, and a mean is over all their cases, so that a
    shopper with five cases does not count as five shoppers.

    Parameters
    ----------
    values
        A row a case, a column a system or metric. *Shape:* (cases, columns).
    groups
        The shopper of each case; ``None``: every case its own.

    Raises
    ------
    ValueError
        No case, another number of groups than cases, or a value that is not a number.
    """
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or not len(table):
        raise ValueError(f"need a table with at least one case, got shape {table.shape}")
    if not np.isfinite(table).all():
        raise ValueError("a missing value has no mean: give its default or leave the case out")
    sums, sizes = _by_group(table, groups)
    n = len(sums)
    rng = np.random.default_rng(seed)
    means = np.empty((resamples, table.shape[1]))
    step = max(1, BLOCK // n)
    for start in range(0, resamples, step):
        rows = min(step, resamples - start)
        drawn = rng.integers(0, n, size=(rows, n)) + np.arange(rows)[:, None] * n
        times = np.bincount(drawn.ravel(), minlength=rows * n).reshape(rows, n)
        means[start : start + rows] = (times @ sums) / (times @ sizes)[:, None]
    return means


def _by_group(table: Floats, groups: Sequence[Hashable] | None) -> tuple[Floats, Floats]:
    """Return the sum of each group's rows and how many there are."""
    if groups is None:
        return table, np.ones(len(table))
    if len(groups) != len(table):
        raise ValueError(f"{len(groups)} groups for {len(table)} cases")
    number = {group: n for n, group in enumerate(dict.fromkeys(groups))}
    codes = np.array([number[group] for group in groups])
    sums = np.zeros((len(number), table.shape[1]))
    np.add.at(sums, codes, table)
    return sums, np.bincount(codes).astype(np.float64)


def percentile_interval(means: ArrayLike, level: float = 0.95) -> tuple[float, float]:
    """Return the central ``level`` of resampled means (Efron & Tibshirani 1993, section 13.3)."""
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level}")
    low, high = np.quantile(np.asarray(means), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def mean_interval(
    values: Sequence[float] | Floats,
    groups: Sequence[Hashable] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> tuple[float, float, float]:
    """Return the mean and its 95% bootstrap interval.

    Examples
    --------
    >>> mean_interval([1.0, 1.0, 1.0])
    (1.0, 1.0, 1.0)
    """
    table = np.asarray(values, dtype=np.float64).reshape(-1, 1)
    low, high = percentile_interval(bootstrap_means(table, groups, resamples, seed))
    return float(table.mean()), low, high


def ratio_interval(
    above: Sequence[float], below: Sequence[float], groups: Sequence[Hashable]
) -> tuple[float, float]:
    """Return the 95% bootstrap interval of ``sum(above) / sum(below)`` over whole groups.

    Examples
    --------
    >>> ratio_interval([1.0, 2.0], [2.0, 4.0], ["a", "b"])
    (0.5, 0.5)
    """
    means = bootstrap_means(np.column_stack([above, below]), groups)
    means = means[means[:, 1] > 0]  # a draw with nothing to divide by says nothing
    return percentile_interval(means[:, 0] / means[:, 1])


def jackknife_interval(
    statistic: Callable[[Sequence[_Case]], float],
    cases: Sequence[_Case],
    groups: Sequence[Hashable],
) -> tuple[float, float]:
    """Return the 95% interval of a count of different things, or a share of them.

    A bootstrap draws cases twice and so always finds fewer different ones; leaving out one group
    at a time does not: ``se² = (g - 1)/g Σ(θ_i - θ̄)²`` over the g groups (Efron & Tibshirani
    1993, section 11.5), which is rather too wide than too narrow (Efron & Stein 1981). One group
    alone gives no width.

    Examples
    --------
    >>> jackknife_interval(lambda words: len(set(words)), ["x", "x"], ["a", "b"])
    (1.0, 1.0)
    """
    whole = statistic(cases)
    pairs, left = list(zip(cases, groups, strict=True)), []
    for out in dict.fromkeys(groups):
        if rest := [case for case, group in pairs if group != out]:
            left.append(statistic(rest))
    found = np.asarray(left or [whole])
    half = 1.959964 * sqrt((len(found) - 1) * float(found.var()))
    return whole - half, whole + half


def paired_difference(
    ours: Sequence[float] | Floats,
    theirs: Sequence[float] | Floats,
    groups: Sequence[Hashable] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> tuple[float, float, float]:
    """Return the mean of ``ours - theirs`` over the same cases and its 95% interval.

    An interval clear of zero says that the difference is not the draw of shoppers.

    Raises
    ------
    ValueError
        The two differ in length: they did not meet the same cases.

    Examples
    --------
    >>> paired_difference([1.0, 0.0, 1.0], [0.5, -0.5, 0.5])
    (0.5, 0.5, 0.5)
    """
    if len(ours) != len(theirs):
        raise ValueError(f"unpaired: {len(ours)} cases against {len(theirs)}")
    difference = np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64)
    return mean_interval(difference, groups, resamples, seed)


def wilson_interval(successes: int, n: int, z: float = 1.959964) -> tuple[float, float]:
    """Return Wilson's score interval of a share: honest at 0 and at ``n`` too.

    ``(p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)`` (Wilson 1927; Brown, Cai &
    DasGupta 2001 recommend it for small n). No case at all says nothing: (0, 1).

    Examples
    --------
    >>> [round(end, 3) for end in wilson_interval(0, 100)]
    [0.0, 0.037]
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} successes of {n}")
    if n == 0:
        return 0.0, 1.0
    p, square = successes / n, z * z / n
    middle = (p + square / 2) / (1 + square)
    half = z * sqrt(p * (1 - p) / n + square / (4 * n)) / (1 + square)
    return max(0.0, min(p, middle - half)), min(1.0, max(p, middle + half))
