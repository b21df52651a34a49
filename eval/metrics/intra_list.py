"""Intra-list distance: how unlike one another are the items of one list?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray


def intra_list_distance(
    ranked: Sequence[str], vectors: Mapping[str, NDArray[np.float32]], k: int
) -> float:
    """Return the mean of ``1 - cosine`` over all pairs of the first ``k`` items.

    Ziegler et al. 2005 (intra-list similarity), as a distance from 0 to 2. Fewer than two
    items give 0. An item without a vector raises ``KeyError``; a zero vector is at distance 1
    from everything.

    Parameters
    ----------
    vectors
        Item to its vector, of any length. *Shape of each:* (dimension,).

    Examples
    --------
    >>> east, north = np.float32([1, 0]), np.float32([0, 2])
    >>> intra_list_distance(["a", "b", "c"], {"a": east, "b": east, "c": north}, k=3) == 2 / 3
    True
    """
    listed = ranked[:k]
    if len(listed) < 2:
        return 0.0
    rows = np.stack([vectors[item] for item in listed]).astype(np.float64)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    above = np.triu_indices(len(listed), k=1)
    return float(np.mean(1.0 - (unit @ unit.T)[above]))
