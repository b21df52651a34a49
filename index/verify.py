"""Everything that can be checked about a built index, checked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from index.build import catalogue_texts, content_hash
from index.catalogue import Catalogue
from index.config import IndexConfig
from index.database import connect
from index.encoders.sentence import open_encoder
from index.errors import TellPerson
from index.filters import stem_string
from index.interfaces import Encoder
from index.live import version
from index.stores.chroma import ChromaStore
from index.stores.chroma_builds import current, is_of, open_sound, probe
from index.stores.chroma_server import open_server
from index.stores.exact import ExactStore
from index.stores.recall import recalls, spread
from index.stores.vectorfile import REBUILD, VectorFile, read_vectors

RECALL_AT, LEAST_RECALL, SAMPLE = 50, 0.99, 200
EMBEDDED_AGAIN = 256
"""Texts of a deep check, evenly over the catalogue."""
SAME_TEXT = 0.999
"""Cosine of two readings of one text, at least: batches are padded differently."""
DEEP_S = 60.0
"""For one answer of a server to a deep check."""
IMPORT = "Import the catalogue again: shelftalk data import"


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, and what is wrong with it."""

    products: int
    vectors: int
    recall: float | None
    """Chroma's recall@50 of a sample of products; ``None`` where Chroma can't be asked."""
    faults: tuple[str, ...]
    embedded: int = 0
    """Texts that were embedded again."""


def verify(
    config: IndexConfig,
    encoder: Encoder | None = None,
    deep: bool = False,
    sample: int | None = EMBEDDED_AGAIN,
) -> Verified:
    """Check counts, hashes, the encoder's fingerprint, and Chroma against the exact store.

    Parameters
    ----------
    config
        Names the shop and its encoder.
    encoder
        Used instead of the one that ``config`` names.
    deep
        Also embed texts again and compare, hold the word index against the catalogue row by
        row, look for rows that belong to nothing, and compare every vector in Chroma.
    sample
        Texts that a deep check embeds again; ``None`` for all of them.

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
    faults = [*file.faults(), *_against_catalogue(file, texts, _beside(config, file))]
    recall, embedded = None, 0
    if file.manifest.fingerprint != encoder.fingerprint:
        faults.append(f"The vectors were made by another encoder or text template. {REBUILD}")
    elif deep:
        rows = spread(len(file.ids), sample or len(file.ids))
        embedded = len(rows)
        faults += _against_encoder(file, texts, encoder, rows)
    if deep:
        faults += _against_words(config)
    try:
        recall, strange = _chroma(config, file, deep)
        faults += strange
    except TellPerson as trouble:
        faults.append(str(trouble))
    if recall is not None and recall < LEAST_RECALL:
        faults.append(f"Chroma's recall@{RECALL_AT} is {recall:.3f}, below {LEAST_RECALL}.")
    return Verified(len(texts), len(file.ids), recall, tuple(faults), embedded)


def _beside(config: IndexConfig, file: VectorFile) -> dict[str, str]:
    """Product id to the hash of the text whose vector an update put beside the build.

    The hash is empty where an update took the product away.
    """
    connection = connect(config.database, readonly=True)
    try:
        fingerprint = file.manifest.fingerprint
        if not version(connection).texts:
            return {}
        sql = "SELECT product_id, hash FROM live_vectors WHERE fingerprint IN (?, '')"
        return dict(connection.execute(sql, (fingerprint,)).fetchall())
    finally:
        connection.close()


def _against_catalogue(
    file: VectorFile, texts: Mapping[str, str], beside: Mapping[str, str]
) -> list[str]:
    found = []
    stored = {**dict(zip(file.ids, file.hashes, strict=True)), **beside}
    if missing := sorted(texts.keys() - stored.keys()):
        found.append(f"{len(missing)} products have no vector, {missing[0]} first. {REBUILD}")
    kept = {id_ for id_, hashed in stored.items() if hashed}
    if gone := sorted(kept - texts.keys()):
        found.append(f"{len(gone)} vectors have no product, {gone[0]} first. {REBUILD}")
    changed = [i for i in sorted(texts.keys() & stored) if content_hash(texts[i]) != stored[i]]
    if changed:
        found.append(f"The text of {len(changed)} products changed, {changed[0]} first. {REBUILD}")
    return found


def _against_encoder(
    file: VectorFile, texts: Mapping[str, str], encoder: Encoder, rows: list[int]
) -> list[str]:
    """Embed texts again. Those that changed since the build are told of elsewhere."""
    asked = [r for r in rows if content_hash(texts.get(file.ids[r], "")) == file.hashes[r]]
    again = encoder.encode([texts[file.ids[row]] for row in asked])
    cosines = np.vecdot(file.matrix[asked], again).tolist()
    strange = [file.ids[r] for r, c in zip(asked, cosines, strict=True) if c < SAME_TEXT]
    if not strange:
        return []
    return [
        f"The vectors of {len(strange)} of {len(asked)} products are not those of their texts, "
        f"{strange[0]} first. {REBUILD}"
    ]


def _against_words(config: IndexConfig) -> list[str]:
    """Hold everything that is kept twice in the shop's file against what it was made from."""
    connection = connect(config.database)
    catalogue = Catalogue.open(config)
    try:
        found = [*_damage(connection)]
        if not found:
            found += [*_orphans(connection), *_strange_words(connection, catalogue)]
    finally:
        catalogue.close()
        connection.close()
    return [f"{fault} {IMPORT}" for fault in found]


def _damage(connection: sqlite3.Connection) -> Iterator[str]:
    """What SQLite and FTS5 find in their own files."""
    try:
        for (line,) in connection.execute("PRAGMA integrity_check(3)").fetchall():
            if line != "ok":
                yield f"The shop's file is damaged: {line}."
        connection.execute("INSERT INTO product_words (product_words) VALUES ('integrity-check')")
    except sqlite3.DatabaseError as trouble:
        yield f"The shop's file or its word index is damaged: {trouble}."


def _orphans(connection: sqlite3.Connection) -> Iterator[str]:
    """Rows that belong to no product. Receipt lines may: what was sold stays sold."""
    known = "(SELECT id FROM products)"
    for what, sql in {
        "entries of the word index": "SELECT id FROM product_words WHERE rowid NOT IN"
        " (SELECT row FROM products)",
        "promotions": f"SELECT product_id FROM promotions WHERE product_id NOT IN {known}",
        "attributes": f"SELECT product_id FROM attributes WHERE product_id NOT IN {known}",
    }.items():
        if ids := sorted(str(id_) for (id_,) in connection.execute(sql)):
            yield f"{len(ids)} {what} belong to no product, {ids[0]} first."


def _strange_words(connection: sqlite3.Connection, catalogue: Catalogue) -> Iterator[str]:
    """Products whose entry in the word index, attributes or stems are not what they say."""
    entries = {
        id_: (title, kind, category, description, extras)
        for id_, title, kind, category, description, extras in connection.execute(
            "SELECT p.id, w.title, w.kind, w.category, w.description, w.attributes"
            " FROM products p JOIN product_words w ON w.rowid = p.row AND w.id = p.id"
        )
    }
    stems = dict(connection.execute("SELECT id, stems FROM products"))
    pairs = set(connection.execute("SELECT product_id, name, value FROM attributes"))
    strange: dict[str, list[str]] = {}
    for product in catalogue.many(catalogue.ids()):
        *words, extras = entries.get(product.id, (None,) * 5)
        same = words == [product.title, product.kind, product.category, product.description]
        told = (product.brand or "", *product.attributes.values())
        if not same or any(word not in extras for word in told):
            strange.setdefault("words", []).append(product.id)
        if stems[product.id] != stem_string(product):
            strange.setdefault("stems", []).append(product.id)
        expected = {(product.id, k.casefold(), v.casefold()) for k, v in product.attributes.items()}
        if not expected <= pairs:
            strange.setdefault("attributes", []).append(product.id)
    for what, ids in strange.items():
        yield f"The searchable {what} of {len(ids)} products are not theirs, {ids[0]} first."


def _chroma(config: IndexConfig, file: VectorFile, deep: bool) -> tuple[float, list[str]]:
    """Chroma's recall, and what a deep look at all its vectors finds."""
    sample = file.matrix[spread(len(file.ids), SAMPLE)]
    strange: list[str] = []
    store = _open_chroma(config, file)
    try:
        found = recalls(store, ExactStore.of(file), sample, RECALL_AT)
        if deep:
            store.patience(DEEP_S)
            more = sorted(store.ids() - set(file.ids))
            other = store.differing(file.ids, file.matrix)
            if more:
                strange.append(f"Chroma has {len(more)} vectors too many, {more[0]} first.")
            if other:
                strange.append(f"{len(other)} vectors differ in Chroma, {other[0]} first.")
    finally:
        store.close()
    return sum(found) / len(found), [f"{fault} {REBUILD}" for fault in strange]


def _open_chroma(config: IndexConfig, file: VectorFile) -> ChromaStore:
    if config.chroma_url:
        return open_server(config.chroma_url, config.catalogue, file)
    build = current(config.chroma)
    if build is None or not is_of(build, file):
        raise TellPerson("There is no Chroma build of these vectors.", REBUILD)
    health = probe(config.vectors, build)
    if not health.sound:
        raise TellPerson(f"The Chroma build {build.name} is unsound: {health.because}", REBUILD)
    return open_sound(build, file)
