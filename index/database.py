"""The one SQLite file of a shop: connections, and the tables that each room registers."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.errors import MissingIndex, TellPerson


class OutOfReach(TellPerson):
    """The shop's file is there and can't be opened now: no handles, no memory, no rights."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of a room's tables; steps are numbered from 1 and never edited once released."""

    room: str
    version: int
    sql: str


def connect(path: Path, readonly: bool = False) -> sqlite3.Connection:
    """Open with WAL, foreign keys and a five-second wait for a writer.

    Raises
    ------
    MissingIndex
        The file is not there and ``readonly`` is set.
    """
    if readonly and not path.exists():
        raise MissingIndex(
            f"There is no catalogue at {path}.",
            "Run 'shelftalk data import journey', or 'shelftalk prepare' for everything.",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA busy_timeout = 5000")
    connection.execute("PRAGMA foreign_keys = ON")
    if readonly:
        connection.execute("PRAGMA query_only = ON")
    else:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    return connection


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> None:
    """Apply what has not been applied yet, each step in a transaction of its own."""
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migrations"
        " (room TEXT, version INTEGER, PRIMARY KEY (room, version))"
    )
    done = set(connection.execute("SELECT room, version FROM migrations"))
    for step in sorted(migrations, key=lambda m: (m.room, m.version)):
        if (step.room, step.version) in done:
            continue
        try:
            connection.executescript(
                f"BEGIN IMMEDIATE; {step.sql};"
                f" INSERT INTO migrations VALUES ('{step.room}', {step.version}); COMMIT;"
            )
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


class Database:
    """One connection per thread to the same file."""

    def __init__(self, path: Path, readonly: bool = False) -> None:
        self.path = path
        self.readonly = readonly
        self._local = threading.local()
        self._all: list[tuple[threading.Thread, sqlite3.Connection]] = []
        self._lock = threading.Lock()
        self._open().close()

    @property
    def connection(self) -> sqlite3.Connection:
        """The calling thread's connection, opened at first use.

        Raises
        ------
        OutOfReach
            It can't be opened now; at the next use it is tried again.
        """
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = self._local.connection = self._open()
            self._keep(found)
        return found

    def _keep(self, connection: sqlite3.Connection) -> None:
        """Remember a connection for ``close``, and close those whose threads have ended."""
        with self._lock:
            ended = [one for thread, one in self._all if not thread.is_alive()]
            self._all = [(thread, one) for thread, one in self._all if thread.is_alive()]
            self._all.append((threading.current_thread(), connection))
        for one in ended:
            one.close()

    def _open(self) -> sqlite3.Connection:
        try:
            connection = connect(self.path, self.readonly)
            connection.execute("SELECT 1 FROM sqlite_master")  # only now is the file opened
        except sqlite3.OperationalError as trouble:
            raise OutOfReach(
                f"The shop's file can't be opened just now ({trouble}).", "Ask again in a moment."
            ) from trouble
        return connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write all or nothing."""
        connection = self.connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Read one state of the file, whatever is written meanwhile; may stand in another."""
        connection = self.connection
        if connection.in_transaction:
            yield connection
            return
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.execute("COMMIT")

    def close(self) -> None:
        """Close every thread's connection."""
        with self._lock:
            while self._all:
                self._all.pop()[1].close()
        self._local = threading.local()
