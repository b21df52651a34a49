from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from index.errors import MissingIndex, StaleIndex
from index.interfaces import Vectors
from index.stores.vectorfile import MANIFEST, read_vectors, write_vectors


def vectors(rows: int, seed: int = 0) -> Vectors:
    matrix = np.random.default_rng(seed).normal(size=(rows, 4)).astype(np.float32)
    return (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)


def written(folder: Path, rows: int = 3, seed: int = 0, fingerprint: str = "f" * 64) -> Vectors:
    matrix = vectors(rows, seed)
    ids = [f"p{i}" for i in range(rows)]
    write_vectors(folder, ids, [f"h{i}" for i in range(rows)], matrix, fingerprint, "product/1")
    return matrix


def test_vectors_when_written_then_read_alike_and_sorted_by_id(tmp_path: Path) -> None:
    matrix = vectors(2)
    write_vectors(tmp_path, ["b", "a"], ["hb", "ha"], matrix, "f", "product/1")
    file = read_vectors(tmp_path, "f")
    assert (file.ids, file.hashes) == (("a", "b"), ("ha", "hb"))
    assert np.array_equal(file.matrix, matrix[::-1])
    assert file.faults() == []


def test_vectors_when_replaced_then_only_the_new_files_remain(tmp_path: Path) -> None:
    written(tmp_path, 3)
    matrix = written(tmp_path, 5, seed=1)
    assert np.array_equal(read_vectors(tmp_path).matrix, matrix)
    assert len(list(tmp_path.iterdir())) == 3


def test_vectors_when_killed_before_the_switch_then_the_old_ones_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = written(tmp_path, 3)
    replace = Path.replace

    def killed(self: Path, target: Path) -> Path:
        if target.name == MANIFEST:
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        written(tmp_path, 5, seed=1)
    assert np.array_equal(read_vectors(tmp_path).matrix, old)
    assert read_vectors(tmp_path).faults() == []


def test_vectors_when_never_built_then_says_how(tmp_path: Path) -> None:
    with pytest.raises(MissingIndex, match="shelftalk index build"):
        read_vectors(tmp_path)


def test_vectors_when_cut_short_then_missing_index(tmp_path: Path) -> None:
    written(tmp_path, 100)
    rows = next(tmp_path.glob("rows-*.npy"))
    rows.write_bytes(rows.read_bytes()[:200])
    with pytest.raises(MissingIndex, match="can't be read"):
        read_vectors(tmp_path)


def test_vectors_when_another_encoder_then_stale(tmp_path: Path) -> None:
    written(tmp_path, fingerprint="old" * 20)
    with pytest.raises(StaleIndex, match="another encoder"):
        read_vectors(tmp_path, "new" * 20)


def test_faults_when_a_bit_flips_then_named(tmp_path: Path) -> None:
    written(tmp_path)
    rows = next(tmp_path.glob("rows-*.npy"))
    content = bytearray(rows.read_bytes())
    content[-1] ^= 1
    rows.write_bytes(content)
    assert any("hash" in fault for fault in read_vectors(tmp_path).faults())


def test_faults_when_the_count_differs_then_named(tmp_path: Path) -> None:
    written(tmp_path)
    manifest = json.loads((tmp_path / MANIFEST).read_text())
    (tmp_path / MANIFEST).write_text(json.dumps({**manifest, "count": 4}))
    assert any("counts 4" in fault for fault in read_vectors(tmp_path).faults())


def test_write_when_an_id_stands_twice_then_raises(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="1 different"):
        write_vectors(tmp_path, ["a", "a"], ["h", "h"], vectors(2), "f", "product/1")
