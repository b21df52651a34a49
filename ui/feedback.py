"""What shoppers thought of an answer: a log, and satisfaction by prompt and adapter."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from assistant.said import Said
from eval.intervals import wilson_interval
from index.database import Database, Migration, migrate
from index.errors import BadData
from ui.redact import Redactor

MIGRATIONS = [
    Migration(
        "ui.feedback",
        1,
        """
        CREATE TABLE feedback (
            id INTEGER PRIMARY KEY, at REAL NOT NULL, shopper_id TEXT, product_id TEXT,
            kind TEXT NOT NULL, seconds REAL, model TEXT NOT NULL, adapter TEXT NOT NULL,
            prompt TEXT NOT NULL, catalogue TEXT NOT NULL);
        CREATE INDEX feedback_by_shopper ON feedback (shopper_id)
        """,
    ),
    # what of the reply may teach, as JSON; empty where nothing may, and in rows of before
    Migration("ui.feedback", 2, "ALTER TABLE feedback ADD COLUMN said TEXT NOT NULL DEFAULT ''"),
]
_REDACT = Redactor(b"")
"""Only looks whether there is anything to take out, so that it needs no key."""
HASHES = ("model", "adapter", "prompt", "catalogue")


class Thought(StrEnum):
    """What a shopper did."""

    UP = "up"
    DOWN = "down"
    ADD = "add"
    DISMISS = "dismiss"
    DWELL = "dwell"


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Thumbs of one prompt and adapter: ups over all, with Wilson's 95% interval."""

    prompt: str
    adapter: str
    ups: int
    thumbs: int

    @property
    def share(self) -> float:
        return self.ups / self.thumbs

    @property
    def ci95(self) -> tuple[float, float]:
        return wilson_interval(self.ups, self.thumbs)


Thumbs = Iterator[tuple[str | None, str | None, bool, str]]
"""Of each: whose it is, of which product, whether it is up, what may teach of the reply as JSON.
One of no product is of the whole reply."""


class FeedbackLog:
    """The log of one shop.

    Parameters
    ----------
    clock
        Seconds since 1970.
    remembers
        Whether the shop keeps what is said in it; else a thumb keeps nothing of its reply.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], float] = time.time,
        remembers: bool = True,
    ) -> None:
        self._database = database
        self._clock = clock
        self._remembers = remembers
        if not database.readonly:
            migrate(database.connection, MIGRATIONS)

    def add(
        self,
        kind: Thought,
        hashes: Mapping[str, str],
        shopper: str | None = None,
        product_id: str | None = None,
        seconds: float | None = None,
        said: Said | None = None,
    ) -> None:
        """Note one act, with the hashes of the reply that it is about, and what may teach of it.

        Where a message of the conversation holds what a log may not hold, nothing of the reply is
        kept.
        """
        of_run = [hashes.get(name, "") for name in HASHES]
        kept = ""
        if said and self._remembers and _REDACT(said.words) == said.words:
            kept = said.as_json()
        row = [self._clock(), shopper, product_id, kind.value, seconds, *of_run, kept]
        names = f"at, shopper_id, product_id, kind, seconds, {', '.join(HASHES)}, said"
        with self._database.transaction() as connection:
            marks = ",".join("?" * len(row))
            connection.execute(f"INSERT INTO feedback ({names}) VALUES ({marks})", row)

    def satisfaction(self) -> list[Satisfaction]:
        """Thumbs by prompt and adapter, those with most first."""
        sql = (
            "SELECT prompt, adapter, SUM(kind = 'up'), COUNT(*) FROM feedback"
            " WHERE kind IN ('up', 'down') GROUP BY prompt, adapter ORDER BY 4 DESC, 1, 2"
        )
        return [Satisfaction(*row) for row in self._database.connection.execute(sql)]

    def thumbs(self) -> Thumbs:
        """Yield every thumb, the oldest first.

        A file that is only read may be older than its last column: then nothing may teach.
        """
        connection = self._database.connection
        columns = {row[1] for row in connection.execute("PRAGMA table_info(feedback)")}
        said = "said" if "said" in columns else "''"
        sql = (
            f"SELECT shopper_id, product_id, kind = 'up', {said} FROM feedback"
            " WHERE kind IN ('up', 'down') ORDER BY id"
        )
        for shopper, product_id, is_up, text in connection.execute(sql):
            yield shopper, product_id, bool(is_up), text

    def forget(self, shopper: str) -> int:
        """Delete what a shopper did; returns how many rows went."""
        with self._database.transaction() as connection:
            sql = "DELETE FROM feedback WHERE shopper_id = ?"
            return connection.execute(sql, (shopper,)).rowcount


def thumbs_in(path: Path) -> Thumbs:
    """Yield the thumbs of a log's file, which stays as it is.

    Raises
    ------
    BadData
        There is no such file, or it is no feedback log.
    """
    if not path.is_file():
        raise BadData(
            f"There is no feedback log at {path}.",
            "Thumbs are noted once 'shelftalk serve' has run; or name another log.",
        )
    try:
        with closing(Database(path, readonly=True)) as database:
            yield from FeedbackLog(database).thumbs()
    except sqlite3.DatabaseError as error:
        raise BadData(
            f"{path} is no feedback log: {error}.", "Name the desk.sqlite of a shop."
        ) from error
