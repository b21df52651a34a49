"""The files that a column map names, as a source."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from index.sources.checked import MAX_REJECTS, CheckedSource, EventFeed, ProductFeed
from index.sources.tables.columns import ColumnMap, TableMap
from index.sources.tables.lines import RawRow, read_rows
from index.sources.tables.rows import EventReader, ProductReader


def open_tables(
    columns: ColumnMap,
    folder: Path,
    shop: Path,
    max_rejects: float = MAX_REJECTS,
    last: date | None = None,
) -> CheckedSource:
    """Read and check the files of a map.

    Parameters
    ----------
    columns
        The map.
    folder
        What its files are seen from.
    shop, max_rejects
        As for ``CheckedSource``, which raises ``BadData`` where too much can't be used.
    last
        No receipt line is later; ``None`` is tomorrow, for the zones of the world.
    """
    products = ProductFeed(
        columns.products.file, _rows(columns.products, folder), ProductReader(columns)
    )
    events = None
    if columns.events:
        read = EventReader(columns, last or tomorrow())
        events = EventFeed(columns.events.file, _rows(columns.events, folder), read, read.key)
    return CheckedSource(columns.name, columns.licence_note, products, events, shop, max_rejects)


def tomorrow() -> date:
    """The latest day that it can be anywhere, and a little more."""
    return (datetime.now(UTC) + timedelta(days=1)).date()


def _rows(table: TableMap, folder: Path) -> Iterator[RawRow]:
    return read_rows(folder / table.file, table.delimiter, table.encoding)
