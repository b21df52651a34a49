"""The seal of a finished Chroma build: what its files hashed to when it passed its check.

A flipped byte in the graph ends the process that walks over it (SIGSEGV, seen with chromadb
1.5.9), and a sample of searches need not walk there. The graph's files do not change by being
read, so their hashes are kept; Chroma's SQLite file does, and is checked by SQLite and by what
it answers.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from importlib.metadata import version
from pathlib import Path

from index.stores.files import put

SEAL = "SEAL.json"
DATABASE = "chroma.sqlite3"
WRITTEN = "index_metadata.pickle"
"""Stands beside a graph that was written to files."""


def seal(build: Path) -> None:
    """Write down what the files of a checked build hash to."""
    content = {"chromadb": version("chromadb"), "files": _hashes(build)}
    put(build / SEAL, json.dumps(content, indent=2).encode())


def broken(build: Path) -> str | None:
    """A sentence on what is not as it was sealed, or nothing; a build without seal is not told.

    Parameters
    ----------
    build
        A folder; one that an older version made has no seal.
    """
    try:
        sealed = json.loads((build / SEAL).read_bytes())
        made_by, files = sealed["chromadb"], dict(sealed["files"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError):
        return f"its {SEAL} can't be read."
    if made_by != version("chromadb"):
        return f"it was made by chromadb {made_by}; this is {version('chromadb')}."
    try:
        now = _hashes(build)
    except OSError as unreadable:
        return f"its files can't be read: {unreadable}."
    changed = sorted(name for name in files.keys() | now if files.get(name) != now.get(name))
    return f"{changed[0]} is not as it was built." if changed else None


def broken_database(build: Path) -> str | None:
    """A sentence where SQLite finds Chroma's own file damaged, or nothing."""
    path = build / DATABASE
    if not path.is_file():
        return f"its {DATABASE} is gone."
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.Error as trouble:
        return f"its {DATABASE} can't be read: {trouble}."
    return None if found == "ok" else f"its {DATABASE} is damaged: {found}."


def _hashes(build: Path) -> dict[str, str]:
    """Name to hash of the graph's files; a graph below ``sync_threshold`` has none of its own.

    Chroma then replays its log at every opening and leaves files that differ each time.
    """
    found = {}
    for written in sorted(build.glob(f"*/{WRITTEN}")):
        for path in sorted(written.parent.iterdir()):
            with path.open("rb") as file:
                hashed = hashlib.file_digest(file, "sha256").hexdigest()
            found[path.relative_to(build).as_posix()] = hashed
    return found
