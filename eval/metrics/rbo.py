"""Rank-biased overlap: how alike are two rankings, the top weighing most?"""

from __future__ import annotations

from collections.abc import Sequence


def rbo(one: Sequence[str], other: Sequence[str], p: float = 0.9) -> float:
    """Return the extrapolated rank-biased overlap, from 0 (nothing shared) to 1 (the same).

    Webber, Moffat & Zobel, "A similarity measure for indefinite rankings", TOIS 2010, eq. 32,
    which also takes lists of unequal length ``s <= l``::

        RBO_ext = (1 - p)/p · ( Σ_{d=1..l} X_d/d · p^d + Σ_{d=s+1..l} X_s (d - s)/(s d) · p^d )
                  + ( (X_l - X_s)/l + X_s/s ) · p^l

    ``X_d`` is the number of items that the two share to depth ``d``. With ``p = .9`` the first
    ten places carry 86% of the weight. Two empty lists are the same: 1; one empty list: 0.
    Repeated items within a list raise ``ValueError``, as does ``p`` outside (0, 1).

    Examples
    --------
    >>> round(rbo(["a", "b"], ["b", "a"], p=0.5), 10)  # .5/.5 (0/1 .5 + 2/2 .25) + 2/2 .25
    0.5
    >>> round(rbo(["a", "b", "c"], ["a", "b", "c"]), 10)
    1.0
    """
    if not 0 < p < 1:
        raise ValueError(f"p must lie between 0 and 1, got {p}")
    if len(set(one)) < len(one) or len(set(other)) < len(other):
        raise ValueError("a ranking may not hold an item twice")
    short, long = sorted((one, other), key=len)
    s, length = len(short), len(long)
    if s == 0:
        return float(length == 0)
    shared = [len(set(short[:d]) & set(long[:d])) for d in range(1, length + 1)]
    at_s, at_l = shared[s - 1], shared[-1]
    agreed = sum(x / d * p**d for d, x in enumerate(shared, start=1))
    guessed = sum(at_s * (d - s) / (s * d) * p**d for d in range(s + 1, length + 1))
    value = (1 - p) / p * (agreed + guessed) + ((at_l - at_s) / length + at_s / s) * p**length
    return min(1.0, value)
