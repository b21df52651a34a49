"""Who bought what, and when: the shop's receipt lines."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from index.config import IndexConfig
from index.database import Database, Migration, migrate
from index.types import Interaction

MIGRATIONS = [
    Migration(
        "index.purchases",
        1,
        """
        CREATE TABLE events (
            id INTEGER PRIMARY KEY, shopper_id TEXT NOT NULL, product_id TEXT NOT NULL,
            at TEXT NOT NULL, quantity INTEGER NOT NULL, paid INTEGER,
            basket_id TEXT NOT NULL, store_id TEXT NOT NULL);
        CREATE INDEX events_by_shopper ON events (shopper_id, at);
        CREATE INDEX events_by_product ON events (product_id, shopper_id, at)
        """,
    )
]

_COLUMNS = "id, shopper_id, product_id, at, quantity, paid, basket_id, store_id"


class Purchases:
    """The events of one shop. Everything that is asked "before" a day excludes that day."""

    def __init__(self, database: Database) -> None:
        self.database = database
        if not database.readonly:
            migrate(database.connection, MIGRATIONS)

    @classmethod
    def open(cls, config: IndexConfig, readonly: bool = True) -> Purchases:
        """Open the shop's events; ``MissingIndex`` where nothing has been imported."""
        return cls(Database(config.database, readonly))

    def __len__(self) -> int:
        return int(self.database.connection.execute("SELECT COUNT(*) FROM events").fetchone()[0])

    @property
    def state(self) -> tuple[int, int]:
        """The number of receipt lines and the latest id: another state, other receipts."""
        sql = "SELECT COUNT(*), COALESCE(MAX(id), 0) FROM events"
        count, latest = self.database.connection.execute(sql).fetchone()
        return int(count), int(latest)

    def exists(self, shopper_id: str) -> bool:
        """Whether any event is known of this shopper."""
        sql = "SELECT 1 FROM events WHERE shopper_id = ? LIMIT 1"
        return self.database.connection.execute(sql, (shopper_id,)).fetchone() is not None

    def history(self, shopper_id: str, before: date) -> list[Interaction]:
        """A shopper's receipt lines strictly before a day, oldest first, ties by id."""
        sql = f"SELECT {_COLUMNS} FROM events WHERE shopper_id = ? AND at < ? ORDER BY at, id"
        rows = self.database.connection.execute(sql, (shopper_id, before.isoformat()))
        return [_interaction(row) for row in rows]

    def of_product(self, product_id: str, since: date, before: date) -> list[Interaction]:
        """Receipt lines of a product from a day on and before another, oldest first."""
        sql = (
            f"SELECT {_COLUMNS} FROM events WHERE product_id = ? AND at >= ? AND at < ?"
            " ORDER BY at, id"
        )
        values = (product_id, since.isoformat(), before.isoformat())
        return [_interaction(row) for row in self.database.connection.execute(sql, values)]

    def all(self, before: date) -> Iterator[Interaction]:
        """Every receipt line strictly before a day, oldest first, ties by id."""
        sql = f"SELECT {_COLUMNS} FROM events WHERE at < ? ORDER BY at, id"
        for row in self.database.connection.execute(sql, (before.isoformat(),)):
            yield _interaction(row)

    def shoppers(self, min_events: int = 1) -> dict[str, int]:
        """Shopper id to the number of their receipt lines, most first, ties by id."""
        sql = (
            "SELECT shopper_id, COUNT(*) AS n FROM events GROUP BY shopper_id"
            " HAVING n >= ? ORDER BY n DESC, shopper_id"
        )
        return dict(self.database.connection.execute(sql, (min_events,)))

    def favourites(self, shopper_id: str, before: date, k: int) -> list[str]:
        """The categories of most of a shopper's baskets before a day, at most ``k``."""
        sql = (
            "SELECT category FROM events JOIN products ON products.id = product_id"
            " WHERE shopper_id = ? AND at < ?"
            " GROUP BY category ORDER BY COUNT(DISTINCT basket_id) DESC, category LIMIT ?"
        )
        found = self.database.connection.execute(sql, (shopper_id, before.isoformat(), k))
        return [category for (category,) in found]

    def baskets(self, shopper_id: str, before: date) -> int:
        """How many baskets are known of a shopper before a day."""
        sql = "SELECT COUNT(DISTINCT basket_id) FROM events WHERE shopper_id = ? AND at < ?"
        found = self.database.connection.execute(sql, (shopper_id, before.isoformat()))
        return int(found.fetchone()[0])

    def usual_store(self, shopper_id: str, before: date) -> str | None:
        """The store of most of a shopper's baskets before a day; ties go to the smaller id."""
        sql = (
            "SELECT store_id FROM events WHERE shopper_id = ? AND at < ? AND store_id <> ''"
            " GROUP BY store_id ORDER BY COUNT(DISTINCT basket_id) DESC, store_id LIMIT 1"
        )
        row = self.database.connection.execute(sql, (shopper_id, before.isoformat())).fetchone()
        return row[0] if row else None

    def buyers(self, before: date) -> dict[str, int]:
        """Product id to the number of shoppers who bought it before a day."""
        sql = "SELECT product_id, COUNT(DISTINCT shopper_id) FROM events WHERE at < ? GROUP BY 1"
        return dict(self.database.connection.execute(sql, (before.isoformat(),)))

    def last_days(self, before: date) -> Iterator[tuple[str, date, int]]:
        """For each product and each of its shoppers: the product, the day of their last purchase
        of it before a day, and for how many days they had bought anything by then.
        """
        sql = "SELECT shopper_id, MIN(at) FROM events WHERE at < ? GROUP BY shopper_id"
        first = self.database.connection.execute(sql, (before.isoformat(),))
        since = {shopper: date.fromisoformat(at[:10]) for shopper, at in first}
        sql = (
            "SELECT product_id, shopper_id, MAX(at) FROM events WHERE at < ?"
            " GROUP BY product_id, shopper_id"
        )
        for product, shopper, at in self.database.connection.execute(sql, (before.isoformat(),)):
            day = date.fromisoformat(at[:10])
            yield product, day, (day - since[shopper]).days

    def add(self, events: Iterable[Interaction]) -> int:
        """Write receipt lines, all or none; a known event id is replaced."""
        with self.database.transaction() as connection:
            return insert_events(connection, events)

    def close(self) -> None:
        """Close the connections."""
        self.database.close()


def insert_events(connection: sqlite3.Connection, events: Iterable[Interaction]) -> int:
    """Write receipt lines and return how many; the caller holds the transaction."""
    rows = [_row(event) for event in events]
    connection.executemany("INSERT OR REPLACE INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return len(rows)


def _row(event: Interaction) -> tuple[object, ...]:
    return (
        event.id, event.shopper_id, event.product_id, event.at.isoformat(), event.quantity,
        event.paid, event.basket_id, event.store_id,
    )  # fmt: skip


def _interaction(row: tuple[int, str, str, str, int, int | None, str, str]) -> Interaction:
    event_id, shopper_id, product_id, at, quantity, paid, basket_id, store_id = row
    return Interaction(
        event_id, shopper_id, product_id, datetime.fromisoformat(at), quantity, paid, basket_id,
        store_id,
    )  # fmt: skip
