"""Area under the curve: how well a score tells two kinds of cases apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import rankdata


def auc(positive: ArrayLike, negative: ArrayLike) -> float:
    """Return the chance that a positive case scores above a negative one; a tie is half.

    ``(R - n(n+1)/2) / (n m)`` with R the ranks of the n positives among all n + m (Mann &
    Whitney 1947; Hanley & McNeil 1982). .5 tells nothing, 1 everything.

    Raises
    ------
    ValueError
        One kind has no case.

    Examples
    --------
    >>> auc([0.9, 0.4], [0.5, 0.1])
    0.75
    """
    ours, theirs = np.asarray(positive, float), np.asarray(negative, float)
    n, m = len(ours), len(theirs)
    if not n or not m:
        raise ValueError("need cases of both kinds")
    ranks = rankdata(np.concatenate([ours, theirs]))[:n]
    return float((ranks.sum() - n * (n + 1) / 2) / (n * m))
