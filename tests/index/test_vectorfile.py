from __future__ import annotations

import errno
import json
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.errors import MissingIndex, StaleIndex
from index.interfaces import Vectors
from index.stores.files import NoRoom
from index.stores.vectorfile import MANIFEST, SPARE, read_vectors, write_vectors


def vectors(rows: int, seed: int = 0) -> Vectors:
    matrix = np.random.default_rng(seed).normal(size=(rows, 4)).astype(np.float32)
    return (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)


def written(folder: Path, rows: int = 3, seed: int = 0, fingerprint: str = "f" * 64) -> Vectors:
    matrix = vectors(rows, seed)
    ids = [f"p{i:03}" for i in range(rows)]
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
    assert len([p for p in tmp_path.rglob("*") if p.is_file()]) == 6


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


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:200])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def garbage(path: Path) -> None:
    path.write_bytes(b"\xff\x00{")


def folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("part", ["rows-*.npy", "names-*.json", MANIFEST])
@pytest.mark.parametrize("harm", [cut, flip, garbage, Path.unlink, folder_instead])
def test_vectors_when_one_copy_is_harmed_then_the_other_answers_and_says_so(
    tmp_path: Path, part: str, harm: Callable[[Path], None]
) -> None:
    matrix = written(tmp_path, 100)
    harm(next(tmp_path.glob(part)))
    file = read_vectors(tmp_path)
    assert np.array_equal(file.matrix, matrix)
    assert "spare copy is in use" in file.faults()[0]
    harm(next((tmp_path / SPARE).glob(part)))
    with pytest.raises(MissingIndex, match="shelftalk index build"):
        read_vectors(tmp_path)


def test_vectors_when_the_spare_copy_is_harmed_then_nobody_notices(tmp_path: Path) -> None:
    matrix = written(tmp_path)
    garbage(next((tmp_path / SPARE).glob("rows-*")))
    assert np.array_equal(read_vectors(tmp_path).matrix, matrix)
    assert read_vectors(tmp_path).faults() == []


def test_vectors_when_the_count_differs_then_the_spare_copy_answers(tmp_path: Path) -> None:
    written(tmp_path)
    manifest = json.loads((tmp_path / MANIFEST).read_text())
    (tmp_path / MANIFEST).write_text(json.dumps({**manifest, "count": 4}))
    assert "manifest is not as it was written" in read_vectors(tmp_path).faults()[0]


def test_vectors_when_a_letter_of_the_fingerprint_flips_then_the_spare_copy_answers(
    tmp_path: Path,
) -> None:
    matrix = written(tmp_path)
    text = (tmp_path / MANIFEST).read_text()
    (tmp_path / MANIFEST).write_text(text.replace("f" * 64, "f" * 63 + "g"))
    assert np.array_equal(read_vectors(tmp_path, "f" * 64).matrix, matrix)


def test_vectors_when_read_while_they_are_switched_then_always_whole(tmp_path: Path) -> None:
    both = {written(tmp_path, 40, seed).tobytes() for seed in range(2)}
    over = threading.Event()

    def switching() -> None:
        for turn in range(15):
            written(tmp_path, 40, turn % 2)
        over.set()

    thread = threading.Thread(target=switching)
    thread.start()
    while not over.is_set():
        file = read_vectors(tmp_path)
        assert file.matrix.tobytes() in both
        assert file.faults() == []
    thread.join()


def test_write_when_the_folder_refuses_then_said_and_the_old_ones_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = written(tmp_path)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        with pytest.raises(NoRoom, match="No space left"):
            written(tmp_path, 5, seed=1)
    assert np.array_equal(read_vectors(tmp_path).matrix, old)
    assert not list(tmp_path.rglob("*.part"))


def test_vectors_when_another_encoder_then_stale(tmp_path: Path) -> None:
    written(tmp_path, fingerprint="old" * 20)
    with pytest.raises(StaleIndex, match="another encoder"):
        read_vectors(tmp_path, "new" * 20)


def test_write_when_an_id_stands_twice_then_raises(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="1 different"):
        write_vectors(tmp_path, ["a", "a"], ["h", "h"], vectors(2), "f", "product/1")
