"""Chroma's builds: switched, probed, quarantined, rebuilt. Slow to import, hence the ring."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.errors import StaleIndex
from index.interfaces import Vectors
from index.stores.chroma import ChromaFault, ChromaStore
from index.stores.chroma_builds import COLLECTION, build_chroma, current, is_of, probe
from index.stores.guarded import CHROMA, EXACT, GuardedStore
from index.stores.recall import recalls
from index.stores.vectorfile import VectorFile, write_vectors

pytestmark = pytest.mark.model


def written(folder: Path, rows: int = 1500, seed: int = 0) -> VectorFile:
    centres = np.random.default_rng(1).normal(size=(40, 16))
    draw = np.random.default_rng(seed)
    matrix = centres[draw.integers(0, 40, rows)] + 0.3 * draw.normal(size=(rows, 16))
    unit: Vectors = (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)
    ids = [f"p{i:04}" for i in range(rows)]
    return write_vectors(folder, ids, ids, unit, "f" * 64, "product/1")


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "vectors", tmp_path / "chroma"


def test_build_when_done_then_current_is_sound_and_near_exact(places: tuple[Path, Path]) -> None:
    vectors, chroma = places
    file = written(vectors)
    build = build_chroma(vectors, file, chroma)
    assert current(chroma) == build
    assert is_of(build, file)
    assert probe(vectors, build).sound
    store = ChromaStore.open(build, COLLECTION, file.manifest)
    found = recalls(store, GuardedStore(file, vectors, 10).exact, file.matrix[::50], 50)
    store.close()
    assert sum(found) / len(found) >= 0.99


def test_build_when_built_again_then_the_one_before_is_kept_and_older_ones_are_not(
    places: tuple[Path, Path],
) -> None:
    vectors, chroma = places
    builds = [build_chroma(vectors, written(vectors, 50, seed), chroma) for seed in range(3)]
    assert current(chroma) == builds[2]
    assert [b.is_dir() for b in builds] == [False, True, True]


def test_open_when_made_by_another_encoder_then_stale(places: tuple[Path, Path]) -> None:
    vectors, chroma = places
    file = written(vectors, 50)
    build = build_chroma(vectors, file, chroma)
    other = write_vectors(vectors, file.ids, file.hashes, file.matrix, "other" * 12, "product/1")
    with pytest.raises(StaleIndex, match="another encoder"):
        ChromaStore.open(build, COLLECTION, other.manifest)


def test_probe_when_vectors_are_missing_then_not_sound(places: tuple[Path, Path]) -> None:
    vectors, chroma = places
    file = written(vectors, 50)
    build = build_chroma(vectors, file, chroma)
    store = ChromaStore.open(build, COLLECTION, file.manifest)
    store.remove(file.ids[:3])
    store.close()
    health = probe(vectors, build)
    assert (health.sound, health.because) == (False, "it counts 47 vectors of 50.")


@pytest.mark.parametrize("part", ["graph", "database"])
def test_probe_when_damaged_then_not_sound(places: tuple[Path, Path], part: str) -> None:
    vectors, chroma = places
    build = build_chroma(vectors, written(vectors), chroma)
    damage(build, part)
    assert not probe(vectors, build).sound


def damage(build: Path, part: str) -> None:
    """Fill files with noise of the same length; of the graph, it can end the process."""
    patterns = ["link_lists.bin", "data_level0.bin"] if part == "graph" else ["chroma.sqlite3"]
    files = [path for pattern in patterns for path in build.rglob(pattern)]
    assert files
    for path in files:
        path.write_bytes(b"\xff" * max(64, path.stat().st_size))


def test_guarded_when_sound_then_chroma_answers_what_nothing_narrows(
    places: tuple[Path, Path],
) -> None:
    vectors, chroma = places
    file = written(vectors)
    build_chroma(vectors, file, chroma)
    store = GuardedStore(file, vectors, exact_survivors=100)
    assert store.query(file.matrix[0], 5)[1] == EXACT
    store.start(chroma)
    assert store.wait(60)
    found, which = store.query(file.matrix[0], 5)
    assert (which, found) == (CHROMA, store.exact.query(file.matrix[0], 5))
    few = frozenset(file.ids[:80])
    assert store.query(file.matrix[0], 5, few) == (store.exact.query(file.matrix[0], 5, few), EXACT)
    many = frozenset(file.ids[::2])
    found, which = store.query(file.matrix[0], 5, many)
    assert (which, found) == (CHROMA, store.exact.query(file.matrix[0], 5, many))
    store.close()
    assert store.query(file.matrix[0], 5)[1] == EXACT


def test_guarded_when_unsound_then_quarantined_rebuilt_and_answering(
    places: tuple[Path, Path],
) -> None:
    vectors, chroma = places
    file = written(vectors)
    damaged = build_chroma(vectors, file, chroma)
    damage(damaged, "graph")
    store = GuardedStore(file, vectors, exact_survivors=100)
    store.start(chroma)
    assert store.query(file.matrix[7], 1)[0][0].id == "p0007"
    assert store.wait(120), store.state
    assert store.query(file.matrix[7], 1)[1] == CHROMA
    assert current(chroma) != damaged
    assert (chroma / f"quarantined-{damaged.name}").is_dir()
    store.close()


def test_guarded_when_chroma_fails_while_answering_then_exact_goes_on(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors, chroma = places
    file = written(vectors, 200)
    build_chroma(vectors, file, chroma)
    store = GuardedStore(file, vectors, exact_survivors=10)
    store.start(chroma)
    assert store.wait(60)

    def failing(*_: object) -> None:
        raise ChromaFault("It broke.")

    with monkeypatch.context() as patched:
        patched.setattr(ChromaStore, "query", failing)
        found, which = store.query(file.matrix[3], 1)
    assert (found[0].id, which) == ("p0003", EXACT)
    assert store.wait(60), store.state
    store.close()
