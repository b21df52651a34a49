"""The file of whoever runs the shop: who may come in, what is published, what was done."""

from __future__ import annotations

from index.config import IndexConfig
from index.database import Database

FILE = "desk.sqlite"


def open_desk(config: IndexConfig) -> Database:
    """Open the desk of a shop for writing, apart from the shop's own file.

    Raises
    ------
    index.errors.MissingIndex
        Nothing has been imported, so there is no shop to run.
    """
    Database(config.database, readonly=True).close()
    return Database(config.shop / FILE)
