"""The best of a score matrix, ties always by id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.types import Scored

NEVER = np.float32(-np.inf)
"""The score of what may not or can not be recommended."""


def top_columns(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Return each row's ``k`` best columns, best first, ties by lower column.

    Columns that score ``-inf`` never stand there; what is missing to ``k`` is -1.
    *Shape:* (rows, items) to (rows, k). NaN raises ``ValueError``.
    """
    if np.isnan(scores).any():
        raise ValueError("a score is not a number")
    rows, items = scores.shape
    wanted = min(k, items)
    best = np.full((rows, k), -1, dtype=np.int64)
    if not rows or not wanted:
        return best
    edge = np.partition(scores, items - wanted, axis=1)[:, items - wanted, None]
    above, level = scores > edge, scores == edge
    room = wanted - above.sum(axis=1, keepdims=True)
    chosen = above | (level & (np.cumsum(level, axis=1) <= room))
    columns = np.nonzero(chosen)[1].reshape(rows, wanted)
    values = np.take_along_axis(scores, columns, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    sorted_values = np.take_along_axis(values, order, axis=1)
    best[:, :wanted] = np.where(
        sorted_values == NEVER, -1, np.take_along_axis(columns, order, axis=1)
    )
    return best


def best_of_row(
    scores: NDArray[np.float32],
    items: Sequence[str],
    column_of: Mapping[str, int],
    k: int,
    allowed: frozenset[str] | None = None,
) -> list[Scored]:
    """Return at most ``k`` items of one row of scores, of ``allowed`` only. *Shape:* (items,)."""
    if allowed is not None:
        mask = np.full(len(items), NEVER, dtype=np.float32)
        columns = [column_of[item] for item in allowed if item in column_of]
        mask[columns] = scores[columns]
        scores = mask
    found = top_columns(scores[None, :], k)[0]
    return [Scored(items[c], float(scores[c])) for c in found.tolist() if c >= 0]
