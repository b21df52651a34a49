"""Every vector compared: slow in theory, right always, and fast enough for a shop."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from index.interfaces import Vectors
from index.stores.vectorfile import VectorFile
from index.types import Scored


def check_dimension(vectors: Vectors, dimension: int) -> None:
    """Raise ``ValueError`` naming both dimensions where they differ."""
    if vectors.shape[-1] != dimension:
        raise ValueError(f"a vector of dimension {vectors.shape[-1]} for a store of {dimension}")


class ExactStore:
    """A ``VectorStore`` in memory: one matrix and a row number per id."""

    def __init__(self, dimension: int) -> None:
        self._ids: list[str] = []
        self._rows: dict[str, int] = {}
        self._matrix: Vectors = np.zeros((0, dimension), dtype=np.float32)

    @classmethod
    def of(cls, file: VectorFile) -> ExactStore:
        """Serve a vector file without copying it."""
        store = cls(file.manifest.dimension)
        store._ids = list(file.ids)
        store._rows = {id_: row for row, id_ in enumerate(file.ids)}
        store._matrix = file.matrix
        return store

    @property
    def dimension(self) -> int:
        return int(self._matrix.shape[1])

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._rows

    def vector(self, id_: str) -> Vectors | None:
        """The stored vector. *Shape:* (dimension,). ``None`` where the id is unknown."""
        row = self._rows.get(id_)
        return None if row is None else self._matrix[row]

    def upsert(self, ids: Sequence[str], vectors: Vectors) -> None:
        if len(ids) != len(vectors):
            raise ValueError(f"{len(ids)} ids and {len(vectors)} vectors")
        check_dimension(vectors, self.dimension)
        latest = dict(zip(ids, _normalised(vectors), strict=True))
        self.remove(latest)
        start = len(self._ids)
        self._ids += latest
        self._rows |= {id_: start + i for i, id_ in enumerate(latest)}
        self._matrix = np.concatenate([self._matrix, *(v[None] for v in latest.values())])

    def remove(self, ids: Iterable[str]) -> None:
        gone = {self._rows[i] for i in ids if i in self._rows}
        if not gone:
            return
        kept = [row for row in range(len(self._ids)) if row not in gone]
        self._ids = [self._ids[row] for row in kept]
        self._rows = {id_: row for row, id_ in enumerate(self._ids)}
        self._matrix = self._matrix[kept]

    def query(self, vector: Vectors, k: int, allowed: frozenset[str] | None = None) -> list[Scored]:
        check_dimension(vector, self.dimension)
        if allowed is None:
            return _best(self._ids, self._cosines(self._matrix, vector), k)
        ids = sorted(i for i in allowed if i in self._rows)
        return _best(ids, self._cosines(self._matrix[[self._rows[i] for i in ids]], vector), k)

    def close(self) -> None:
        """Nothing is held open."""

    @staticmethod
    def _cosines(matrix: Vectors, vector: Vectors) -> Vectors:
        # A product row by row: a matrix product may round equal rows differently by their
        # position, which would break ties by chance and make a subset disagree with the whole.
        cosines: Vectors = np.vecdot(matrix, _normalised(vector))
        return cosines


def _normalised(vectors: Vectors) -> Vectors:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Vectors = (vectors / np.where(length == 0, 1, length)).astype(np.float32)
    return unit


def _best(ids: Sequence[str], scores: Vectors, k: int) -> list[Scored]:
    if k <= 0 or not ids:
        return []
    if len(ids) > k:
        limit = np.partition(scores, len(ids) - k)[len(ids) - k]
        kept = [int(row) for row in np.flatnonzero(scores >= limit)]
    else:
        kept = list(range(len(ids)))
    found = [Scored(ids[i], float(scores[i])) for i in kept]
    return sorted(found, key=lambda s: (-s.score, s.id))[:k]
