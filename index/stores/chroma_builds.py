"""Builds of the Chroma directory: made aside, checked by a child, switched, quarantined.

``chroma/build-<vectors>-<n>/`` is one build, named after the vectors it was filled from;
``chroma/CURRENT`` names the one that is served. Chroma can crash hard enough to end its process,
so the look at an existing build and the repair of one happen in a child. Run as
``python -m index.stores.chroma_builds VECTORS CHROMA`` this module builds.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from index.stores.chroma import ChromaFault, ChromaStore
from index.stores.chroma_seal import broken, seal
from index.stores.files import put, settle, telling
from index.stores.vectorfile import REBUILD, VectorFile, read_vectors

COLLECTION = "products"
CURRENT = "CURRENT"
_NAME = re.compile(r"build-[0-9a-f]{16}-(\d+)")
"""Nothing else is followed: a pointer full of garbage may name any place on the disk."""
PATIENCE_S = 120
"""A child that has not answered by then counts as failed."""


@dataclass(frozen=True, slots=True)
class Health:
    """What a child found in a build."""

    sound: bool
    because: str = ""
    """A sentence, where it is not sound."""


def build_chroma(vectors: Path, file: VectorFile, chroma: Path) -> Path:
    """Fill a fresh directory from the vector file, have it checked, and switch to it.

    Parameters
    ----------
    vectors
        The folder that ``file`` was read from; the child reads it again.
    file
        The vectors.
    chroma
        Where the builds lie. Old ones are removed, but for the one served before.

    Returns
    -------
    Path
        The directory of the new build.

    Raises
    ------
    ChromaFault
        Where the check fails; what was served before still is.
    NoRoom
        Where the folder can't be written.
    """
    with telling(chroma), _locked(chroma):
        before = current(chroma)
        # Never a name again, quarantined ones included: chromadb keeps clients by path.
        used = (int(found[1]) for p in chroma.iterdir() if (found := _NAME.search(p.name)))
        target = chroma / f"build-{file.manifest.build}-{1 + max(used, default=0)}"
        _fill(target, file)
        seal(target)
        health = probe(vectors, target)
        if not health.sound:
            quarantine(target)
            raise ChromaFault(f"The new Chroma build failed its check: {health.because}", REBUILD)
        switch(chroma, target)
        for old in _builds(chroma):
            if old not in (target, before):
                shutil.rmtree(old, ignore_errors=True)
        return target


def switch(chroma: Path, build: Path) -> None:
    """Serve a build from now on; the caller holds the lock and has it checked."""
    put(chroma / CURRENT, f"{build.name}\n".encode())
    settle(chroma)


def current(chroma: Path) -> Path | None:
    """The build that ``CURRENT`` names, where it is there."""
    try:
        name = (chroma / CURRENT).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    found = chroma / name
    return found if _NAME.fullmatch(name) and found.is_dir() else None


def open_sound(build: Path, file: VectorFile) -> ChromaStore:
    """Open a build that a probe has passed, and load it whole.

    Chroma reads its graph at the first search. The files are hashed and that search is done
    here, one after the other, so that nothing can change between the look and the load.

    Raises
    ------
    ChromaFault, StaleIndex
        As ``ChromaStore.open``; also where the seal does not hold.
    """
    if because := broken(build):
        raise ChromaFault(f"The Chroma build {build.name} is unsound: {because}", REBUILD)
    store = ChromaStore.open(build, COLLECTION, file.manifest)
    if len(file.ids):
        store.query(file.matrix[0], 1)
    return store


def is_of(build: Path, file: VectorFile) -> bool:
    """Whether a build was filled from these very vectors."""
    return build.name.startswith(f"build-{file.manifest.build}-")


def probe(vectors: Path, build: Path, patience_s: float = PATIENCE_S) -> Health:
    """Have a child process open a build, count it and look for a sample of its vectors."""
    command = [sys.executable, "-m", "index.stores.chroma_probe", str(vectors), str(build)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=patience_s, check=False
        )
    except subprocess.TimeoutExpired:
        return Health(False, f"no answer within {patience_s:g} seconds.")
    if done.returncode == 0:
        return Health(True)
    if done.returncode < 0:
        return Health(False, f"the process was ended by signal {-done.returncode}.")
    last = done.stdout.strip().splitlines()[-1:] or done.stderr.strip().splitlines()[-1:]
    return Health(False, last[0] if last else f"exit code {done.returncode}.")


def quarantine(build: Path) -> Path:
    """Put a build out of the way, kept for whoever wants to know why; one is kept."""
    for old in build.parent.glob("quarantined-*"):
        if old.is_dir():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.unlink(missing_ok=True)
    return build.rename(build.with_name("quarantined-" + build.name))


def replace_unsound(vectors: Path, chroma: Path, unsound: Path | None) -> Path:
    """Quarantine what is served, if it still is ``unsound``, and build anew in a child.

    Another process may have done so meanwhile; then its build is taken.

    Raises
    ------
    ChromaFault
        Where the child did not come to a sound build.
    """
    with telling(chroma), _locked(chroma):
        if unsound is not None and unsound.is_dir():
            quarantine(unsound)
    command = [sys.executable, "-m", "index.stores.chroma_builds", str(vectors), str(chroma)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    build = current(chroma)
    if done.returncode != 0 or build is None:
        raise ChromaFault(f"Chroma could not be rebuilt: {done.stderr.strip()[-300:]}", REBUILD)
    return build


@contextmanager
def _locked(chroma: Path) -> Iterator[None]:
    """Hold the folder of builds; what lies in its place and is no folder is put out of the way."""
    if chroma.exists() and not chroma.is_dir():
        quarantine(chroma)
    chroma.mkdir(parents=True, exist_ok=True)
    with FileLock(chroma / ".lock"):
        yield


def _builds(chroma: Path) -> list[Path]:
    return [p for p in sorted(chroma.iterdir()) if _NAME.fullmatch(p.name) and p.is_dir()]


def _fill(target: Path, file: VectorFile) -> None:
    store = ChromaStore.create(target, COLLECTION, file.manifest)
    try:
        store.upsert(file.ids, file.matrix)
    finally:
        store.close()


if __name__ == "__main__":
    build_chroma(Path(sys.argv[1]), read_vectors(Path(sys.argv[1])), Path(sys.argv[2]))
