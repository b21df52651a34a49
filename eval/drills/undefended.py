"""The same jobs with the defences switched off: what the drills must be able to break.

In place instead of aside, product by product instead of in one transaction, trusted instead of
hashed and probed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from eval.drills.shop import QUERIES
from index.build import catalogue_texts
from index.catalogue import Catalogue
from index.config import IndexConfig
from index.interfaces import Encoder, Vectors
from index.sources.base import CatalogueSource
from index.stores.chroma import ChromaStore
from index.stores.chroma_builds import COLLECTION, current
from index.stores.exact import ExactStore
from index.stores.vectorfile import Manifest
from index.types import Scored

ROWS, NAMES = "rows.npy", "names.json"
K = 10
CHUNK = 64


def import_source(source: CatalogueSource, config: IndexConfig) -> None:
    """Empty the shop, then fill it, a transaction a product."""
    catalogue = Catalogue.open(config, readonly=False)
    catalogue.remove(catalogue.ids())
    for product in source.products():
        catalogue.upsert([product])
    catalogue.close()


def build(config: IndexConfig, encoder: Encoder, folder: Path) -> None:
    """Embed the whole catalogue into the very files that are served."""
    texts = catalogue_texts(config)
    ids = sorted(texts)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NAMES).write_text(json.dumps(ids))
    shape = (len(ids), encoder.dimension)
    rows = np.lib.format.open_memmap(folder / ROWS, mode="w+", dtype=np.float32, shape=shape)
    for start in range(0, len(ids), CHUNK):
        rows[start : start + CHUNK] = encoder.encode([texts[i] for i in ids[start : start + CHUNK]])


def write(folder: Path, ids: Sequence[str], matrix: Vectors) -> None:
    """Replace the vectors where they lie."""
    (folder / NAMES).write_text(json.dumps(list(ids)))
    np.save(folder / ROWS, matrix)


def answers(folder: Path, encoder: Encoder) -> str:
    """Hash of what exact search says over vectors that are believed as they lie there."""
    ids = json.loads((folder / NAMES).read_text())
    matrix = np.load(folder / ROWS, mmap_mode="r")
    store = ExactStore(encoder.dimension)
    store.upsert(ids, matrix)
    return asked(encoder, lambda vector: store.query(vector, K))


def chroma_answers(config: IndexConfig, encoder: Encoder) -> str:
    """Hash of what Chroma alone says, opened as it lies there."""
    build_folder = current(config.chroma)
    assert build_folder is not None, "CURRENT names no build"
    manifest = Manifest(encoder.fingerprint, config.text_template, encoder.dimension, 0, "0" * 64)
    store = ChromaStore.open(build_folder, COLLECTION, manifest)
    found = asked(encoder, lambda vector: store.query(vector, K))
    store.close()
    return found


def asked(encoder: Encoder, query: Callable[[Vectors], list[Scored]]) -> str:
    """Hash of the ids that a store gives to the words of the fixed queries."""
    texts = [text for text, _ in QUERIES if text]
    found = [[s.id for s in query(vector)] for vector in encoder.encode(texts)]
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()[:16]
