"""Checked rows on disk, before a shop is touched: ids known, lines in order, memory bounded."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.sources.tables.rows import EventRow, ProductRow, Refused

SHOWN = 300
"""Characters of a value in the rejects file."""
_TABLES = """
    CREATE TABLE products (line INTEGER PRIMARY KEY, id TEXT UNIQUE, row TEXT);
    CREATE TABLE events (line INTEGER PRIMARY KEY, at TEXT, key BLOB UNIQUE, row TEXT)
"""


class Staging:
    """A scratch SQLite file, gone when closed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.unlink(missing_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(_TABLES)
        self._connection.execute("BEGIN")

    def add_product(self, line: int, row: ProductRow) -> str:
        """Keep a product and return "", or "same" or "other" where its id is known."""
        text = row.model_dump_json()
        taken = self._connection.execute(
            "INSERT OR IGNORE INTO products VALUES (?, ?, ?)", (line, row.id, text)
        )
        if taken.rowcount:
            return ""
        sql = "SELECT row FROM products WHERE id = ?"
        before = self._connection.execute(sql, (row.id,)).fetchone()
        return "same" if before[0] == text else "other"

    def knows(self, product_id: str) -> bool:
        """Whether a product of this id is kept."""
        sql = "SELECT 1 FROM products WHERE id = ?"
        return self._connection.execute(sql, (product_id,)).fetchone() is not None

    def add_event(self, line: int, row: EventRow, key: str) -> str:
        """Keep a receipt line and return "", or "same" or "other" where its key is known."""
        found = hashlib.sha256(key.encode("utf-8", "replace")).digest()[:16] if key else None
        text = row.model_dump_json()
        taken = self._connection.execute(
            "INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?)",
            (line, row.at.isoformat(), found, text),
        )
        if taken.rowcount:
            return ""
        sql = "SELECT row FROM events WHERE key = ?"
        return "same" if self._connection.execute(sql, (found,)).fetchone()[0] == text else "other"

    def products(self) -> Iterator[ProductRow]:
        """The products in the order of the file."""
        for (row,) in self._connection.execute("SELECT row FROM products ORDER BY line"):
            yield ProductRow.model_validate_json(row)

    def events(self) -> Iterator[EventRow]:
        """The receipt lines, oldest first, ties in the order of the file."""
        for (row,) in self._connection.execute("SELECT row FROM events ORDER BY at, line"):
            yield EventRow.model_validate_json(row)

    def close(self) -> None:
        """Throw it away."""
        self._connection.close()
        self._path.unlink(missing_ok=True)


class Rejects:
    """The file of the rows that were left out: file, line, reason and the row, cut to size."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._aside = path.with_suffix(".part")
        self._out = self._aside.open("w", encoding="utf-8")

    def add(self, file: Path, refused: Refused) -> None:
        """Write one line."""
        told = {"file": str(file), "line": refused.line, "reason": refused.reason}
        row = {_short(key): _short(value) for key, value in list(refused.row.items())[:50]}
        self._out.write(json.dumps({**told, "row": row}) + "\n")

    def close(self) -> None:
        """Put the file in place."""
        self._out.close()
        self._aside.replace(self.path)


def _short(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text):,} characters)"
