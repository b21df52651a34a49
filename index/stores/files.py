"""Files that are there whole or not at all, a kill and a power failure included."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from index.errors import TellPerson


class NoRoom(TellPerson):
    """Something can't be written: a full disk, a read-only folder, too many open files."""


def aside(path: Path) -> Path:
    """Where a file is written before it takes its place."""
    return path.with_name(path.name + ".part")


def put(path: Path, content: bytes | memoryview) -> None:
    """Write a file aside, have it reach the disk, then replace what is there."""
    there = aside(path)
    if path.is_dir():  # nothing of ours; it can't be replaced, but put out of the way
        path.rename(path.with_name(f"quarantined-{uuid4().hex[:8]}-{path.name}"))
    try:
        with there.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        there.replace(path)
    except OSError:
        there.unlink(missing_ok=True)
        raise


def settle(folder: Path) -> None:
    """Have the names in a folder reach the disk, before what they replaced is removed."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def telling(folder: Path) -> Iterator[None]:
    """Turn what the system says against writing into a sentence.

    Raises
    ------
    NoRoom
        With the folder and the system's reason.
    """
    try:
        yield
    except OSError as refused:
        raise NoRoom(
            f"{folder} can't be written: {refused.strerror or refused}.",
            "Make room or give access, and run the command again: it goes on where it stopped.",
        ) from refused
