"""User-kNN: what shoppers like you buy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from scipy import sparse

from index.collaborative.histories import Floats, Histories
from index.collaborative.numbered import NumberedModel
from index.collaborative.stored import parts_of, read, write
from index.collaborative.top import NEVER, top_columns

KIND = "user-knn"


class UserKnnConfig(BaseModel):
    """Settings of the shoppers' neighbourhood."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    decay: float = Field(default=0.97, gt=0, le=1)
    """Weight of a purchase per visit made since, in the likeness of two shoppers."""
    neighbours: int = Field(default=200, ge=1)
    """Shoppers that are listened to."""


class UserKnn(NumberedModel):
    """A ``CollaborativeModel`` over the cosine of shoppers' baskets.

    A shopper is the vector of ``log(1 + purchases)``, each purchase weighing ``decay ** visits
    since``. A product's score is the share of the ``neighbours`` most similar shoppers who
    bought it, each weighing as much as their similarity (Herlocker et al. 1999; the personal
    part of TIFU-KNN, Hu et al., SIGIR 2020, is left to the repeat sources). Shoppers of the
    same id are never their own neighbours.
    """

    def __init__(
        self, config: UserKnnConfig, shoppers: Sequence[str], items: Sequence[str], bought: Any
    ) -> None:
        super().__init__(items)
        self.config = config
        self.shoppers = tuple(shoppers)
        self.bought = bought
        """Decayed purchases. *Shape:* (shoppers, items), float32 CSR."""
        self._unit = _unit(bought)
        self._seen = bought.copy()
        self._seen.data[:] = 1.0
        self._row_of = {shopper: n for n, shopper in enumerate(self.shoppers)}

    @classmethod
    def fit(cls, train: Histories, config: UserKnnConfig | None = None) -> UserKnn:
        """Remember every shopper; nothing is solved for."""
        config = config or UserKnnConfig()
        return cls(config, train.shoppers, train.items, train.decayed(config.decay))

    def _scores(self, histories: Histories) -> Floats:
        """Ask the neighbours; ``-inf`` where none of them bought it."""
        if not self.shoppers:
            return np.full(histories.shape, NEVER, dtype=np.float32)
        alike: Floats = (_unit(histories.decayed(self.config.decay)) @ self._unit.T).toarray()
        for number, shopper in enumerate(histories.shoppers):
            if shopper in self._row_of:
                alike[number, self._row_of[shopper]] = 0.0
        alike[alike <= 0] = NEVER
        near = top_columns(alike, self.config.neighbours)
        row, place = np.nonzero(near >= 0)
        column = near[row, place]
        weights = sparse.csr_matrix((alike[row, column], (row, column)), alike.shape)
        total = np.asarray(weights.sum(axis=1), dtype=np.float32)
        scores: Floats = (weights @ self._seen).toarray()
        scores = np.divide(scores, total, out=np.zeros_like(scores), where=total > 0)
        scores[scores == 0] = NEVER
        return scores

    def save(self, folder: Path) -> None:
        """Write the model; see ``index.collaborative.stored``."""
        names = {"shoppers": self.shoppers, "items": self.items}
        arrays = parts_of("bought", self.bought)
        write(folder, KIND, self.config.model_dump(), names, arrays)

    @classmethod
    def load(cls, folder: Path) -> UserKnn:
        """Read it back; ``BadData`` where there is no whole one."""
        found = read(folder, KIND)
        shoppers, items = found.names["shoppers"], found.names["items"]
        bought = found.matrix("bought", (len(shoppers), len(items)))
        return cls(UserKnnConfig(**found.config), shoppers, items, bought)


def _unit(bought: Any) -> Any:
    """Return rows of ``log(1 + x)`` of length 1; empty rows stay empty."""
    damped = bought.copy()
    damped.data = np.log1p(damped.data)
    length = np.sqrt(np.asarray(damped.multiply(damped).sum(axis=1)).ravel())
    scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0)
    return (sparse.diags(scale) @ damped).tocsr().astype(np.float32)
