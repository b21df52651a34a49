"""Matrix factorisation: a vector a shopper, a vector a product, and their dot product."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from index.collaborative.histories import Floats, Histories
from index.collaborative.stored import read, write
from index.collaborative.top import NEVER, best_of_row
from index.errors import MissingExtra
from index.types import Interaction, Scored

KIND = "mf"


class FactorsConfig(BaseModel):
    """Settings of the factorisation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    factors: int = Field(default=64, ge=1)
    """Numbers in a vector."""
    ridge: float = Field(default=5.0, gt=0)
    """L2 penalty of the vectors."""
    confidence: float = Field(default=5.0, gt=0)
    """How much surer a purchase is than its absence: alpha of the source."""
    rounds: int = Field(default=15, ge=1)
    seed: int = Field(default=0, ge=0)


class Factors:
    """A ``CollaborativeModel``: implicit feedback, alternating least squares.

    Hu, Koren & Volinsky (ICDM 2008), by the library ``implicit``; a purchase counts
    ``log(1 + times)``. A shopper's vector is always solved for anew from their own history
    with the products' vectors held still (eq. 4 there), so that strangers and new purchases
    need no refit. Products that nobody bought are not recommended.
    """

    def __init__(
        self, config: FactorsConfig, items: Sequence[str], vectors: Floats, known: NDArray[np.bool_]
    ) -> None:
        self.config = config
        self.items = tuple(items)
        self.vectors = vectors
        """*Shape:* (items, factors)."""
        self.known = known
        """Whether anyone bought the item in training. *Shape:* (items,)."""
        self._gram = vectors.T @ vectors + config.ridge * np.eye(vectors.shape[1])
        self._column_of = {item: n for n, item in enumerate(self.items)}

    @classmethod
    def fit(cls, train: Histories, config: FactorsConfig | None = None) -> Factors:
        """Factorise; the same seed gives the same vectors.

        Raises
        ------
        MissingExtra
            The library ``implicit`` is not installed.
        """
        config = config or FactorsConfig()
        known = train.known()
        vectors = np.zeros((len(train.items), config.factors), dtype=np.float32)
        if known.any():
            vectors = _factorised(_damped(train), config)
        return cls(config, train.items, vectors, known)

    def score_matrix(self, histories: Histories) -> Floats:
        """Score every item for every shopper, ``-inf`` for items unknown in training.

        *Shape:* (shoppers, items). Raises ``ValueError`` where the columns are not the
        model's own.
        """
        if histories.items != self.items:
            raise ValueError("these histories number their items otherwise than the model")
        bought = _damped(histories)
        people = [
            self._person(bought.indices[start:end], bought.data[start:end])
            for start, end in zip(bought.indptr[:-1], bought.indptr[1:], strict=True)
        ]
        shape = len(people), self.config.factors
        scores = (np.array(people).reshape(shape) @ self.vectors.T).astype(np.float32)
        scores[:, ~self.known] = NEVER
        return scores

    def recommend(
        self,
        history: Sequence[Interaction],
        as_of: date,
        k: int,
        allowed: frozenset[str] | None = None,
    ) -> list[Scored]:
        """Follow ``CollaborativeModel``; an empty history says nothing, so nothing comes."""
        past = Histories.from_interactions(history, self._column_of, self.items, as_of)
        if not past.shoppers:
            return []
        scores = self.score_matrix(past)[0]
        return best_of_row(scores, self.items, self._column_of, k, allowed)

    def save(self, folder: Path) -> None:
        """Write the model; see ``index.collaborative.stored``."""
        arrays = {"vectors": self.vectors, "known": self.known}
        write(folder, KIND, self.config.model_dump(), {"items": self.items}, arrays)

    @classmethod
    def load(cls, folder: Path) -> Factors:
        """Read it back; ``BadData`` where there is no whole one."""
        found = read(folder, KIND)
        config = FactorsConfig(**found.config)
        return cls(config, found.names["items"], found.arrays["vectors"], found.arrays["known"])

    def _person(self, columns: Any, amounts: Any) -> NDArray[np.float64]:
        """Solve ``(YᵀY + Yᵀ(C - I)Y + λI) x = YᵀC p`` for one shopper. *Shape:* (factors,)."""
        sure = self.config.confidence * amounts.astype(np.float64)
        mine = self.vectors[columns].astype(np.float64)
        left = self._gram + (mine * sure[:, None]).T @ mine
        found: NDArray[np.float64] = np.linalg.solve(left, mine.T @ (1 + sure))
        return found


def _damped(histories: Histories) -> Any:
    """Return ``log(1 + times bought)``. *Shape:* (shoppers, items), float32 CSR."""
    counts = histories.counts()
    counts.data = np.log1p(counts.data)
    return counts


def _factorised(bought: Any, config: FactorsConfig) -> Floats:
    try:
        from implicit.cpu.als import AlternatingLeastSquares
    except ImportError:
        raise MissingExtra("implicit", "rank") from None
    model = AlternatingLeastSquares(
        factors=config.factors,
        regularization=config.ridge,
        alpha=config.confidence,
        iterations=config.rounds,
        random_state=config.seed,
    )
    model.fit(bought, show_progress=False)
    return np.asarray(model.item_factors, dtype=np.float32)
