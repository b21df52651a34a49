"""The same collection on a Chroma server, for several processes at once."""

from __future__ import annotations

import httpx

from index.errors import StaleIndex
from index.stores.chroma import ChromaFault, ChromaStore
from index.stores.vectorfile import REBUILD, Manifest, VectorFile

START = "Start it, or take chroma_url out of the settings."
REACH_S = 2.0
"""For a sign of life."""
QUERY_S = 0.5
"""For a search; exact search over ten thousand products takes a few milliseconds."""


def collection_name(catalogue: str, manifest: Manifest) -> str:
    """A collection for each set of vectors, so that a new one is filled beside the old."""
    return f"shelftalk-{catalogue}-{manifest.build}"


def fill_server(url: str, catalogue: str, file: VectorFile) -> None:
    """Bring the vectors to a server; what is there already is written over.

    Raises
    ------
    ChromaFault
        Where the server is away, or does not count what was sent.
    """
    reach(url)
    name = collection_name(catalogue, file.manifest)
    try:
        store = ChromaStore.open(url, name, file.manifest)
    except (ChromaFault, StaleIndex):
        store = ChromaStore.create(url, name, file.manifest)
    try:
        store.upsert(file.ids, file.matrix)
        if len(store) != len(file.ids):
            raise ChromaFault(
                f"{url} counts {len(store)} vectors in {name}; {len(file.ids)} were sent.", REBUILD
            )
    finally:
        store.close()


def reach(url: str) -> None:
    """Ask a server for a sign of life; chromadb's own client would wait for it for ever.

    Raises
    ------
    ChromaFault
        Where none comes in time.
    """
    try:
        answer = httpx.get(f"{url.rstrip('/')}/api/v2/heartbeat", timeout=REACH_S)
        answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as away:
        raise ChromaFault(f"The Chroma server at {url} does not answer: {away}.", START) from away


def open_server(url: str, catalogue: str, file: VectorFile) -> ChromaStore:
    """Open the collection of these vectors, have it loaded, and be in no mood to wait after.

    Raises
    ------
    ChromaFault, StaleIndex
        Where the server is away, or has not all of these vectors.
    """
    reach(url)
    store = ChromaStore.open(url, collection_name(catalogue, file.manifest), file.manifest)
    try:
        if len(store) != len(file.ids):
            raise ChromaFault(
                f"{url} counts {len(store)} vectors of {len(file.ids)}; it is filled, or was cut "
                "off.", REBUILD,
            )  # fmt: skip
        if len(file.ids):
            store.query(file.matrix[0], 1)
    except ChromaFault:
        store.close()
        raise
    store.patience(QUERY_S)
    return store
