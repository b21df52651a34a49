"""A bare Chroma client upserting into its directory, as its manual shows: control and peer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.config import Settings

from index.interfaces import Vectors

COUNT, DIMENSION, BATCH = 5000, 64, 100
"""Vectors that one writer puts in; few dimensions, so that it saves its index often."""
SAMPLE = 60


def fill(folder: Path, start: int, acknowledge: Callable[[int], None]) -> None:
    """Upsert ``COUNT`` vectors from the ``start``-th on; tell after each batch how many are in."""
    collection = _client(folder).get_or_create_collection("bare", embedding_function=None)
    for first in range(start, start + COUNT, BATCH):
        rows = range(first, first + BATCH)
        collection.upsert([f"p{row}" for row in rows], embeddings=_vectors(rows))
        acknowledge(first + BATCH)


def upsert(folder: Path, ids: Sequence[str], matrix: Vectors) -> None:
    """Upsert these, in the largest batches that the client takes: the peer of an index build."""
    client = _client(folder)
    collection = client.get_or_create_collection("bare", embedding_function=None)
    most = client.get_max_batch_size()
    for start in range(0, len(ids), most):
        rows = slice(start, start + most)
        collection.upsert(list(ids[rows]), embeddings=matrix[rows])


def fault(folder: Path, acknowledged: int) -> str:
    """A sentence where what was acknowledged is not found again; empty where all is well."""
    if not acknowledged:
        return ""
    collection = _client(folder).get_collection("bare", embedding_function=None)
    if collection.count() < acknowledged:
        return f"it counts {collection.count()} of {acknowledged} acknowledged"
    rows = [int(row) for row in np.linspace(0, acknowledged - 1, SAMPLE)]
    found = collection.query(query_embeddings=list(_vectors(rows)), n_results=1)["ids"]
    missed = sum(f"p{row}" not in ids for row, ids in zip(rows, found, strict=True))
    return f"{missed} of {SAMPLE} vectors don't find themselves" if missed else ""


def _client(folder: Path) -> Any:
    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


def _vectors(rows: Iterable[int]) -> Vectors:
    """Unit vectors, each drawn from its row alone."""
    drawn = np.stack([np.random.default_rng(row).normal(size=DIMENSION) for row in rows])
    unit: Vectors = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)
    return unit
