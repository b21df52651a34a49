"""Matrix factorisation: a vector a shopper, a vector a product, and their dot product."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from scipy.special import expit

from index.collaborative.histories import Floats, Histories
from index.collaborative.numbered import NumberedModel
from index.collaborative.stored import read, write
from index.collaborative.top import NEVER
from index.errors import MissingExtra

KIND = "mf"
ITEM_BIAS = -2
"""Where the library's logistic vectors carry a product's own term, and a shopper's hold 1."""
CLIMBS = 12
"""Steps to a shopper's logistic vector."""

Doubles = NDArray[np.float64]


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
    loss: Literal["squares", "logistic"] = "squares"
    """Squares: a purchase is 1 and its absence 0, alternating least squares. Logistic: how likely
    a purchase is, by gradients; wants more rounds."""
    seed: int = Field(default=0, ge=0)


class Factors(NumberedModel):
    """A ``CollaborativeModel``: implicit feedback, by least squares or by a logistic loss.

    Hu, Koren & Volinsky (ICDM 2008) and Johnson (NIPS workshop 2014), by the library
    ``implicit``; a purchase counts ``log(1 + times)``. A shopper's vector is always solved for
    anew from their own history with the products' vectors held still (eq. 4 of the first), so
    that strangers and new purchases need no refit. Products that nobody bought are not
    recommended.
    """

    def __init__(
        self, config: FactorsConfig, items: Sequence[str], vectors: Floats, known: NDArray[np.bool_]
    ) -> None:
        super().__init__(items)
        self.config = config
        self.vectors = vectors
        """*Shape:* (items, factors), and two biases where the loss is logistic."""
        self.known = known
        """Whether anyone bought the item in training. *Shape:* (items,)."""
        self._exact = vectors.astype(np.float64)
        self._gram = self._exact.T @ self._exact

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
        width = config.factors + 2 * (config.loss == "logistic")
        vectors = np.zeros((len(train.items), width), dtype=np.float32)
        if known.any():
            vectors = _factorised(_damped(train), config)
        return cls(config, train.items, vectors, known)

    def _scores(self, histories: Histories) -> Floats:
        """Solve for every shopper; ``-inf`` for items unknown in training."""
        solve = _by_logistic if self.config.loss == "logistic" else _by_squares
        people = solve(_damped(histories), self._exact, self._gram, self.config)
        scores = (people @ self.vectors.T).astype(np.float32)
        scores[:, ~self.known] = NEVER
        return scores

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


def _by_squares(bought: Any, vectors: Doubles, gram: Doubles, config: FactorsConfig) -> Doubles:
    """Solve ``(YᵀY + Yᵀ(C - I)Y + λI) x = YᵀC p`` for each. *Shape:* (shoppers, factors)."""
    people = np.zeros((bought.shape[0], vectors.shape[1]))
    whole = gram + config.ridge * np.eye(vectors.shape[1])
    for row, (columns, sure) in enumerate(_each(bought, config)):
        mine = vectors[columns]
        left = whole + (mine * sure[:, None]).T @ mine
        people[row] = np.linalg.solve(left, mine.T @ (1 + sure))
    return people


def _by_logistic(bought: Any, vectors: Doubles, gram: Doubles, config: FactorsConfig) -> Doubles:
    """Climb Johnson's posterior (eq. 3) for each. *Shape:* (shoppers, factors + 2).

    It curves by at most a quarter of ``Σ (1 + αr) yyᵀ`` and the ridge (Böhning 1992), so that
    steps by that matrix never overshoot. In place ``ITEM_BIAS`` a shopper has 1, held.
    """
    people = np.zeros((bought.shape[0], vectors.shape[1]))
    people[:, ITEM_BIAS] = 1.0
    free = np.delete(np.arange(vectors.shape[1]), ITEM_BIAS)
    open_ = vectors[:, free]
    whole = gram[np.ix_(free, free)]
    steps = np.zeros((len(people), len(free), len(free)))
    for row, (columns, sure) in enumerate(_each(bought, config)):
        mine = open_[columns]
        curve = (whole + (mine * sure[:, None]).T @ mine) / 4
        steps[row] = np.linalg.inv(curve + config.ridge * np.eye(len(free)))
    pull = bought * config.confidence
    for _ in range(CLIMBS):
        chance = expit(people @ vectors.T)
        missing = pull @ open_ - (chance + pull.multiply(chance)) @ open_
        rise = missing - config.ridge * people[:, free]
        people[:, free] += np.einsum("nij,nj->ni", steps, rise)
    return people


def _each(bought: Any, config: FactorsConfig) -> Iterator[tuple[NDArray[np.int32], Doubles]]:
    """Yield each shopper's columns and how sure they are: alpha times the damped count."""
    for start, end in pairwise(bought.indptr):
        yield bought.indices[start:end], config.confidence * bought.data[start:end].astype(float)


def _damped(histories: Histories) -> Any:
    """Return ``log(1 + times bought)``. *Shape:* (shoppers, items), float32 CSR."""
    counts = histories.counts()
    counts.data = np.log1p(counts.data)
    return counts


def _factorised(bought: Any, config: FactorsConfig) -> Floats:
    try:
        from implicit.cpu.als import AlternatingLeastSquares
        from implicit.cpu.lmf import LogisticMatrixFactorization
    except ImportError:
        raise MissingExtra("implicit", "rank") from None
    same = {
        "factors": config.factors,
        "regularization": config.ridge,
        "iterations": config.rounds,
        "random_state": config.seed,
    }
    if config.loss == "logistic":
        # Several threads would draw the seed's numbers in no order.
        model = LogisticMatrixFactorization(**same, num_threads=1)
        model.fit(bought * config.confidence, show_progress=False)
    else:
        model = AlternatingLeastSquares(**same, alpha=config.confidence)
        model.fit(bought, show_progress=False)
    return np.asarray(model.item_factors, dtype=np.float32)
