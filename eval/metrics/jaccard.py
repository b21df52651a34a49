"""Jaccard: how much do two lists share, order aside?"""

from __future__ import annotations

from collections.abc import Sequence

from eval.metrics.cutoff import head


def jaccard(one: Sequence[str], other: Sequence[str], k: int) -> float:
    """Return ``|A ∩ B| / |A ∪ B|`` of the first ``k`` items of each (Jaccard 1901).

    Two empty lists are the same list: 1.

    Examples
    --------
    >>> jaccard(["a", "b", "c"], ["c", "b", "z"], k=3)  # b, c of a, b, c, z
    0.5
    """
    a, b = set(head(one, k)), set(head(other, k))
    return len(a & b) / len(a | b) if a | b else 1.0


def jaccard_by_chance(k: int, candidates: int) -> float:
    """Return about what two random lists of ``k`` of ``candidates`` score: print it beside.

    Two random draws share ``k² / n`` items on average; the ratio of the averages is
    ``(k²/n) / (2k - k²/n)``.

    Examples
    --------
    >>> round(jaccard_by_chance(5, 20), 2)  # 1.25 / 8.75
    0.14
    """
    if not 1 <= k <= candidates:
        raise ValueError(f"k must lie from 1 to the {candidates} candidates, got {k}")
    shared = k * k / candidates
    return shared / (2 * k - shared)
