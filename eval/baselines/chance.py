"""Random: the floor under every table."""

from __future__ import annotations

import zlib

import numpy as np

from index.collaborative.histories import Floats, Histories
from index.collaborative.top import NEVER


class Chance:
    """A ``Baseline`` that scores every known item at random, by seed and case."""

    name = "random"
    chosen = ""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def fit(self, train: Histories) -> None:
        self._known = train.known()

    def score(self, histories: Histories) -> Floats:
        scores = np.empty(histories.shape, dtype=np.float32)
        for row, case in enumerate(histories.shoppers):
            rng = np.random.default_rng([self.seed, zlib.crc32(case.encode())])
            scores[row] = rng.random(len(histories.items), dtype=np.float32)
        scores[:, ~self._known] = NEVER
        return scores
