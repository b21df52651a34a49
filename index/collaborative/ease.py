"""EASE: the best linear map from what you bought to what you buy, in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from scipy.linalg import lapack

from index.collaborative.histories import Floats, Histories
from index.collaborative.numbered import NumberedModel
from index.collaborative.stored import read, write
from index.collaborative.top import NEVER

KIND = "ease"


class EaseConfig(BaseModel):
    """Settings of the linear model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ridge: float = Field(default=200.0, gt=0)
    """λ, the L2 penalty: higher trusts single co-purchases less."""


class Ease(NumberedModel):
    """A ``CollaborativeModel``: an item-item weight matrix with a zero diagonal.

    ``G = XᵀX + λI``, ``P = G⁻¹``, ``B_ij = -P_ij / P_jj``, ``B_jj = 0``, scores ``X B``
    (Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019, eq. 8). Items
    that nobody bought in training are not recommended. Memory is one dense float32 matrix of
    items squared: 590 MB at 12,101 items; time grows with the cube.
    """

    def __init__(
        self, config: EaseConfig, items: Sequence[str], weights: Floats, known: NDArray[np.bool_]
    ) -> None:
        super().__init__(items)
        self.config = config
        self.weights = weights
        """*Shape:* (items, items), a row an item of the history."""
        self.known = known
        """Whether anyone bought the item in training. *Shape:* (items,)."""

    @classmethod
    def fit(cls, train: Histories, config: EaseConfig | None = None) -> Ease:
        """Solve for the weights; deterministic, and with no seed."""
        config = config or EaseConfig()
        seen = train.seen()
        gram = np.asfortranarray((seen.T @ seen).toarray())
        gram[np.diag_indices_from(gram)] += np.float32(config.ridge)
        weights = _inverse(gram)
        weights /= -np.diag(weights).copy()
        np.fill_diagonal(weights, 0.0)
        return cls(config, train.items, weights, train.known())

    def _scores(self, histories: Histories) -> Floats:
        """Multiply; ``-inf`` for items unknown in training."""
        scores: Floats = histories.seen() @ self.weights
        scores[:, ~self.known] = NEVER
        return scores

    def save(self, folder: Path) -> None:
        """Write the model; see ``index.collaborative.stored``."""
        arrays = {"weights": self.weights, "known": self.known}
        write(folder, KIND, self.config.model_dump(), {"items": self.items}, arrays)

    @classmethod
    def load(cls, folder: Path) -> Ease:
        """Read it back; ``BadData`` where there is no whole one."""
        found = read(folder, KIND)
        config = EaseConfig(**found.config)
        return cls(config, found.names["items"], found.arrays["weights"], found.arrays["known"])


def _inverse(gram: Any) -> Floats:
    """Invert a symmetric positive definite matrix in Fortran order in place, by Cholesky.

    The result lies in C order, as the products with sparse rows want it.

    Raises
    ------
    ValueError
        The matrix is not positive definite.
    """
    if not gram.size:
        return np.zeros(gram.shape, dtype=np.float32)
    factor, failed = lapack.spotrf(gram, lower=1, overwrite_a=1, clean=0)
    if not failed:
        factor, failed = lapack.spotri(factor, lower=1, overwrite_c=1)
    if failed:
        raise ValueError("the co-purchase matrix can not be inverted; use a higher ridge")
    for column in range(1, len(factor)):
        factor[:column, column] = factor[column, :column]
    inverse: Floats = factor.T
    return inverse
