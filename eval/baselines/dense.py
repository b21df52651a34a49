"""Dense text: what reads like the titles that the shopper bought, the latest weighing most."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from eval.baselines.tuned import DECAYS, K, chosen_decay, listed
from eval.datasets.split import Fold
from eval.ranking import Table
from index.collaborative.histories import Floats, Histories
from index.collaborative.item_knn import ItemKnn, ItemKnnConfig
from index.collaborative.top import top_columns

NEIGHBOURS = 200
"""Items kept that read most like an item."""
BLOCK = 1024


class Dense:
    """A ``Baseline``: item-kNN whose similarity is the cosine of the items' texts.

    Decay by validation NDCG@10 in one table.

    Parameters
    ----------
    vectors
        Gives a unit vector an item, in the order of the lesson's columns.
    """

    name = "dense"

    def __init__(self, vectors: Callable[[], Floats], tuning: Fold, table: Table) -> None:
        self._vectors, self._tuning, self._table = vectors, tuning, table
        self._best: tuple[ItemKnnConfig, float] | None = None
        self.chosen = ""
        """The decay; said in the report."""

    def fit(self, train: Histories) -> None:
        """Find what reads alike, and choose the decay, the first time."""
        near = alike(self._vectors(), train.known())
        self._best = self._best or self._choose(near)
        config, value = self._best
        self._model = ItemKnn(config, train.items, near)
        self.chosen = (
            f"dense: decay {config.decay:g} a visit, of {listed(DECAYS)}, {NEIGHBOURS} "
            f"neighbours, by validation NDCG@{K} ({value:.4f})"
        )

    def score(self, histories: Histories) -> Floats:
        return self._model.score_matrix(histories)

    def _choose(self, near: sparse.csr_matrix) -> tuple[ItemKnnConfig, float]:
        model = ItemKnn(ItemKnnConfig(), self._tuning.train.items, near)
        return chosen_decay(model, self._tuning, self._table)


def alike(vectors: Floats, known: NDArray[np.bool_]) -> sparse.csr_matrix:
    """Return the cosines of each item's nearest; none with itself or what nobody bought.

    *Shape:* (items, dimension) and (items,) to (items, items).
    """
    items = len(vectors)
    rows, columns, values = [], [], []
    for start in range(0, items, BLOCK):
        block = vectors[start : start + BLOCK] @ vectors.T
        block[:, ~known] = -np.inf
        block[np.arange(len(block)), np.arange(start, start + len(block))] = -np.inf
        best = top_columns(block, min(NEIGHBOURS, items))
        row, place = np.nonzero(best >= 0)
        column = best[row, place]
        cosine = block[row, column]
        kept = cosine > 0
        rows.append(row[kept] + start)
        columns.append(column[kept])
        values.append(cosine[kept])
    where = (np.concatenate(rows), np.concatenate(columns))
    return sparse.csr_matrix((np.concatenate(values), where), shape=(items, items))
