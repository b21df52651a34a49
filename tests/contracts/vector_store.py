"""The docstring of ``VectorStore``, a test a sentence. Every implementation inherits it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from index.interfaces import Vectors, VectorStore

DIMENSION = 8


def unit(*rows: list[float]) -> Vectors:
    """Rows padded with zeros to ``DIMENSION`` and normalised."""
    matrix = np.zeros((len(rows), DIMENSION), dtype=np.float32)
    for i, row in enumerate(rows):
        matrix[i, : len(row)] = row
    return (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)


class VectorStoreContract:
    """Subclasses give ``make``: an empty store of ``DIMENSION``."""

    def make(self) -> VectorStore:
        raise NotImplementedError

    @pytest.fixture
    def store(self) -> Iterator[VectorStore]:
        made = self.make()
        yield made
        made.close()

    @pytest.fixture
    def filled(self, store: VectorStore) -> VectorStore:
        store.upsert(["north", "east", "between"], unit([0, 1], [1, 0], [1, 1]))
        return store

    def test_dimension_when_asked_then_as_made(self, store: VectorStore) -> None:
        assert store.dimension == DIMENSION

    def test_len_when_filled_then_number_of_ids(self, filled: VectorStore) -> None:
        assert len(filled) == 3

    def test_query_when_answered_then_cosines_best_first(self, filled: VectorStore) -> None:
        found = filled.query(unit([0, 1])[0], 3)
        assert [s.id for s in found] == ["north", "between", "east"]
        assert [s.score for s in found] == pytest.approx([1, 1 / np.sqrt(2), 0], abs=1e-5)

    def test_query_when_k_is_small_then_at_most_k(self, filled: VectorStore) -> None:
        assert [s.id for s in filled.query(unit([0, 1])[0], 2)] == ["north", "between"]
        assert filled.query(unit([0, 1])[0], 0) == []

    def test_query_when_k_is_large_then_all(self, filled: VectorStore) -> None:
        assert len(filled.query(unit([0, 1])[0], 100)) == 3

    def test_query_when_scores_tie_then_ordered_by_id(self, store: VectorStore) -> None:
        store.upsert(["c", "a", "d", "b"], unit([1, 0], [1, 0], [0, 1], [1, 0]))
        found = store.query(unit([1, 0])[0], 2)
        assert [s.id for s in found] == ["a", "b"]

    def test_query_when_allowed_then_only_those_and_before_the_cut(
        self, filled: VectorStore
    ) -> None:
        found = filled.query(unit([0, 1])[0], 1, frozenset({"east", "unheard of"}))
        assert [s.id for s in found] == ["east"]

    def test_query_when_allowed_is_rare_then_not_fewer_than_k(self, store: VectorStore) -> None:
        rng = np.random.default_rng(7)
        ids = [f"p{i:03}" for i in range(400)]
        store.upsert(ids, unit(*rng.normal(size=(400, DIMENSION)).tolist()))
        allowed = frozenset(ids[::40])
        found = store.query(unit([1, 0])[0], 10, allowed)
        assert {s.id for s in found} == allowed

    def test_query_when_nothing_is_allowed_then_empty(self, filled: VectorStore) -> None:
        assert filled.query(unit([0, 1])[0], 3, frozenset()) == []

    def test_query_when_store_is_empty_then_empty(self, store: VectorStore) -> None:
        assert store.query(unit([0, 1])[0], 3) == []
        assert store.query(unit([0, 1])[0], 3, frozenset({"a"})) == []

    def test_query_when_dimension_differs_then_names_both(self, filled: VectorStore) -> None:
        with pytest.raises(ValueError, match=rf"{DIMENSION + 1}.*{DIMENSION}"):
            filled.query(np.ones(DIMENSION + 1, dtype=np.float32), 3)

    def test_upsert_when_dimension_differs_then_names_both(self, store: VectorStore) -> None:
        with pytest.raises(ValueError, match=rf"{DIMENSION + 1}.*{DIMENSION}"):
            store.upsert(["a"], np.ones((1, DIMENSION + 1), dtype=np.float32))

    def test_upsert_when_id_is_known_then_replaced(self, filled: VectorStore) -> None:
        filled.upsert(["east"], unit([0, 1]))
        assert len(filled) == 3
        assert [s.id for s in filled.query(unit([0, 1])[0], 2)] == ["east", "north"]

    def test_upsert_when_lengths_differ_then_raises(self, store: VectorStore) -> None:
        with pytest.raises(ValueError, match="2 ids and 1"):
            store.upsert(["a", "b"], unit([1, 0]))

    def test_remove_when_known_then_gone(self, filled: VectorStore) -> None:
        filled.remove(["north"])
        assert [s.id for s in filled.query(unit([0, 1])[0], 3)] == ["between", "east"]
        assert len(filled) == 2

    def test_remove_when_unknown_then_unchanged(self, filled: VectorStore) -> None:
        filled.remove(["south"])
        assert len(filled) == 3
