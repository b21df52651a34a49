"""What a person is told of the index, and that telling costs no search."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.config import IndexConfig
from index.status import Answered, read_status
from index.stores.chroma_builds import CURRENT
from index.stores.chroma_seal import SEAL, seal
from index.stores.vectorfile import VectorFile, write_vectors
from tests.index.small_shop import PRODUCTS, make_shop


@pytest.fixture
def shop(tmp_path: Path) -> tuple[IndexConfig, VectorFile]:
    config = make_shop(tmp_path)
    ids = [product.id for product in PRODUCTS]
    rows = np.eye(len(ids), dtype=np.float32)
    return config, write_vectors(config.vectors, ids, ids, rows, "f" * 64, "product/1")


def test_answered_when_saved_then_the_next_process_goes_on(tmp_path: Path) -> None:
    answered = Answered(tmp_path / "answered.json")
    for store in ("exact", "exact", "chroma"):
        answered.note(store)
    answered.save()
    assert Answered(tmp_path / "answered.json").counts() == {"chroma": 1, "exact": 2}


def test_answered_when_the_folder_refuses_then_searches_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("os.fsync", full)
    answered = Answered(tmp_path / "answered.json")
    answered.note("exact")
    answered.save()
    assert answered.counts() == {"exact": 1}


def test_status_when_one_copy_of_the_vectors_is_cut_then_said(
    shop: tuple[IndexConfig, VectorFile],
) -> None:
    config, _ = shop
    assert "spare" not in read_status(config)["vectors"]
    next(config.vectors.glob("rows-*.npy")).write_bytes(b"cut")
    assert "The spare copy is in use" in read_status(config)["vectors"]


def test_status_when_the_graph_was_touched_then_exact_answers_meanwhile(
    shop: tuple[IndexConfig, VectorFile],
) -> None:
    config, file = shop
    assert read_status(config)["chroma"].startswith("not built; exact search answers meanwhile")
    build = config.chroma / f"build-{file.manifest.build}-1"
    (build / "graph").mkdir(parents=True)
    (build / "graph" / "index_metadata.pickle").write_bytes(b"names")
    seal(build)
    (config.chroma / CURRENT).write_text(build.name)
    assert read_status(config)["chroma"] == build.name
    (build / "graph" / "index_metadata.pickle").write_bytes(b"games")
    assert "unsound: graph/index_metadata.pickle is not" in read_status(config)["chroma"]
    (build / SEAL).unlink()
    assert read_status(config)["chroma"] == build.name
