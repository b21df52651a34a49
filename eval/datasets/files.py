"""Where the benchmark files lie, and what is said of them beside every figure."""

from __future__ import annotations

import hashlib
import os
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from index.errors import BadData

VARIABLE = "SHELFTALK_BENCH_DATA"
SIBLING = Path(__file__).resolve().parents[2].parent / "shared" / "data"
"""Beside the checkout: used where the variable is not set and the folder is there."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a figure stands on: goes into every report as ``dataset``."""

    name: str
    licence_note: str
    sha256: str
    """Over the SHA-256 of each file, in the order in which the reader names them."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def benchmark_folder(name: str) -> Path:
    """Return the folder of one benchmark, such as ``amazon_beauty``.

    Raises
    ------
    BadData
        The variable points nowhere, or there is no benchmark data at all.
    """
    chosen = os.environ.get(VARIABLE)
    root = Path(chosen) if chosen else SIBLING
    folder = root / name
    if not folder.is_dir():
        raise BadData(
            f"The benchmark data {name} is not at {folder}.",
            f"Set {VARIABLE} to the folder that holds {name}/.",
        )
    return folder


def benchmark_file(folder: Path, name: str) -> Path:
    """Return one file of a benchmark's folder; missing, ``BadData`` names it."""
    path = folder / name
    if not path.is_file():
        raise BadData(f"{path} is missing.", f"Put {name} there, or set {VARIABLE} elsewhere.")
    return path


def files_sha256(*paths: Path) -> str:
    """Return the SHA-256 over the files' own SHA-256s, one after the other."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(_file_sha256(path, path.stat().st_mtime_ns).encode())
    return digest.hexdigest()


@cache
def _file_sha256(path: Path, _changed: int) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
