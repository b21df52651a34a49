"""A source read into a shop: built aside and switched, or replaced in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TypeVar

from filelock import FileLock

from index.catalogue import Catalogue, insert_product, insert_promotions
from index.config import IndexConfig
from index.coupons import Coupons, insert_coupons
from index.database import Database
from index.demand import FILE as DEMAND
from index.errors import BadData
from index.live import LOCK, forget_live, prepare_live
from index.purchases import Purchases, insert_events
from index.sources.base import CatalogueSource, ImportReport
from index.sources.journey import JourneySource
from index.sources.outdoor import OutdoorSource
from index.types import Interaction
from index.weights import locate

Progress = Callable[[str, int], None]
"""Called with (what is being written, how many so far)."""
SOURCES = ("journey", "outdoor")
_REPLACED = ("product_words", "attributes", "promotions", "coupons", "products", "events")
_BATCH = 20_000
_CACHE_KB = 128_000
_T = TypeVar("_T")


def open_source(name: str, config: IndexConfig, fetch: bool = True) -> CatalogueSource:
    """Open one of the sources that come with the program.

    Raises
    ------
    BadData
        There is no such source.
    MissingModel
        Its files are not here and may not, or can't, be fetched.
    """
    if name == "journey":
        return JourneySource(locate("completejourney", config, fetch), config.as_of)
    if name == "outdoor":
        return OutdoorSource()
    raise BadData(f"There is no source {name!r}.", f"Give one of: {', '.join(SOURCES)}.")


def import_source(
    source: CatalogueSource, config: IndexConfig, progress: Progress | None = None
) -> ImportReport:
    """Fill the configured shop from a source; what the source had filled before is replaced.

    Where there is no shop yet, it is built aside and moved into place. Where there is one, the
    rows are replaced in one transaction, so that what other rooms keep in the same file
    (conversations, feedback) stays, and readers see the old shop until the new one is whole.
    """
    config.shop.mkdir(parents=True, exist_ok=True)
    with FileLock(config.shop / LOCK):
        _replace(config, source, progress)
    return source.report


def _replace(config: IndexConfig, source: CatalogueSource, progress: Progress | None) -> None:
    final = config.database
    (config.shop / DEMAND).unlink(missing_ok=True)
    if final.exists():
        _fill(final, source, progress)
        return
    aside = final.with_suffix(".part")
    _remove(aside)
    _fill(aside, source, progress)
    _remove(final)  # a write-ahead log of a shop that was deleted would be replayed
    aside.replace(final)


def _fill(path: Path, source: CatalogueSource, progress: Progress | None) -> None:
    database = Database(path)
    catalogue, _, _ = Catalogue(database), Coupons(database), Purchases(database)
    prepare_live(database)
    database.connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
    with database.transaction() as connection:
        for table in _REPLACED:
            connection.execute(f"DELETE FROM {table}")
        for number, product in enumerate(source.products(), 1):
            insert_product(connection, product)
            if number % 500 == 0:
                _tell(progress, "products", number)
        done = 0
        for batch in _batches(source.promotions()):
            done += insert_promotions(connection, batch)
            _tell(progress, "promotions", done)
        _tell(progress, "coupons", insert_coupons(connection, source.coupons()))
        with _without_indexes(connection, "events"):
            last = _write_events(connection, source.events(), progress)
        catalogue.note("as_of", (last or date.today()).isoformat())
        catalogue.note("source", source.name)
        catalogue.note("licence_note", source.licence_note)
        forget_live(connection)
    database.connection.execute("PRAGMA optimize")
    database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


@contextmanager
def _without_indexes(connection: sqlite3.Connection, table: str) -> Iterator[None]:
    """Drop a table's indexes and build them again after: a million rows go in far faster."""
    sql = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql <> ''"
    indexes = connection.execute(sql, (table,)).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    yield
    for _, definition in indexes:
        connection.execute(definition)


def _write_events(
    connection: sqlite3.Connection, events: Iterable[Interaction], progress: Progress | None
) -> date | None:
    last, done = None, 0
    for batch in _batches(events):
        done += insert_events(connection, batch)
        newest = max(event.at for event in batch).date()
        last = max(last or newest, newest)
        _tell(progress, "receipt lines", done)
    return last


def _tell(progress: Progress | None, what: str, done: int) -> None:
    if progress:
        progress(what, done)


def _batches(items: Iterable[_T]) -> Iterator[list[_T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, _BATCH)):
        yield batch


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
