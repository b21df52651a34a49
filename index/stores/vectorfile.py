"""The vectors of a catalogue as one file of our own: the truth that every store is built from.

``manifest.json`` names the data files, so that replacing it is the one step that switches
from the old vectors to the new; a kill before it leaves the old ones in place.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from index.errors import MissingIndex, StaleIndex
from index.interfaces import Vectors

REBUILD = "Build it with: shelftalk index build"
MANIFEST = "manifest.json"


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
    """*Shape:* (count, dimension), L2-normalised rows; memory-mapped where read."""

    def by_hash(self) -> dict[str, int]:
        """Content hash to one row that holds its vector."""
        return {digest: row for row, digest in enumerate(self.hashes)}

    def faults(self) -> list[str]:
        """Reread everything; sentences for what is not as the manifest says."""
        found = []
        if not len(self.ids) == len(self.hashes) == len(self.matrix) == self.manifest.count:
            found.append(
                f"The manifest counts {self.manifest.count} vectors; there are {len(self.ids)} "
                f"ids, {len(self.hashes)} hashes and {len(self.matrix)} rows."
            )
        if digest(self.ids, self.hashes, self.matrix) != self.manifest.sha256:
            found.append("The vector file does not hash to what its manifest says.")
        return found


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
    """Write the vectors aside, switch to them, and remove the ones before.

    Raises
    ------
    ValueError
        Where ids, hashes and rows are not equally many, or an id stands twice.
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
    folder.mkdir(parents=True, exist_ok=True)
    rows, names = _data_files(folder, manifest)
    with _aside(rows).open("wb") as out:
        np.save(out, matrix)
        out.flush()
        os.fsync(out.fileno())
    _aside(names).write_text(json.dumps({"ids": ids, "hashes": hashes}))
    _aside(folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n")
    for target in (rows, names, folder / MANIFEST):
        _aside(target).replace(target)
    for old in (*folder.glob("rows-*.npy"), *folder.glob("names-*.json")):
        if old not in (rows, names):
            old.unlink(missing_ok=True)
    return read_vectors(folder)


def read_vectors(folder: Path, fingerprint: str | None = None) -> VectorFile:
    """Open the vectors; the matrix stays on disk until it is touched.

    Raises
    ------
    MissingIndex
        Where nothing has been built, or a file of it is gone or cut short.
    StaleIndex
        Where ``fingerprint`` is given and the vectors were made by another encoder.
    """
    try:
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text()))
        rows, names = _data_files(folder, manifest)
        listed = json.loads(names.read_text())
        matrix = np.load(rows, mmap_mode="r")
    except FileNotFoundError as gone:
        raise MissingIndex(f"There are no vectors in {folder}.", REBUILD) from gone
    except (ValueError, TypeError) as broken:
        raise MissingIndex(f"The vectors in {folder} can't be read: {broken}.", REBUILD) from broken
    if fingerprint is not None and manifest.fingerprint != fingerprint:
        raise StaleIndex(
            f"The vectors in {folder} were made by another encoder or text template "
            f"({manifest.fingerprint[:12]}, now {fingerprint[:12]}).",
            REBUILD,
        )
    return VectorFile(manifest, tuple(listed["ids"]), tuple(listed["hashes"]), matrix)


def _data_files(folder: Path, manifest: Manifest) -> tuple[Path, Path]:
    return folder / f"rows-{manifest.build}.npy", folder / f"names-{manifest.build}.json"


def _aside(path: Path) -> Path:
    return path.with_name(path.name + ".part")
