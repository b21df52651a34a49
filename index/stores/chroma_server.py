"""The same collection on a Chroma server, for several processes at once."""

from __future__ import annotations

from index.errors import StaleIndex
from index.stores.chroma import ChromaFault, ChromaStore
from index.stores.vectorfile import REBUILD, Manifest, VectorFile


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
