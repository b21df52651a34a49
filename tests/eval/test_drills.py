"""The drill itself: it does harm, it counts, and its controls lose."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from eval.drills.children import Ended
from eval.drills.drill import KINDS, run
from eval.drills.faults import GRAPH, chroma_faults, vector_faults
from eval.drills.shop import DrillSource, ProjectionEncoder
from eval.drills.stage import Stage
from eval.drills.tally import Tally
from index.errors import BadData
from index.stores.chroma_builds import CURRENT
from index.stores.vectorfile import read_vectors, write_vectors


def test_tally_when_counted_then_tried_is_survived_and_lost() -> None:
    tally = Tally("kill-build")
    tally.count("after 1 s", [])
    tally.count("after 2 s", ["it does not answer", "the work does not resume"])
    assert [(row.table, row.metric, row.value) for row in tally.rows()] == [
        ("kill-build", "tried", 2), ("kill-build", "survived", 1), ("kill-build", "lost", 1),
    ]  # fmt: skip
    assert "after 2 s: it does not answer; the work does not resume" in tally.losses[0]


def test_run_when_the_kind_is_unknown_then_the_known_are_named() -> None:
    with pytest.raises(BadData, match="kill-import, kill-build"):
        run(only=["kill-time"])


def test_ended_when_killed_by_a_signal_then_trouble_names_it() -> None:
    assert Ended(-11, 1.0).trouble == "ended by signal 11"
    assert Ended(0, 1.0, [("ready", "x"), ("done", 3)]).trouble == ""


def test_moments_when_drawn_then_one_in_each_part_of_the_run(tmp_path: Path) -> None:
    moments = Stage(tmp_path, random.Random(1)).moments(8.0, 4)
    assert [int(moment // 2) for moment in moments] == [0, 1, 2, 3]


def test_source_when_a_day_later_then_some_are_gone_and_some_have_other_texts() -> None:
    before = {p.id: p for p in DrillSource(0).products()}
    after = {p.id: p for p in DrillSource(1).products()}
    assert 1000 < len(after) < len(before)
    assert sum(after[i].title != before[i].title for i in after) > len(after) / 4
    assert len({p.title for p in before.values()}) == len(before)


def test_encoder_when_words_are_shared_then_near_and_of_length_one() -> None:
    rows = ProjectionEncoder().encode(["warm red jacket", "red jacket", "tin pot"])
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
    assert rows[0] @ rows[1] > 0.6 > rows[0] @ rows[2]


def test_vector_faults_when_done_then_each_is_seen_and_answered_around(tmp_path: Path) -> None:
    rows = np.eye(4, dtype=np.float32)
    names = []
    for round_ in range(30):
        folder = tmp_path / str(round_)
        write_vectors(folder, list("abcd"), list("wxyz"), rows, "f", "product/1")
        harms = vector_faults(folder)
        if round_ == len(harms):
            break
        names = sorted(harms)
        harms[names[round_]](random.Random(round_))
        file = read_vectors(folder)
        assert file.damage, names[round_]
        assert np.array_equal(file.matrix, rows)
    assert len(names) == 18


def test_chroma_faults_when_done_then_each_changes_the_folder(tmp_path: Path) -> None:
    for round_ in range(60):
        chroma = make_chroma(tmp_path / str(round_))
        harms = chroma_faults(chroma)
        if round_ == len(harms):
            break
        before = content(chroma)
        harms[sorted(harms)[round_]](random.Random(round_))
        assert content(chroma) != before, sorted(harms)[round_]
    assert len(harms) >= 30


def make_chroma(chroma: Path) -> Path:
    import sqlite3

    build = chroma / f"build-{'a' * 16}-1"
    (build / "graph").mkdir(parents=True)
    for part in GRAPH:
        (build / "graph" / part).write_bytes(b"graph")
    connection = sqlite3.connect(build / "chroma.sqlite3")
    connection.execute("CREATE TABLE collections (name TEXT)")
    connection.close()
    (build / "SEAL.json").write_text('{"chromadb": "1.5.9", "files": {}}')
    (chroma / CURRENT).write_text(build.name)
    return chroma


def content(folder: Path) -> dict[Path, bytes]:
    if folder.is_file() or not folder.exists():
        return {}
    return {p: p.read_bytes() if p.is_file() else b"" for p in sorted(folder.rglob("*"))}


@pytest.mark.model
@pytest.mark.parametrize("kind", ["kill-import"])
def test_drill_when_sized_down_then_nothing_is_lost_but_by_the_control(kind: str) -> None:
    rows = {(r.system, r.metric): r.value for r in run(only=[kind], tell=lambda _: None).rows}
    assert rows["shelftalk", "tried"] == KINDS[kind].few
    assert rows["shelftalk", "lost"] == 0
    assert rows["undefended", "lost"] == 1
