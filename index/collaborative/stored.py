"""Models on disk: a folder of arrays beside a manifest, in place whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from index.errors import BadData

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Stored:
    """What was read back."""

    config: dict[str, Any]
    names: dict[str, list[str]]
    arrays: dict[str, Any]
    """Memory-mapped, read-only."""

    def matrix(self, name: str, shape: tuple[int, int]) -> Any:
        """Return the sparse matrix that ``parts_of`` took apart. *Shape:* as given, CSR."""
        parts = tuple(self.arrays[f"{name}_{part}"] for part in ("data", "indices", "indptr"))
        return sparse.csr_matrix(parts, shape, copy=False)


def parts_of(name: str, matrix: Any) -> dict[str, Any]:
    """Return the three arrays of a CSR matrix under names that ``Stored.matrix`` knows."""
    return {f"{name}_{part}": getattr(matrix, part) for part in ("data", "indices", "indptr")}


def write(
    folder: Path,
    kind: str,
    config: Mapping[str, Any],
    names: Mapping[str, Sequence[str]],
    arrays: Mapping[str, Any],
) -> None:
    """Write beside the folder, then put the whole in its place.

    Killed at any point, the folder is the old one, the new one, or missing.
    """
    aside = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    aside.mkdir(parents=True, exist_ok=True)
    for name, values in arrays.items():
        np.save(aside / f"{name}.npy", values)
    manifest = {
        "kind": kind,
        "config": dict(config),
        "names": {name: list(values) for name, values in names.items()},
        "arrays": sorted(arrays),
    }
    (aside / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    if folder.exists():
        shutil.rmtree(folder)
    aside.replace(folder)


def read(folder: Path, kind: str) -> Stored:
    """Read a model of this kind.

    Raises
    ------
    BadData
        There is none, it is of another kind, or an array is missing.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["kind"] != kind:
            raise ValueError(f"it is of the kind {manifest['kind']}")
        arrays = {
            name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in manifest["arrays"]
        }
        return Stored(manifest["config"], manifest["names"], arrays)
    except (OSError, ValueError, KeyError) as trouble:
        raise BadData(
            f"There is no whole {kind} model at {folder} ({trouble}).", "Fit it again."
        ) from None
