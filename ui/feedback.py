"""What shoppers thought of an answer: a log, and satisfaction by prompt and adapter."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from eval.intervals import wilson_interval
from index.database import Database, Migration, migrate

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
    )
]
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


class FeedbackLog:
    """The log of one shop."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        migrate(database.connection, MIGRATIONS)

    def add(
        self,
        kind: Thought,
        hashes: Mapping[str, str],
        shopper: str | None = None,
        product_id: str | None = None,
        seconds: float | None = None,
    ) -> None:
        """Note one act, with the hashes of the reply that it is about."""
        of_run = [hashes.get(name, "") for name in HASHES]
        row = [self._clock(), shopper, product_id, kind.value, seconds, *of_run]
        names = f"at, shopper_id, product_id, kind, seconds, {', '.join(HASHES)}"
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

    def forget(self, shopper: str) -> int:
        """Delete what a shopper did; returns how many rows went."""
        with self._database.transaction() as connection:
            sql = "DELETE FROM feedback WHERE shopper_id = ?"
            return connection.execute(sql, (shopper,)).rowcount
