"""Vectors of what changed since the build, kept beside the catalogue and searched exactly."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from index.database import Database, Migration, migrate
from index.interfaces import Vectors
from index.stores.exact import ExactStore
from index.stores.guarded import EXACT, GuardedStore
from index.types import Scored

MIGRATIONS = [
    Migration(
        "index.live",
        1,
        # a row without a vector says that the product is gone
        """
        CREATE TABLE live_vectors (
            product_id TEXT PRIMARY KEY, hash TEXT NOT NULL, fingerprint TEXT NOT NULL,
            vector BLOB)
        """,
    )
]
CATALOGUE, TEXTS, PURCHASES = "changes.catalogue", "changes.texts", "changes.purchases"
_COUNTERS = (CATALOGUE, TEXTS, PURCHASES)
LOCK = ".update.lock"
"""In a shop's folder: held by whoever changes its products."""
_Ask = Callable[[Vectors, int, frozenset[str] | None], tuple[list[Scored], str]]


@dataclass(frozen=True, slots=True)
class Version:
    """How often parts of a shop have changed; another number, another state."""

    catalogue: int = 0
    """Anything of a product, a promotion or a coupon."""
    texts: int = 0
    """Products that are new, gone or told in other words."""
    purchases: int = 0


def version(connection: sqlite3.Connection) -> Version:
    """Read the counters; a few microseconds."""
    marks = ",".join("?" * len(_COUNTERS))
    rows = connection.execute(f"SELECT key, value FROM shop WHERE key IN ({marks})", _COUNTERS)
    found = dict(rows.fetchall())
    return Version(*(int(found.get(key, 0)) for key in _COUNTERS))


def count_change(connection: sqlite3.Connection, *counters: str) -> None:
    """Tell readers that something changed; the caller holds the transaction."""
    connection.executemany(
        "INSERT INTO shop VALUES (?, '1')"
        " ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1",
        [(key,) for key in counters],
    )


def prepare_live(database: Database) -> None:
    """Create the table where it is missing."""
    migrate(database.connection, MIGRATIONS)


def forget_live(connection: sqlite3.Connection) -> None:
    """All is new: nothing changed since. The caller holds the transaction."""
    connection.execute("DELETE FROM live_vectors")
    count_change(connection, *_COUNTERS)


def put_live(
    connection: sqlite3.Connection, product_id: str, digest: str, fingerprint: str, vector: Vectors
) -> None:
    """Keep the vector of a product's text. *Shape:* (dimension,)."""
    row = (product_id, digest, fingerprint, np.asarray(vector, dtype="<f4").tobytes())
    connection.execute("INSERT OR REPLACE INTO live_vectors VALUES (?, ?, ?, ?)", row)


def put_gone(connection: sqlite3.Connection, product_id: str) -> None:
    """Keep that a product is gone, so that its vector in the build answers nothing."""
    connection.execute(
        "INSERT OR REPLACE INTO live_vectors VALUES (?, '', '', NULL)", (product_id,)
    )


def live_hashes(connection: sqlite3.Connection, fingerprint: str) -> dict[str, str]:
    """Product id to the hash of its text, of those with a vector of this encoder kept here."""
    if version(connection).texts == 0:
        return {}
    sql = "SELECT product_id, hash FROM live_vectors WHERE fingerprint = ?"
    return dict(connection.execute(sql, (fingerprint,)))


class LiveStore:
    """The store of the last build, and over it what changed since, as one.

    ``query`` gives what a store built from the catalogue of now would give.

    Parameters
    ----------
    built
        Answers for everything that has not changed.
    """

    def __init__(self, built: GuardedStore) -> None:
        self.built = built
        self._texts = 0
        self._over = _Over(ExactStore(built.exact.dimension), frozenset())

    def __len__(self) -> int:
        hidden = sum(id_ in self.built.exact for id_ in self._over.hidden)
        return len(self.built.exact) - hidden + len(self._over.fresh)

    def follow(self, connection: sqlite3.Connection, texts: int) -> None:
        """Take up what is in the shop now, where texts changed since it was last looked at."""
        if texts == self._texts:
            return
        manifest = self.built.file.manifest
        built = dict(zip(self.built.file.ids, self.built.file.hashes, strict=True))
        rows = connection.execute("SELECT * FROM live_vectors ORDER BY product_id").fetchall()
        gone = {id_ for id_, _, _, vector in rows if vector is None}
        fresh = {
            id_: np.frombuffer(vector, dtype="<f4")
            for id_, digest, fingerprint, vector in rows
            if vector is not None
            and fingerprint == manifest.fingerprint
            and built.get(id_) != digest
        }
        # One assignment: a query beside this sees the old or the new, never half of each.
        self._over = _Over(_store(fresh, manifest.dimension), frozenset({*gone, *fresh}))
        self._texts = texts

    def vector(self, product_id: str) -> Vectors | None:
        """The vector of a product's text of now. *Shape:* (dimension,)."""
        over = self._over
        store = over.fresh if product_id in over.hidden else self.built.exact
        return store.vector(product_id)

    def query(
        self, vector: Vectors, k: int, allowed: frozenset[str] | None = None
    ) -> tuple[list[Scored], str]:
        """Return at most ``k`` results, best first, ties by id, and which store gave most."""
        return self._over.query(self.built.query, vector, k, allowed)

    def exact(self, vector: Vectors, k: int, allowed: frozenset[str] | None = None) -> list[Scored]:
        """The same, every vector compared."""

        def ask(
            vector: Vectors, k: int, allowed: frozenset[str] | None
        ) -> tuple[list[Scored], str]:
            return self.built.exact.query(vector, k, allowed), EXACT

        return self._over.query(ask, vector, k, allowed)[0]


@dataclass(frozen=True, slots=True)
class _Over:
    """What lies over a build."""

    fresh: ExactStore
    hidden: frozenset[str]
    """Ids whose vector in the build is not theirs any more."""

    def query(
        self, ask: _Ask, vector: Vectors, k: int, allowed: frozenset[str] | None
    ) -> tuple[list[Scored], str]:
        if not self.hidden:
            return ask(vector, k, allowed)
        if allowed is None:
            found, which = ask(vector, k + len(self.hidden), None)
        else:
            found, which = ask(vector, k, allowed - self.hidden)
        both = [s for s in found if s.id not in self.hidden]
        both += self.fresh.query(vector, k, allowed)
        return sorted(both, key=lambda s: (-s.score, s.id))[:k], which


def _store(vectors: Mapping[str, Vectors], dimension: int) -> ExactStore:
    store = ExactStore(dimension)
    if vectors:
        store.upsert(list(vectors), np.stack(list(vectors.values())))
    return store
