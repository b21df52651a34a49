"""Chroma behind the ``VectorStore`` Protocol. The only module that names chromadb."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from httpx import HTTPError

from index.errors import StaleIndex, TellPerson
from index.interfaces import Vectors
from index.stores.exact import check_dimension
from index.stores.vectorfile import REBUILD, Manifest
from index.types import Scored

SERVER_BATCH = 1000
"""Vectors an upsert; the embedded client takes 5,461 and says so, a server less."""
SERVER_PATIENCE_S = 60.0
"""For one answer of a server, an upsert of a batch included."""
HNSW = {"space": "cosine", "max_neighbors": 32, "ef_construction": 200, "ef_search": 400}
"""Chosen by measurement: recall@50 of 500 grocery queries over 9,000 vectors of 384 was .980
with the defaults (16, 100, 100), .997 with (32, 200, 200), .9997 with these at 3.2 ms a query,
and .9999 with (48, 200, 800) at 8.3 ms. ``sync_threshold`` stays at 1,000: above the count,
nothing is flushed and every opening replays the log (2.7 s instead of 0.05)."""
AN_OPEN_ONE = "its open collection"
SAME = 1e-6
"""Numbers of a unit vector this close are equal: Chroma normalises once more."""
MARGIN = 16
"""More than asked is fetched, so that equal scores at the cut are parted by id."""


class ChromaFault(TellPerson):
    """Chroma's directory or server can't be used; the exact store answers."""


class ChromaStore:
    """One collection.

    Parameters
    ----------
    client
        A chromadb client; closed with the store.
    collection
        Its collection, in cosine space.
    dimension
        Of every vector.
    """

    def __init__(self, client: Any, collection: Any, dimension: int) -> None:
        self._client = client
        self._collection = collection
        self._dimension = dimension

    @classmethod
    def create(cls, where: Path | str, name: str, manifest: Manifest) -> ChromaStore:
        """Make an empty collection in a directory, or at the address of a server."""
        with _faults(where):
            client = _client(where)
            collection = client.create_collection(
                name,
                embedding_function=None,
                metadata={"fingerprint": manifest.fingerprint, "build": manifest.build},
                configuration={"hnsw": HNSW},
            )
        return cls(client, collection, manifest.dimension)

    @classmethod
    def open(cls, where: Path | str, name: str, manifest: Manifest) -> ChromaStore:
        """Open what ``create`` made.

        Raises
        ------
        StaleIndex
            Where the collection was filled from other vectors.
        ChromaFault
            Where it isn't there or can't be read.
        """
        with _faults(where):
            client = _client(where)
            collection = client.get_collection(name, embedding_function=None)
        made_of = (collection.metadata or {}).get("fingerprint")
        if made_of != manifest.fingerprint:
            client.close()
            raise StaleIndex(
                f"Chroma's collection at {where} was made by another encoder or text template "
                f"({str(made_of)[:12]}, now {manifest.fingerprint[:12]}).",
                REBUILD,
            )
        return cls(client, collection, manifest.dimension)

    @property
    def dimension(self) -> int:
        return self._dimension

    def __len__(self) -> int:
        with _faults(AN_OPEN_ONE):
            return int(self._collection.count())

    def upsert(self, ids: Sequence[str], vectors: Vectors) -> None:
        if len(ids) != len(vectors):
            raise ValueError(f"{len(ids)} ids and {len(vectors)} vectors")
        check_dimension(vectors, self._dimension)
        with _faults(AN_OPEN_ONE):
            step = min(SERVER_BATCH, int(self._client.get_max_batch_size()))
            for start in range(0, len(ids), step):
                part = slice(start, start + step)
                # The last of an id that stands twice wins; Chroma refuses such a batch.
                latest = dict(zip(ids[part], vectors[part], strict=True))
                self._collection.upsert(list(latest), embeddings=list(latest.values()))

    def remove(self, ids: Iterable[str]) -> None:
        with _faults(AN_OPEN_ONE):
            if known := self._known(ids):
                self._collection.delete(ids=known)

    def query(self, vector: Vectors, k: int, allowed: frozenset[str] | None = None) -> list[Scored]:
        check_dimension(vector, self._dimension)
        with _faults(AN_OPEN_ONE):
            ids = None if allowed is None else self._known(allowed)
            if k <= 0 or ids == []:
                return []
            found = self._collection.query(
                query_embeddings=[vector],
                n_results=k + MARGIN,
                ids=ids,
                include=["distances"],
            )
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        scored = [Scored(id_, 1.0 - float(distance)) for id_, distance in pairs]
        return sorted(scored, key=lambda s: (-s.score, s.id))[:k]

    def ids(self) -> set[str]:
        """Every id that is there."""
        with _faults(AN_OPEN_ONE):
            return set(self._collection.get(include=[])["ids"])

    def differing(self, ids: Sequence[str], vectors: Vectors) -> list[str]:
        """Those of ``ids`` whose stored vector is not the row of ``vectors``, or is not there.

        *Shape of vectors:* (len(ids), dimension), normalised.
        """
        found: list[str] = []
        for start in range(0, len(ids), SERVER_BATCH):
            part = list(ids[start : start + SERVER_BATCH])
            with _faults(AN_OPEN_ONE):
                stored = self._collection.get(ids=part, include=["embeddings"])
            there = dict(zip(stored["ids"], stored["embeddings"], strict=True))
            for id_, row in zip(part, vectors[start : start + SERVER_BATCH], strict=True):
                if id_ not in there or np.abs(np.asarray(there[id_]) - row).max() > SAME:
                    found.append(id_)
        return found

    def patience(self, seconds: float) -> None:
        """Give a server so long for each answer; a directory has all the time it takes."""
        if session := getattr(self._client._server, "_session", None):
            session.timeout = seconds

    def close(self) -> None:
        self._client.close()

    def _known(self, ids: Iterable[str]) -> list[str]:
        """Those that are there: Chroma fails a delete or a search that names another."""
        wanted = sorted(set(ids))
        return list(self._collection.get(ids=wanted, include=[])["ids"]) if wanted else []


def _client(where: Path | str) -> Any:
    """Open a directory, or speak to a server where ``where`` is an address."""
    import chromadb
    from chromadb.config import Settings

    quiet = Settings(anonymized_telemetry=False)
    if isinstance(where, Path):
        return chromadb.PersistentClient(str(where), settings=quiet)
    address = urlsplit(where)
    secure = address.scheme == "https"
    client = chromadb.HttpClient(
        host=address.hostname or "localhost",
        port=address.port or (443 if secure else 8000),
        ssl=secure,
        settings=quiet,
    )
    client._server._session.timeout = SERVER_PATIENCE_S  # it is None, which is for ever
    return client


@contextmanager
def _faults(where: Path | str) -> Iterator[None]:
    """Turn what chromadb raises into one error of ours."""
    try:
        from chromadb.errors import ChromaError
    except ImportError as missing:
        raise ChromaFault(
            "chromadb is not installed.", "Install it with: pip install 'chromadb>=1.5.9,<1.6'"
        ) from missing
    try:
        yield
    except (ChromaError, HTTPError, OSError, ValueError) as broken:
        raise ChromaFault(f"Chroma at {where} failed: {broken}.", REBUILD) from broken
    except BaseException as panic:
        # Rust's panic (too many open files, for one) comes as a class that is no Exception.
        if type(panic).__name__ != "PanicException":
            raise
        raise ChromaFault(f"Chroma at {where} broke down: {panic}.", REBUILD) from panic
