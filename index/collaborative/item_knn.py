"""Item-kNN: what is bought by the same people as what you bought, the latest weighing most."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from scipy import sparse

from index.collaborative.histories import Floats, Histories
from index.collaborative.numbered import NumberedModel
from index.collaborative.stored import parts_of, read, write
from index.collaborative.top import NEVER, top_columns

KIND = "item-knn"
BLOCK = 512
"""Items whose similarities are dense at once: 512 x 12,000 float32 is 25 MB."""


class ItemKnnConfig(BaseModel):
    """Settings of the neighbourhood model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    decay: float = Field(default=0.6, gt=0, le=1)
    """Weight of a purchase per visit made since; 1 forgets nothing."""
    shrink: float = Field(default=0.0, ge=0)
    """Added to the denominator: doubts similarities that rest on few shoppers."""
    neighbours: int | None = Field(default=None, ge=1)
    """Similar items kept for each item; ``None`` keeps all."""


class ItemKnn(NumberedModel):
    """A ``CollaborativeModel`` over cosine similarity of the items' buyers.

    ``sim(i, j) = |buyers of both| / (sqrt(|buyers of i| |buyers of j|) + shrink)``, 0 on the
    diagonal (Sarwar et al. 2001; shrinkage as Dacrema, Cremonesi & Jannach 2019). A
    candidate's score is the sum over the history of ``decay ** visits since`` times its
    similarity to what was bought. An item without any similar purchase is not recommended.
    """

    def __init__(self, config: ItemKnnConfig, items: Sequence[str], similarity: Any) -> None:
        super().__init__(items)
        self.config = config
        self.similarity = similarity
        """*Shape:* (items, items), float32 CSR, a row an item of the history."""

    @classmethod
    def fit(cls, train: Histories, config: ItemKnnConfig | None = None) -> ItemKnn:
        """Learn the similarities; exact, deterministic, and with no seed."""
        config = config or ItemKnnConfig()
        rows = np.arange(len(train.items))
        return cls(config, train.items, _similarities(train.seen(), rows, config))

    def updated(self, train: Histories, touched: Collection[str]) -> ItemKnn:
        """Learn new purchases without a refit: what ``fit`` on all of ``train`` would give.

        Only the rows of items that share a buyer with a touched one are counted again.

        Parameters
        ----------
        train
            All purchases, those that were learned from and the new ones. Items may have come
            to the model's own; none may have gone (``ValueError``).
        touched
            Items with a new buyer, at least.
        """
        column_of = {item: n for n, item in enumerate(train.items)}
        if not column_of.keys() >= set(self.items):
            raise ValueError("an item is gone: fit anew")
        seen = train.seen()
        moved = np.array([column_of[item] for item in self.items], dtype=np.int64)
        new = set(train.items) - set(self.items)
        columns = sorted(column_of[item] for item in new.union(touched) if item in column_of)
        buyers = np.unique(seen[:, columns].nonzero()[0])
        stale = np.zeros(len(train.items), dtype=bool)
        stale[np.unique(seen[buyers].indices)] = stale[columns] = True
        kept = self.similarity.tocoo()
        kept = sparse.csr_matrix(
            (kept.data, (moved[kept.row], moved[kept.col])), shape=(len(train.items),) * 2
        )
        fresh = _similarities(seen, np.flatnonzero(stale), self.config)
        place = np.where(stale, np.cumsum(stale) - 1, len(fresh.indptr) - 1 + np.arange(len(stale)))
        both = sparse.vstack([fresh, kept], format="csr")
        return ItemKnn(self.config, train.items, both[place])

    def _scores(self, histories: Histories) -> Floats:
        """Add up the similarities; ``-inf`` where nothing speaks for it."""
        weighed = histories.decayed(self.config.decay) @ self.similarity
        scores: Floats = weighed.toarray()
        scores[scores == 0] = NEVER
        return scores

    def save(self, folder: Path) -> None:
        """Write the model; see ``index.collaborative.stored``."""
        arrays = parts_of("similarity", self.similarity)
        write(folder, KIND, self.config.model_dump(), {"items": self.items}, arrays)

    @classmethod
    def load(cls, folder: Path) -> ItemKnn:
        """Read it back; ``BadData`` where there is no whole one."""
        found = read(folder, KIND)
        items = found.names["items"]
        similarity = found.matrix("similarity", (len(items), len(items)))
        return cls(ItemKnnConfig(**found.config), items, similarity)


def _similarities(seen: Any, rows: NDArray[np.int64], config: ItemKnnConfig) -> Any:
    """Return these rows of the similarity matrix. *Shape:* (rows, items), float32 CSR."""
    by_item = seen.T.tocsr()
    root = np.sqrt(np.asarray(seen.sum(axis=0), dtype=np.float32).ravel())
    blocks = [
        _similar(by_item[some] @ seen, some, root, config)
        for some in (rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK))
    ]
    if not blocks:
        return sparse.csr_matrix((0, seen.shape[1]), dtype=np.float32)
    return sparse.vstack(blocks, format="csr")


def _similar(
    shared: Any, rows: NDArray[np.int64], root: NDArray[np.float32], config: ItemKnnConfig
) -> Any:
    """Return rows of the similarity matrix from their co-purchase counts."""
    block = shared.toarray()
    below = root[rows, None] * root[None, :] + config.shrink
    block = np.divide(block, below, out=np.zeros_like(block), where=below > 0)
    block[np.arange(len(rows)), rows] = 0.0
    if config.neighbours is not None and config.neighbours < block.shape[1]:
        kept = top_columns(block, config.neighbours)
        cut = np.zeros_like(block)
        np.put_along_axis(cut, kept, np.take_along_axis(block, kept, axis=1), axis=1)
        block = cut
    return sparse.csr_matrix(block, dtype=np.float32)
