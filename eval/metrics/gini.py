"""Gini: how unevenly are the places shared out among the catalogue's items?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

import numpy as np


def gini(lists: Iterable[Sequence[str]], catalogue: Collection[str]) -> float:
    """Return the Gini coefficient of how often each item of the catalogue is listed.

    ``G = Σ (2 i - n - 1) x_i / (n Σ x)``, ``x`` ascending, ``i`` from 1 (Gini 1912 in the
    form of Fleder & Hosanagar 2009). 0: all items are listed equally often; ``1 - 1/n``: one
    item takes every place. Never-listed items count as zeros; items outside the catalogue do
    not count. Nothing listed at all gives 0; an empty catalogue raises ``ValueError``.

    Examples
    --------
    >>> gini([["a"], ["b"]], ["a", "b"])
    0.0
    >>> gini([["a"], ["a"]], ["a", "b", "c", "d"])  # (2 * 4 - 4 - 1) * 2 / (4 * 2)
    0.75
    """
    entries = sorted(set(catalogue))
    if not entries:
        raise ValueError("the Gini coefficient of an empty catalogue has no value")
    times = Counter(item for one in lists for item in one)
    x = np.sort(np.array([times[item] for item in entries], dtype=np.float64))
    total = x.sum()
    if total == 0:
        return 0.0
    n = len(x)
    return float(np.dot(2 * np.arange(1, n + 1) - n - 1, x) / (n * total))
