"""Everything that the shop holds of one shopper: given out, or taken out of every file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from assistant.traces import scrub
from index.config import IndexConfig
from index.database import Database
from index.demand import FILE as DEMAND
from index.errors import UnknownShopper
from index.live import PURCHASES, count_change

SECRET = ("seal",)
"""Columns that open something: deleted with their row, never given out."""


def export(config: IndexConfig, shopper_id: str) -> dict[str, list[dict[str, Any]]]:
    """Return every row about a shopper, by table, ready for JSON.

    Raises
    ------
    UnknownShopper
        There is none.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for path in _files(config):
        database = Database(path, readonly=True)
        with database.snapshot() as connection:
            for table in _tables(connection):
                names, rows = _rows(connection, table, shopper_id)
                if rows:
                    found[table] = [dict(zip(names, row, strict=True)) for row in rows]
        database.close()
    if not found:
        raise UnknownShopper(
            f"{config.catalogue} holds nothing about a shopper {shopper_id!r}.",
            "Run 'shelftalk data shoppers' for ids.",
        )
    return found


def erase(config: IndexConfig, shopper_id: str) -> dict[str, int]:
    """Delete every row about a shopper and what was counted from it; returns rows by table or file.

    Conversations that are open know nothing more of them from the next turn on. The files are
    written anew, so that no page of them holds what was deleted; this needs their size in free
    space, and waits up to five seconds for whoever reads. Another import of the same source
    brings the receipts back. What learned from many shoppers is not touched: see
    ``assistant.traces.learned``.
    """
    rows = delete(config, lambda _: ("shopper_id = ?", shopper_id))
    return rows | scrub(config.shop, shopper_id)


def delete(config: IndexConfig, which: Callable[[str], tuple[str, Any] | None]) -> dict[str, int]:
    """Delete rows from every table about shoppers, for good; returns how many by table.

    Parameters
    ----------
    which
        From a table's name to an SQL condition with its one value; ``None`` lets it be.
    """
    gone: dict[str, int] = {}
    for path in _files(config):
        database = Database(path)
        with database.transaction() as connection:
            for table in _tables(connection):
                if condition := which(table):
                    sql = f'DELETE FROM "{table}" WHERE {condition[0]}'
                    gone[table] = connection.execute(sql, condition[1:]).rowcount
            if path == config.database:
                count_change(connection, PURCHASES)
        database.connection.execute("VACUUM")
        database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
    (config.shop / DEMAND).unlink(missing_ok=True)
    return {table: count for table, count in gone.items() if count}


def _files(config: IndexConfig) -> list[Path]:
    """The shop's own file and those beside it, whichever room keeps them."""
    return sorted({config.database, *config.shop.glob("*.sqlite")})


def _tables(connection: sqlite3.Connection) -> list[str]:
    """Every table that says whom a row is about, whichever room it belongs to."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [
        name
        for (name,) in names.fetchall()
        if any(
            column[1] == "shopper_id"
            for column in connection.execute(f'PRAGMA table_info("{name}")')
        )
    ]


def _rows(
    connection: sqlite3.Connection, table: str, shopper_id: str
) -> tuple[list[str], list[tuple[Any, ...]]]:
    found = connection.execute(f'SELECT * FROM "{table}" WHERE shopper_id = ?', (shopper_id,))
    names = [column[0] for column in found.description]
    told = [n for n, name in enumerate(names) if name not in SECRET]
    return [names[n] for n in told], [tuple(row[n] for n in told) for row in found]
