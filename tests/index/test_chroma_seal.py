"""What is looked at before Chroma is let near a folder, without Chroma."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from index.stores import chroma_seal
from index.stores.chroma_builds import CURRENT, current, switch
from index.stores.chroma_seal import SEAL, broken, broken_database, seal
from index.stores.files import put

NAME = f"build-{'a' * 16}-1"


@pytest.fixture
def build(tmp_path: Path) -> Path:
    graph = tmp_path / NAME / "graph"
    graph.mkdir(parents=True)
    (graph / "index_metadata.pickle").write_bytes(b"names")
    (graph / "data_level0.bin").write_bytes(b"a graph of vectors")
    connection = sqlite3.connect(tmp_path / NAME / "chroma.sqlite3")
    connection.execute("CREATE TABLE vectors (id TEXT)")
    connection.executemany("INSERT INTO vectors VALUES (?)", [(str(i) * 50,) for i in range(999)])
    connection.commit()
    connection.close()
    seal(tmp_path / NAME)
    return tmp_path / NAME


def test_seal_when_untouched_or_only_the_database_changed_then_whole(build: Path) -> None:
    assert broken(build) is None
    (build / "chroma.sqlite3").write_bytes(b"read again")
    assert broken(build) is None


def test_seal_when_a_bit_of_the_graph_flips_then_named(build: Path) -> None:
    (build / "graph" / "data_level0.bin").write_bytes(b"a graph of vectorr")
    assert broken(build) == "graph/data_level0.bin is not as it was built."


def test_seal_when_a_file_is_gone_or_more_then_named(build: Path) -> None:
    (build / "graph" / "header.bin").write_bytes(b"more")
    assert broken(build) == "graph/header.bin is not as it was built."
    (build / "graph" / "header.bin").unlink()
    (build / "graph" / "index_metadata.pickle").unlink()
    assert "is not as it was built" in str(broken(build))


def test_seal_when_chromadb_is_another_then_both_are_named(
    build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chroma_seal, "version", lambda _: "9.9")
    assert "this is 9.9" in str(broken(build))


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"chromadb": "1.5.9", "files": 3}'])
def test_seal_when_it_can_t_be_read_then_broken(build: Path, content: str) -> None:
    (build / SEAL).write_text(content)
    assert broken(build) == "its SEAL.json can't be read."


def test_seal_when_an_older_build_has_none_then_it_is_for_the_probe(build: Path) -> None:
    (build / SEAL).unlink()
    assert broken(build) is None


def test_database_when_whole_then_nothing_and_when_torn_then_said(build: Path) -> None:
    assert broken_database(build) is None
    path = build / "chroma.sqlite3"
    torn = bytearray(path.read_bytes())
    torn[8192:12288] = b"\xff" * 4096
    path.write_bytes(torn)
    assert "damaged" in str(broken_database(build)) or "can't be read" in str(
        broken_database(build)
    )
    path.unlink()
    assert broken_database(build) == "its chroma.sqlite3 is gone."


@pytest.mark.parametrize("word", [b"\xff\xfe", b"", b"..", b"../..", b"/", b"build-none-1", b"\0"])
def test_current_when_the_pointer_is_garbage_then_no_build(build: Path, word: bytes) -> None:
    (build.parent / CURRENT).write_bytes(word)
    assert current(build.parent) is None


def test_switch_when_a_folder_is_in_the_pointer_s_place_then_put_aside(build: Path) -> None:
    (build.parent / CURRENT).mkdir()
    assert current(build.parent) is None
    switch(build.parent, build)
    assert current(build.parent) == build


def test_put_when_the_disk_refuses_then_the_old_content_and_nothing_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "file", b"old")

    def full(_: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        put(tmp_path / "file", b"new")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("file", b"old")]
