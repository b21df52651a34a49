"""Both stores against the contract, and no store without one."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

import index.stores
from index.interfaces import VectorStore
from index.stores.exact import ExactStore
from index.stores.vectorfile import Manifest
from tests.contracts.vector_store import DIMENSION, VectorStoreContract


class TestExactStore(VectorStoreContract):
    def make(self) -> VectorStore:
        return ExactStore(DIMENSION)


@pytest.mark.model
class TestChromaStore(VectorStoreContract):
    """Slow to import, hence the ring; it needs no weights."""

    @pytest.fixture(autouse=True)
    def place(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def make(self) -> VectorStore:
        from index.stores.chroma import ChromaStore

        manifest = Manifest("fingerprint", "product/1", DIMENSION, 0, "0" * 64)
        return ChromaStore.create(self.folder / "chroma", "products", manifest)


def test_stores_when_searched_then_each_has_a_contract_test() -> None:
    methods = ("upsert", "remove", "query", "close")
    found = {
        name
        for module in pkgutil.iter_modules(index.stores.__path__, "index.stores.")
        for name, cls in inspect.getmembers(importlib.import_module(module.name), inspect.isclass)
        if cls.__module__ == module.name and all(hasattr(cls, m) for m in methods)
    }
    tested = {cls.__name__.removeprefix("Test") for cls in VectorStoreContract.__subclasses__()}
    assert found == tested
