from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import index.build as build_module
from index.build import embed
from index.interfaces import Vectors
from index.stores.vectorfile import SPARE

DIMENSION = 6


class CountingEncoder:
    """Unit vectors from a hash of the text; remembers what it was asked."""

    def __init__(self, fingerprint: str = "a" * 64, fail_after: int | None = None) -> None:
        self.fingerprint = fingerprint
        self.dimension = DIMENSION
        self.asked: list[str] = []
        self._left = fail_after

    def encode(self, texts: Sequence[str]) -> Vectors:
        if self._left is not None:
            if self._left == 0:
                raise KeyboardInterrupt
            self._left -= 1
        self.asked += texts
        seeds = [int(hashlib.sha256(t.encode()).hexdigest()[:8], 16) for t in texts]
        rows = np.stack([np.random.default_rng(s).normal(size=DIMENSION) for s in seeds])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


TEXTS = {f"p{i:02}": f"text {i % 7} {'long ' * (i % 7)}" for i in range(20)}


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_module, "CHUNK", 3)


def test_embed_when_texts_repeat_then_each_distinct_text_is_read_once(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    done = embed(TEXTS, encoder, tmp_path, "product/1")
    assert sorted(encoder.asked) == sorted(set(TEXTS.values()))
    assert (done.distinct, done.encoded, len(done.file.ids)) == (7, 7, 20)


def test_embed_when_done_then_every_product_has_the_vector_of_its_text(tmp_path: Path) -> None:
    file = embed(TEXTS, CountingEncoder(), tmp_path, "product/1").file
    expected = CountingEncoder().encode([TEXTS[id_] for id_ in file.ids])
    assert np.array_equal(file.matrix, expected)


def test_embed_when_one_text_changed_then_only_it_is_read(tmp_path: Path) -> None:
    embed(TEXTS, CountingEncoder(), tmp_path, "product/1")
    again = CountingEncoder()
    done = embed({**TEXTS, "p03": "new words"}, again, tmp_path, "product/1")
    assert again.asked == ["new words"]
    assert (done.kept, done.encoded) == (7, 1)


def test_embed_when_nothing_changed_then_nothing_is_read_or_written(tmp_path: Path) -> None:
    embed(TEXTS, CountingEncoder(), tmp_path, "product/1")
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")}
    again = CountingEncoder()
    done = embed(TEXTS, again, tmp_path, "product/1")
    assert (again.asked, done.kept, done.encoded) == ([], 7, 0)
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")} == before


def harm(folder: Path) -> None:
    rows = next(folder.glob("rows-*.npy"))
    rows.write_bytes(rows.read_bytes()[:-1] + b"!")


def test_embed_when_one_copy_is_damaged_then_mended_from_the_other(tmp_path: Path) -> None:
    whole = embed(TEXTS, CountingEncoder(), tmp_path, "product/1").file
    harm(tmp_path)
    done = embed(TEXTS, CountingEncoder(), tmp_path, "product/1")
    assert (done.encoded, done.kept, done.file.damage) == (0, 7, "")
    assert np.array_equal(done.file.matrix, whole.matrix)


def test_embed_when_both_copies_are_damaged_then_all_is_read_anew(tmp_path: Path) -> None:
    embed(TEXTS, CountingEncoder(), tmp_path, "product/1")
    harm(tmp_path)
    harm(tmp_path / SPARE)
    assert embed(TEXTS, CountingEncoder(), tmp_path, "product/1").encoded == 7


def test_embed_when_a_product_leaves_then_its_vector_does_too(tmp_path: Path) -> None:
    embed(TEXTS, CountingEncoder(), tmp_path, "product/1")
    fewer = {id_: text for id_, text in TEXTS.items() if id_ != "p05"}
    done = embed(fewer, CountingEncoder(), tmp_path, "product/1")
    assert (done.encoded, done.file.ids) == (0, tuple(sorted(fewer)))


def test_embed_when_the_encoder_changed_then_all_is_read_anew(tmp_path: Path) -> None:
    embed(TEXTS, CountingEncoder(), tmp_path, "product/1")
    other = CountingEncoder("b" * 64)
    assert embed(TEXTS, other, tmp_path, "product/1").encoded == 7


def test_embed_when_interrupted_then_taken_up_where_it_stopped(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        embed(TEXTS, CountingEncoder(fail_after=1), tmp_path, "product/1")
    again = CountingEncoder()
    done = embed(TEXTS, again, tmp_path, "product/1")
    assert (done.resumed, done.encoded, len(again.asked)) == (3, 4, 4)
    assert not list(tmp_path.glob("partial-*"))
    whole = embed(TEXTS, CountingEncoder(), tmp_path / "fresh", "product/1")
    assert np.array_equal(done.file.matrix, whole.file.matrix)


def test_embed_when_a_chunk_is_cut_short_then_read_again(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        embed(TEXTS, CountingEncoder(fail_after=2), tmp_path, "product/1")
    chunk = next(tmp_path.glob("partial-*/*.npz"))
    chunk.write_bytes(chunk.read_bytes()[:40])
    done = embed(TEXTS, CountingEncoder(), tmp_path, "product/1")
    assert (done.resumed, done.encoded) == (3, 4)


def test_embed_when_watched_then_told_of_every_chunk(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    embed(TEXTS, CountingEncoder(), tmp_path, "product/1", lambda done, of: told.append((done, of)))
    assert told == [(3, 7), (6, 7), (7, 7)]
