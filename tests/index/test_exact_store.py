from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from index.interfaces import Vectors
from index.stores.exact import ExactStore

MATRICES = arrays(
    np.float32, st.tuples(st.integers(1, 30), st.just(5)), elements=st.sampled_from([-1, 0, 1, 2])
)


def filled(matrix: Vectors) -> ExactStore:
    store = ExactStore(5)
    store.upsert([f"p{i:02}" for i in range(len(matrix))], matrix)
    return store


@given(MATRICES, st.integers(1, 12))
def test_query_when_cut_then_the_start_of_the_uncut(matrix: Vectors, k: int) -> None:
    store = filled(matrix)
    vector = np.array([1, 2, 0, 1, 1], dtype=np.float32)
    assert store.query(vector, k) == store.query(vector, 1000)[:k]


@given(MATRICES, st.integers(1, 12), st.sets(st.integers(0, 29)))
def test_query_when_allowed_then_the_whole_answer_filtered(
    matrix: Vectors, k: int, rows: set[int]
) -> None:
    store = filled(matrix)
    vector = np.array([1, 2, 0, 1, 1], dtype=np.float32)
    allowed = frozenset(f"p{i:02}" for i in rows)
    whole = [s for s in store.query(vector, 1000) if s.id in allowed]
    assert store.query(vector, k, allowed) == whole[:k]


def test_query_when_rows_are_equal_then_scores_are_bit_equal() -> None:
    row = np.random.default_rng(3).normal(size=(1, 5)).astype(np.float32)
    found = filled(np.repeat(row, 29, axis=0)).query(row[0], 29)
    assert len({s.score for s in found}) == 1
    assert [s.id for s in found] == sorted(s.id for s in found)
