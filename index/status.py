"""What state the index of a shop is in, and which store answered lately."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections import Counter, deque
from pathlib import Path

from index.catalogue import Catalogue
from index.config import IndexConfig
from index.errors import MissingIndex
from index.live import live_hashes
from index.stores.chroma import ChromaFault
from index.stores.chroma_builds import current, is_of
from index.stores.chroma_seal import broken
from index.stores.chroma_server import reach
from index.stores.files import put
from index.stores.vectorfile import REBUILD, VectorFile, read_vectors

ANSWERED = "answered.json"
REMEMBERED = 100
"""Queries whose store is remembered."""
SAVE_EVERY_S = 1.0
MEANWHILE = "exact search answers meanwhile"


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
        """Write the file; where it can't be written, searches go on and the count stays here."""
        with self._lock:
            self._saved = time.monotonic()
            with contextlib.suppress(OSError):
                put(self._path, json.dumps(list(self._stores)).encode())


def _read(path: Path) -> list[str]:
    """What an earlier process left; nothing where it can't be read."""
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return []
    return [str(store) for store in found] if isinstance(found, list) else []


def read_status(config: IndexConfig) -> dict[str, str]:
    """What is built and how old it is to the catalogue, as name and words, for people.

    Nothing is loaded for it, neither the encoder nor Chroma; a server is asked for a sign of
    life.
    """
    catalogue = Catalogue.open(config)
    ids = frozenset(catalogue.ids())
    told = {"catalogue": f"{config.catalogue}, {len(ids)} products", "encoder": config.encoder}
    try:
        file = read_vectors(config.vectors)
        live = live_hashes(catalogue.database.connection, file.manifest.fingerprint)
    except MissingIndex as missing:
        return {**told, "vectors": str(missing)}
    finally:
        catalogue.close()
    manifest = file.manifest
    damaged = f"; {file.damage} The spare copy is in use ({REBUILD})" if file.damage else ""
    built = dict(zip(file.ids, file.hashes, strict=True))
    beside = {id_ for id_, digest in live.items() if built.get(id_) != digest}
    absent = len(ids - built.keys() - beside)
    told |= {
        "vectors": f"{manifest.count} of {manifest.dimension} numbers, {manifest.template}, "
        f"build {manifest.build}{damaged}",
        "beside the build": f"{len(beside)} products that changed since",
        "without vector": f"{absent} products" + (f" ({REBUILD})" if absent else ""),
        "chroma": _chroma_words(config, file),
    }
    counts = Answered(config.shop / ANSWERED).counts()
    shares = ", ".join(f"{store} {count}" for store, count in counts.items())
    return {**told, "last queries": shares or "none yet"}


def _chroma_words(config: IndexConfig, file: VectorFile) -> str:
    if config.chroma_url:
        try:
            reach(config.chroma_url)
        except ChromaFault as away:
            return f"server at {config.chroma_url}, away; {MEANWHILE}. {away.remedy}"
        return f"server at {config.chroma_url}, answering"
    build = current(config.chroma)
    if build is None:
        return f"not built; {MEANWHILE} ({REBUILD})"
    if not is_of(build, file):
        return f"{build.name}, of other vectors; {MEANWHILE} ({REBUILD})"
    if because := broken(build):
        return f"{build.name}, unsound: {because} It is rebuilt when next opened; {MEANWHILE}"
    return build.name
