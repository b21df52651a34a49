"""What state the index of a shop is in, and which store answered lately."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter, deque
from pathlib import Path

from index.catalogue import Catalogue
from index.config import IndexConfig
from index.errors import MissingIndex
from index.live import live_ids
from index.stores.chroma_builds import current, is_of
from index.stores.vectorfile import REBUILD, VectorFile, read_vectors

ANSWERED = "answered.json"
REMEMBERED = 100
"""Queries whose store is remembered."""
SAVE_EVERY_S = 1.0


class Answered:
    """Which store answered the last hundred queries; kept in a file for ``index status``.

    Parameters
    ----------
    path
        Where it is kept; with several processes the last to write stands there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._stores: deque[str] = deque(_read(path), maxlen=REMEMBERED)
        self._saved = time.monotonic()

    def note(self, store: str) -> None:
        """Remember one query; the file follows at most once a second."""
        with self._lock:
            self._stores.append(store)
            late = time.monotonic() - self._saved >= SAVE_EVERY_S
        if late:
            self.save()

    def counts(self) -> dict[str, int]:
        """Store to the number of the last hundred queries that it answered."""
        with self._lock:
            return dict(sorted(Counter(self._stores).items()))

    def save(self) -> None:
        """Write the file, aside and then in place."""
        with self._lock:
            aside = self._path.with_name(self._path.name + ".part")
            aside.write_text(json.dumps(list(self._stores)))
            aside.replace(self._path)
            self._saved = time.monotonic()


def _read(path: Path) -> list[str]:
    """What an earlier process left; nothing where it can't be read."""
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return []
    return [str(store) for store in found] if isinstance(found, list) else []


def read_status(config: IndexConfig) -> dict[str, str]:
    """What is built and how old it is to the catalogue, as name and words, for people.

    Nothing is loaded for it: neither the encoder nor Chroma.
    """
    catalogue = Catalogue.open(config)
    ids = frozenset(catalogue.ids())
    told = {"catalogue": f"{config.catalogue}, {len(ids)} products", "encoder": config.encoder}
    try:
        file = read_vectors(config.vectors)
        beside = live_ids(catalogue.database.connection, file.manifest.fingerprint)
    except MissingIndex as missing:
        return {**told, "vectors": str(missing)}
    finally:
        catalogue.close()
    manifest = file.manifest
    absent = len(ids - frozenset(file.ids) - beside)
    told |= {
        "vectors": f"{manifest.count} of {manifest.dimension} numbers, {manifest.template}, "
        f"build {manifest.build}",
        "beside the build": f"{len(beside)} products that changed since",
        "without vector": f"{absent} products" + (f" ({REBUILD})" if absent else ""),
        "chroma": _chroma_words(config, file),
    }
    counts = Answered(config.shop / ANSWERED).counts()
    shares = ", ".join(f"{store} {count}" for store, count in counts.items())
    return {**told, "last queries": shares or "none yet"}


def _chroma_words(config: IndexConfig, file: VectorFile) -> str:
    if config.chroma_url:
        return f"server at {config.chroma_url}"
    build = current(config.chroma)
    if build is None:
        return f"not built ({REBUILD})"
    if not is_of(build, file):
        return f"{build.name}, of other vectors ({REBUILD})"
    return build.name
