"""What can happen to files: cut, flipped, filled with noise, gone, foreign, pointed elsewhere."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

from index.stores.chroma_builds import CURRENT, current
from index.stores.chroma_seal import SEAL

Fault = Callable[[Path, random.Random], None]
"""Harms one file or folder."""
Harm = Callable[[random.Random], None]
"""A fault with its place."""


def truncate(path: Path, draw: random.Random) -> None:
    """Cut a file off somewhere."""
    os.truncate(path, draw.randrange(path.stat().st_size))


def flip(path: Path, draw: random.Random) -> None:
    """Change one byte."""
    content = bytearray(path.read_bytes())
    content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    path.write_bytes(content)


def noise(path: Path, draw: random.Random) -> None:
    """Fill with noise of the same length."""
    path.write_bytes(draw.randbytes(path.stat().st_size))


def remove(path: Path, _: random.Random) -> None:
    """Take away."""
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def empty(path: Path, _: random.Random) -> None:
    """Leave the folder, take what is in it; or leave the file without a byte."""
    if path.is_dir():
        shutil.rmtree(path)
        path.mkdir()
    else:
        path.write_bytes(b"")


def swap(path: Path, _: random.Random) -> None:
    """Put a folder where a file was, and a file where a folder was."""
    was_folder = path.is_dir()
    remove(path, _)
    path.write_bytes(b"not a folder") if was_folder else path.mkdir()


def foreign_seal(path: Path, _: random.Random) -> None:
    """Make a build look like one of another chromadb."""
    path.write_text(json.dumps({**json.loads(path.read_text()), "chromadb": "0.4.24"}))


def foreign_schema(path: Path, _: random.Random) -> None:
    """Make Chroma's database look like one that an older version left."""
    connection = sqlite3.connect(path)
    connection.execute("ALTER TABLE collections RENAME COLUMN name TO topic")
    connection.commit()
    connection.close()


def pointing(name: str) -> Fault:
    """Make the pointer say something else."""

    def fault(path: Path, _: random.Random) -> None:
        path.write_bytes(name.encode("latin-1"))

    return fault


GRAPH = ("data_level0.bin", "link_lists.bin", "header.bin", "index_metadata.pickle")
WORDS = ("\xff\xfe\x00garbage", "", "../../..", "build-none-1")
"""What a pointer may say that points nowhere good."""


def chroma_faults(chroma: Path) -> dict[str, Harm]:
    """Every harm to the build that is served and to the pointer at it, by name."""
    build = current(chroma)
    if build is None:
        return {}
    database, pointer, seal = build / "chroma.sqlite3", chroma / CURRENT, build / SEAL
    graph = [next(build.glob(f"*/{part}")) for part in GRAPH]
    pairs: list[tuple[str, Fault, Path]] = [
        (f"{fault.__name__} {path.name}", fault, path)
        for fault in (flip, truncate, noise, remove)
        for path in (database, *graph)
    ]
    pairs += [
        ("another version in the seal", foreign_seal, seal),
        ("another version of the tables", foreign_schema, database),
        ("truncate the seal", truncate, seal),
        ("empty the build", empty, build),
        ("a file in place of the build", swap, build),
        ("remove the build", remove, build),
        ("a folder in place of CURRENT", swap, pointer),
        ("remove CURRENT", remove, pointer),
        ("remove the folder of Chroma", remove, chroma),
        ("a file in place of the folder of Chroma", swap, chroma),
    ]
    pairs += [(f"CURRENT says {word!r}", pointing(word), pointer) for word in WORDS]
    return {name: partial(fault, path) for name, fault, path in pairs}


def vector_faults(folder: Path) -> dict[str, Harm]:
    """Every harm to the first copy of the vectors, by name."""
    paths = [p for p in sorted(folder.iterdir()) if p.is_file() and p.suffix in {".npy", ".json"}]
    return {
        f"{fault.__name__} {path.name.partition('-')[0]}": partial(fault, path)
        for fault in (truncate, flip, noise, remove, empty, swap)
        for path in paths
    }
