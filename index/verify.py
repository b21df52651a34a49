"""Everything that can be checked about a built index, checked."""

from __future__ import annotations

from dataclasses import dataclass

from index.build import catalogue_texts, content_hash
from index.config import IndexConfig
from index.encoders.sentence import open_encoder
from index.errors import TellPerson
from index.interfaces import Encoder
from index.stores.chroma import ChromaStore
from index.stores.chroma_builds import COLLECTION, current, is_of, probe
from index.stores.chroma_server import collection_name
from index.stores.exact import ExactStore
from index.stores.recall import recalls, spread
from index.stores.vectorfile import REBUILD, VectorFile, read_vectors

RECALL_AT, LEAST_RECALL, SAMPLE = 50, 0.99, 200


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, and what is wrong with it."""

    products: int
    vectors: int
    recall: float | None
    """Chroma's recall@50 of a sample of products; ``None`` where Chroma can't be asked."""
    faults: tuple[str, ...]


def verify(config: IndexConfig, encoder: Encoder | None = None) -> Verified:
    """Check counts, hashes, the encoder's fingerprint, and Chroma against the exact store.

    Raises
    ------
    MissingIndex
        Where there is no catalogue or no vector file to check.
    MissingModel
        Where the encoder's weights are not there.
    """
    encoder = encoder or open_encoder(config)
    file = read_vectors(config.vectors)
    texts = catalogue_texts(config)
    faults = [*file.faults(), *_against_catalogue(file, texts)]
    if file.manifest.fingerprint != encoder.fingerprint:
        faults.append(f"The vectors were made by another encoder or text template. {REBUILD}")
    recall = None
    try:
        recall = _chroma_recall(config, file)
    except TellPerson as trouble:
        faults.append(str(trouble))
    if recall is not None and recall < LEAST_RECALL:
        faults.append(f"Chroma's recall@{RECALL_AT} is {recall:.3f}, below {LEAST_RECALL}.")
    return Verified(len(texts), len(file.ids), recall, tuple(faults))


def _against_catalogue(file: VectorFile, texts: dict[str, str]) -> list[str]:
    found = []
    stored = dict(zip(file.ids, file.hashes, strict=False))
    if missing := sorted(texts.keys() - stored.keys()):
        found.append(f"{len(missing)} products have no vector, {missing[0]} first. {REBUILD}")
    if gone := sorted(stored.keys() - texts.keys()):
        found.append(f"{len(gone)} vectors have no product, {gone[0]} first. {REBUILD}")
    changed = [i for i in sorted(texts.keys() & stored) if content_hash(texts[i]) != stored[i]]
    if changed:
        found.append(f"The text of {len(changed)} products changed, {changed[0]} first. {REBUILD}")
    return found


def _chroma_recall(config: IndexConfig, file: VectorFile) -> float:
    exact = ExactStore.of(file)
    sample = file.matrix[spread(len(file.ids), SAMPLE)]
    store = _open_chroma(config, file)
    try:
        found = recalls(store, exact, sample, RECALL_AT)
    finally:
        store.close()
    return sum(found) / len(found)


def _open_chroma(config: IndexConfig, file: VectorFile) -> ChromaStore:
    if config.chroma_url:
        name = collection_name(config.catalogue, file.manifest)
        return ChromaStore.open(config.chroma_url, name, file.manifest)
    build = current(config.chroma)
    if build is None or not is_of(build, file):
        raise TellPerson("There is no Chroma build of these vectors.", REBUILD)
    health = probe(config.vectors, build)
    if not health.sound:
        raise TellPerson(f"The Chroma build {build.name} is unsound: {health.because}", REBUILD)
    return ChromaStore.open(build, COLLECTION, file.manifest)
