"""The vectors of a catalogue as one file of our own: the truth that every store is built from.

``manifest.json`` names the data files, so that replacing it is the one step that switches
from the old vectors to the new; a kill before it leaves the old ones in place. Nothing is read
without being hashed, and ``spare/`` holds a second copy: a disk that lost a byte of the first
costs a warning and no answer.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from index.errors import MissingIndex, StaleIndex
from index.interfaces import Vectors
from index.stores.files import aside, put, settle, telling

log = logging.getLogger(__name__)

REBUILD = "Build it with: shelftalk index build"
MANIFEST = "manifest.json"
SPARE = "spare"
TRIES = 20
"""Reads that meet a switch under way; each sees another manifest than the one before."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the vectors were made with, and what they must hash to."""

    fingerprint: str
    """Of the encoder: weights, pooling, template."""
    template: str
    dimension: int
    count: int
    sha256: str
    """Over the ids, the content hashes and the matrix."""
    check: str = ""
    """SHA-256 over the fields above, as a file has it; an older file has none."""

    def checked(self) -> str:
        """What ``check`` must be."""
        fields = {**asdict(self), "check": ""}
        return hashlib.sha256(json.dumps(fields).encode()).hexdigest()

    @property
    def build(self) -> str:
        """Short name of these very vectors."""
        return self.sha256[:16]


@dataclass(frozen=True, slots=True)
class VectorFile:
    """One row per product."""

    manifest: Manifest
    ids: tuple[str, ...]
    """Sorted."""
    hashes: tuple[str, ...]
    """Of the text that was embedded, one per id."""
    matrix: Vectors
    """*Shape:* (count, dimension), L2-normalised rows, in memory: a file that is cut short
    under a memory map would end the process."""
    damage: str = ""
    """What is wrong with the first copy, where these vectors came from the spare one."""

    def by_hash(self) -> dict[str, int]:
        """Content hash to one row that holds its vector."""
        return {digest: row for row, digest in enumerate(self.hashes)}

    def faults(self) -> list[str]:
        """Sentences for what is not as the manifest says; the spare copy answers meanwhile."""
        return [f"{self.damage} The spare copy is in use. {REBUILD}"] if self.damage else []


def digest(ids: Sequence[str], hashes: Sequence[str], matrix: Vectors) -> str:
    """SHA-256 over ids, content hashes and the bytes of the matrix."""
    total = hashlib.sha256(json.dumps([list(ids), list(hashes)]).encode())
    total.update(np.ascontiguousarray(matrix, dtype="<f4").data)
    return total.hexdigest()


def write_vectors(
    folder: Path,
    ids: Sequence[str],
    hashes: Sequence[str],
    matrix: Vectors,
    fingerprint: str,
    template: str,
) -> VectorFile:
    """Write the vectors aside, switch to them, copy them to ``spare``, remove the ones before.

    Raises
    ------
    ValueError
        Where ids, hashes and rows are not equally many, or an id stands twice.
    NoRoom
        Where the disk is full or the folder can't be written; the vectors before still stand.
    """
    if not len(ids) == len(hashes) == len(matrix) or len(set(ids)) != len(ids):
        raise ValueError(
            f"{len(ids)} ids ({len(set(ids))} different), {len(hashes)} hashes and "
            f"{len(matrix)} vectors"
        )
    order = sorted(range(len(ids)), key=ids.__getitem__)
    ids, hashes = [ids[i] for i in order], [hashes[i] for i in order]
    matrix = np.ascontiguousarray(matrix[order], dtype="<f4")
    manifest = Manifest(
        fingerprint, template, matrix.shape[1], len(ids), digest(ids, hashes, matrix)
    )
    file = VectorFile(manifest, tuple(ids), tuple(hashes), matrix)
    with telling(folder):
        _write(folder, file)
        _write(folder / SPARE, file)
    return read_vectors(folder)


def read_vectors(folder: Path, fingerprint: str | None = None) -> VectorFile:
    """Read the vectors, all of them, and hash what was read.

    Raises
    ------
    MissingIndex
        Where nothing has been built, or both copies are damaged.
    StaleIndex
        Where ``fingerprint`` is given and the vectors were made by another encoder.
    """
    try:
        file = _settled(folder)
    except MissingIndex as broken:
        try:
            file = replace(_settled(folder / SPARE), damage=broken.what)
        except MissingIndex:
            raise broken from None
        log.warning("%s The spare copy is in use. %s", broken.what, REBUILD)
    manifest = file.manifest
    if fingerprint is not None and manifest.fingerprint != fingerprint:
        raise StaleIndex(
            f"The vectors in {folder} were made by another encoder or text template "
            f"({manifest.fingerprint[:12]}, now {fingerprint[:12]}).",
            REBUILD,
        )
    return file


def _settled(folder: Path) -> VectorFile:
    """Read one copy; once more where it was switched between the manifest and the data."""
    before = None
    for _ in range(TRIES):
        try:
            manifest = _manifest(folder)
            return _data(folder, manifest)
        except MissingIndex:
            now = _manifest(folder)
            if now == before:
                raise
            before = now
    return _data(folder, _manifest(folder))


def _manifest(folder: Path) -> Manifest:
    try:
        manifest = Manifest(**json.loads((folder / MANIFEST).read_bytes()))
        if manifest.check and manifest.check != manifest.checked():
            raise ValueError("the manifest is not as it was written")
        return manifest
    except FileNotFoundError as gone:
        raise MissingIndex(f"There are no vectors in {folder}.", REBUILD) from gone
    except (OSError, ValueError, TypeError) as broken:
        raise _unreadable(folder, broken) from broken


def _data(folder: Path, manifest: Manifest) -> VectorFile:
    try:
        rows, names = _data_files(folder, manifest)
        listed = json.loads(names.read_bytes())
        matrix: Vectors = np.load(io.BytesIO(rows.read_bytes()), allow_pickle=False)
        file = VectorFile(manifest, tuple(listed["ids"]), tuple(listed["hashes"]), matrix)
        counts = {len(file.ids), len(file.hashes), len(matrix), manifest.count}
        if digest(file.ids, file.hashes, matrix) != manifest.sha256 or len(counts) != 1:
            raise ValueError("they don't hash to what their manifest says")
    except FileNotFoundError as gone:
        raise MissingIndex(f"There are no vectors in {folder}.", REBUILD) from gone
    except (OSError, EOFError, ValueError, TypeError, KeyError, AttributeError) as broken:
        raise _unreadable(folder, broken) from broken
    matrix.setflags(write=False)
    return file


def _unreadable(folder: Path, broken: Exception) -> MissingIndex:
    return MissingIndex(f"The vectors in {folder} can't be read: {broken}.", REBUILD)


def _write(folder: Path, file: VectorFile) -> None:
    """Bring one copy into a folder; its manifest last."""
    folder.mkdir(parents=True, exist_ok=True)
    rows, names = _data_files(folder, file.manifest)
    packed = io.BytesIO()
    np.save(packed, file.matrix)
    put(rows, packed.getbuffer())
    put(names, json.dumps({"ids": file.ids, "hashes": file.hashes}).encode())
    manifest = replace(file.manifest, check=file.manifest.checked())
    put(folder / MANIFEST, (json.dumps(asdict(manifest), indent=2) + "\n").encode())
    settle(folder)
    for old in (*folder.glob("rows-*.npy*"), *folder.glob("names-*.json*")):
        if old not in (rows, names, aside(rows), aside(names)):
            old.unlink(missing_ok=True)


def _data_files(folder: Path, manifest: Manifest) -> tuple[Path, Path]:
    return folder / f"rows-{manifest.build}.npy", folder / f"names-{manifest.build}.json"
