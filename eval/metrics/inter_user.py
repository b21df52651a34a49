"""Inter-user distance: how unlike one another are the lists of different shoppers?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eval.metrics.jaccard import jaccard


def inter_user_distance(
    lists: Sequence[Sequence[str]], k: int, pairs: int = 100_000, seed: int = 0
) -> float:
    """Return ``1 - mean Jaccard@k`` over pairs of shoppers: 0 all alike, 1 nothing shared.

    After Zhou et al. 2010 (PNAS), with Jaccard where they take ``overlap / k`` so that short
    lists are not punished. All pairs where there are at most ``pairs`` of them, else so many
    drawn with the seed (with replacement). Fewer than two lists give 0.

    Examples
    --------
    >>> lists = [["a", "b"], ["b", "c"], ["a", "b"]]
    >>> round(inter_user_distance(lists, k=2), 4)  # 1 - (1/3 + 1 + 1/3) / 3
    0.4444
    """
    n = len(lists)
    if n < 2:
        return 0.0
    if n * (n - 1) // 2 <= pairs:
        left, right = np.triu_indices(n, k=1)
    else:
        rng = np.random.default_rng(seed)
        left = rng.integers(0, n, size=pairs)
        right = (left + rng.integers(1, n, size=pairs)) % n
    shared = sum(
        jaccard(lists[i], lists[j], k) for i, j in zip(left.tolist(), right.tolist(), strict=True)
    )
    return 1.0 - shared / len(left)
