"""From the catalogue to vectors to Chroma: each distinct text once, aside, then switched."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import pyarrow as pa
from filelock import FileLock

from index.batches import TEXT, EmbedTexts, vectors_of
from index.catalogue import Catalogue
from index.config import IndexConfig
from index.encoders.sentence import open_encoder
from index.errors import MissingIndex, StaleIndex
from index.interfaces import Encoder, Vectors
from index.stores.chroma_builds import build_chroma, current, is_of, probe
from index.stores.chroma_server import fill_server
from index.stores.files import put, telling
from index.stores.vectorfile import VectorFile, read_vectors, write_vectors
from index.text import product_text

CHUNK = 256
"""Texts embedded between two writes of what there is so far; a kill loses at most these."""

Progress = Callable[[int, int], None]
"""Called with the texts embedded so far and the texts to embed."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """Vectors of a whole catalogue, and what they cost."""

    file: VectorFile
    distinct: int
    """Different texts among the products."""
    encoded: int
    """Texts that the encoder had to read now."""
    kept: int
    """Texts whose vectors the file before had."""
    resumed: int
    """Texts whose vectors an interrupted build had left."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did."""

    products: int
    distinct: int
    encoded: int
    kept: int
    resumed: int
    dimension: int
    fingerprint: str
    """Of the encoder."""
    build: str
    """Name of the vectors that are served from now on."""
    embed_s: float
    chroma_s: float

    @property
    def seconds(self) -> float:
        return self.embed_s + self.chroma_s


def build(
    config: IndexConfig, progress: Progress | None = None, encoder: Encoder | None = None
) -> BuildReport:
    """Build the vector file and Chroma of one shop; what is served switches at the end.

    Vectors of unchanged texts are kept, and those that an interrupted build left are taken up.

    Parameters
    ----------
    config
        Names the shop, the encoder and the template.
    progress
        Told of every chunk of texts.
    encoder
        Used instead of the one that ``config`` names.

    Raises
    ------
    MissingIndex
        Where the catalogue is empty or has not been imported.
    MissingModel
        Where the encoder's weights are not there.
    ChromaFault
        Where the new Chroma build is not sound; the vectors are in place all the same.
    NoRoom
        Where the disk is full or the folder can't be written; what was built before still stands.
    """
    start = time.perf_counter()
    texts = catalogue_texts(config)
    encoder = encoder or open_encoder(config)
    with telling(config.shop), _locked(config):
        done = embed(texts, encoder, config.vectors, config.text_template, progress)
        embedded = time.perf_counter()
        _bring_to_chroma(config, done.file)
    return BuildReport(
        products=len(texts),
        distinct=done.distinct,
        encoded=done.encoded,
        kept=done.kept,
        resumed=done.resumed,
        dimension=done.file.manifest.dimension,
        fingerprint=done.file.manifest.fingerprint,
        build=done.file.manifest.build,
        embed_s=embedded - start,
        chroma_s=time.perf_counter() - embedded,
    )


@contextmanager
def _locked(config: IndexConfig) -> Iterator[None]:
    """Let one build at a time at a shop."""
    config.vectors.mkdir(parents=True, exist_ok=True)
    with FileLock(config.shop / ".build.lock"):
        yield


def catalogue_texts(config: IndexConfig) -> dict[str, str]:
    """Product id to the text that is embedded, for the whole catalogue."""
    catalogue = Catalogue.open(config)
    products = catalogue.many(catalogue.ids())
    if not products:
        raise MissingIndex(
            f"The catalogue {config.catalogue} has no products.",
            f"Fill it with: shelftalk data import {config.catalogue}",
        )
    return {p.id: product_text(p, config.text_template) for p in products}


def content_hash(text: str) -> str:
    """SHA-256 of the text that is embedded, as the vector file keeps it."""
    return hashlib.sha256(text.encode()).hexdigest()


def embed(
    texts: Mapping[str, str],
    encoder: Encoder,
    folder: Path,
    template: str,
    progress: Progress | None = None,
) -> Embedded:
    """Bring the vector file in ``folder`` up to ``texts``, reading only what is new."""
    hashes = {id_: content_hash(text) for id_, text in texts.items()}
    by_hash = {digest: texts[id_] for id_, digest in hashes.items()}
    before = _sound_before(folder, encoder.fingerprint)
    same = before and dict(zip(before.ids, before.hashes, strict=True)) == hashes
    if before and same and not before.damage:
        return Embedded(before, len(by_hash), encoded=0, kept=len(by_hash), resumed=0)
    known = (
        {before.hashes[row]: before.matrix[row] for row in range(len(before.ids))} if before else {}
    )
    kept = len(known.keys() & by_hash.keys())
    partial = folder / f"partial-{encoder.fingerprint[:16]}"
    left = {k: v for k, v in _chunks_before(partial).items() if k in by_hash and k not in known}
    known |= left
    todo = by_hash.keys() - known.keys()
    known |= _encode({digest: by_hash[digest] for digest in todo}, encoder, partial, progress)
    ids = sorted(texts)
    in_order = [hashes[id_] for id_ in ids]
    matrix = np.stack([known[digest] for digest in in_order])
    file = write_vectors(folder, ids, in_order, matrix, encoder.fingerprint, template)
    for old in folder.glob("partial-*"):
        shutil.rmtree(old, ignore_errors=True)
    return Embedded(file, len(by_hash), len(todo), kept, len(left))


def _encode(
    texts: Mapping[str, str], encoder: Encoder, partial: Path, progress: Progress | None
) -> dict[str, Vectors]:
    """Content hash to vector, of texts by content hash; written to ``partial`` on the way."""
    # Texts of a length side by side: a batch is padded to its longest.
    order = sorted(texts, key=lambda digest: (-len(texts[digest]), digest))
    read, found = EmbedTexts(encoder), dict[str, Vectors]()
    for begin in range(0, len(order), CHUNK):
        chunk = order[begin : begin + CHUNK]
        batch = pa.record_batch({"hash": chunk, TEXT: [texts[digest] for digest in chunk]})
        rows = vectors_of(read(batch))
        _write_chunk(partial, chunk, rows)
        found |= dict(zip(chunk, rows, strict=True))
        if progress:
            progress(begin + len(chunk), len(order))
    return found


def _sound_before(folder: Path, fingerprint: str) -> VectorFile | None:
    """The vectors in place, or their spare copy, where the encoder is ours."""
    try:
        return read_vectors(folder, fingerprint)
    except (MissingIndex, StaleIndex):
        return None


def _chunks_before(partial: Path) -> dict[str, Vectors]:
    """Content hash to vector, of a build that did not get to its end."""
    found: dict[str, Vectors] = {}
    for path in sorted(partial.glob("*.npz")):
        try:
            with np.load(path) as chunk:
                found |= dict(zip(chunk["hashes"].tolist(), chunk["vectors"], strict=True))
        except (BadZipFile, OSError, ValueError, KeyError):
            continue  # cut short by a power failure: its texts are read again
    return found


def _write_chunk(partial: Path, hashes: list[str], vectors: Vectors) -> None:
    partial.mkdir(parents=True, exist_ok=True)
    target = partial / f"{hashlib.sha256(''.join(hashes).encode()).hexdigest()[:16]}.npz"
    packed = BytesIO()
    np.savez(packed, hashes=np.array(hashes), vectors=vectors)
    put(target, packed.getbuffer())


def _bring_to_chroma(config: IndexConfig, file: VectorFile) -> None:
    """Build Chroma from the vectors, unless a sound build of these very ones is there."""
    if config.chroma_url:
        fill_server(config.chroma_url, config.catalogue, file)
        return
    there = current(config.chroma)
    if there and is_of(there, file) and probe(config.vectors, there).sound:
        return
    build_chroma(config.vectors, file, config.chroma)
