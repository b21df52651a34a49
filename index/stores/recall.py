"""How much of the exact answer an approximate store gives."""

from __future__ import annotations

import numpy as np

from index.interfaces import Vectors, VectorStore
from index.stores.exact import ExactStore

SAME = 1e-5
"""Cosines this close are equal: which of equally near products comes is not a miss."""


def recalls(approximate: VectorStore, exact: ExactStore, queries: Vectors, k: int) -> list[float]:
    """Recall at ``k`` of each query. *Shape of queries:* (n, dimension).

    The share of the exact store's ``k`` places that the approximate store filled with a product
    at least as near as the last of them (Aumüller, Bernhardsson and Faithfull, *ANN-Benchmarks*,
    2017, section 2.2, with distances for ids); 1 where the store is empty.
    """
    found = []
    for query in queries:
        truth = exact.query(query, k)
        ids = frozenset(s.id for s in approximate.query(query, k))
        edge = truth[-1].score - SAME if truth else 0.0
        near = sum(s.score >= edge for s in exact.query(query, k, ids))
        found.append(near / len(truth) if truth else 1.0)
    return found


def spread(total: int, wanted: int) -> list[int]:
    """Return at most ``wanted`` row numbers, evenly over ``total``, the same every time."""
    if not total:
        return []
    return sorted({int(row) for row in np.linspace(0, total - 1, min(wanted, total))})
