"""The shop's own purchases: each household's last visit, from everything before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np

from eval.datasets.files import Provenance
from eval.datasets.split import Split, last_visit_folds
from eval.protocol import Protocol
from eval.ranking import Among, Table
from index.catalogue import Catalogue
from index.collaborative.histories import Histories
from index.config import IndexConfig
from index.errors import BadData
from index.purchases import Purchases
from index.types import Interaction, Product

TABLES = (
    Table("all", Among.ANY, "anything in the next basket, out of the whole catalogue"),
    Table("novel", Among.NOVEL, "what the household buys for the first time, out of such"),
    Table("repeat", Among.REPEAT, "what the household buys again, out of what it bought before"),
)


def load(config: IndexConfig | None = None) -> Split:
    """Read the purchases of the configured shop; the catalogue entry is the unit.

    Entries with an age rule are left out, as candidates and as purchases, unless the shop is
    set to show them (``adult``), for the assistant may not name them.

    Raises
    ------
    MissingIndex
        Nothing has been imported.
    BadData
        No shopper has two visits, so nobody can be asked about a last one.
    """
    config = config or IndexConfig()
    catalogue, purchases = Catalogue.open(config), Purchases.open(config)
    try:
        products = [p for p in catalogue.many(catalogue.ids()) if config.adult or p.min_age is None]
        everything = in_columns(purchases.all(config.as_of or date.max), products)
        about = catalogue.dataset()
    finally:
        purchases.close()
        catalogue.close()
    return split(everything, products, about["name"], about["licence_note"])


def in_columns(events: Iterable[Interaction], products: Sequence[Product]) -> Histories:
    """Return the receipt lines of these products; what was bought of others is left out."""
    items = sorted(product.id for product in products)
    column_of = {item: n for n, item in enumerate(items)}
    row_of: dict[str, int] = {}
    rows, columns, moments = [], [], []
    for event in events:
        column = column_of.get(event.product_id)
        if column is not None:
            rows.append(row_of.setdefault(event.shopper_id, len(row_of)))
            columns.append(column)
            moments.append(event.at.replace(tzinfo=None))
    at: Any = np.array(moments, dtype="datetime64[us]")
    return Histories.from_events(list(row_of), items, rows, columns, at.astype(np.int64))


def split(
    everything: Histories, products: Sequence[Product], name: str, licence_note: str
) -> Split:
    """Return the last visits as the test and those before them as the validation."""
    tuning, test = last_visit_folds(everything)
    if not len(test.questions):
        raise BadData(
            "No shopper of this shop has bought on two occasions.",
            "Import purchases with 'shelftalk data import journey'.",
        )
    protocol = Protocol(
        task="journey",
        split="each household's last visit is the test, the one before it the validation",
        evidence="everything that every household bought before its own last visit, and the day "
        "of that visit",
        candidates=len(everything.items),
        tables={table.name: table.about for table in TABLES},
        limits=(
            "simulated on real patterns, its authors say: a regression benchmark",
            "last visits lie on different days, so a household's own can be later than "
            "purchases of others that were learned from, and the other way round",
        ),
    )
    digest = hashlib.sha256("\n".join((*everything.shoppers, "", *everything.items)).encode())
    for column in (everything.row, everything.column, everything.step):
        digest.update(column.tobytes())
    return Split(
        tuning,
        test,
        protocol,
        Provenance(name, licence_note, digest.hexdigest()),
        {product.id: product.title for product in products},
        {product.id: product for product in products},
    )
