"""The catalogue: products, prices, stock and promotions, read where they change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from index.config import IndexConfig
from index.database import Database, Migration, migrate
from index.filters import OPEN_TO, stem_string, survivors_sql
from index.types import Filters, Product, Promotion

MIGRATIONS = [
    Migration(
        "index.catalogue",
        1,
        """
        CREATE TABLE shop (key TEXT PRIMARY KEY, value TEXT NOT NULL);
        CREATE TABLE products (
            row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
            category TEXT NOT NULL, kind TEXT NOT NULL,
            department TEXT NOT NULL, brand TEXT, store_brand INTEGER, size TEXT, amount REAL,
            unit TEXT, price INTEGER, currency TEXT NOT NULL, stock INTEGER,
            description TEXT NOT NULL, attributes TEXT NOT NULL, rating REAL,
            rating_count INTEGER, image TEXT, min_age INTEGER, stems TEXT NOT NULL);
        CREATE INDEX products_by_category ON products (category);
        CREATE INDEX products_by_kind ON products (kind);
        CREATE TABLE attributes (
            product_id TEXT NOT NULL REFERENCES products (id) ON DELETE CASCADE,
            name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (product_id, name));
        CREATE TABLE promotions (
            product_id TEXT NOT NULL, store_id TEXT NOT NULL, first_day TEXT NOT NULL,
            last_day TEXT NOT NULL, place TEXT NOT NULL, price INTEGER,
            PRIMARY KEY (product_id, store_id, first_day)) WITHOUT ROWID;
        CREATE INDEX promotions_by_day ON promotions (store_id, first_day);
        -- its rowid is products.row: found and replaced without a scan
        CREATE VIRTUAL TABLE product_words USING fts5(
            id UNINDEXED, title, kind, category, attributes, description,
            tokenize = "porter unicode61 remove_diacritics 2")
        """,
    ),
    # What a price limit reads, and nothing else: today's promotions and the shelf.
    Migration(
        "index.catalogue",
        2,
        """
        DROP INDEX promotions_by_day;
        CREATE INDEX promotions_by_end ON promotions (last_day, first_day, store_id, price);
        CREATE INDEX promotions_of_store ON promotions (store_id, last_day, first_day, price);
        CREATE INDEX products_on_shelf ON products (price, stock, min_age, id)
        """,
    ),
]

_COLUMNS = (
    "id, title, category, kind, department, brand, store_brand, size, amount, unit, price,"
    " currency, stock, description, attributes, rating, rating_count, image, min_age"
)
_UNKNOWN_PRICE = 2**62
"""Above any known one."""
_PLACES = ",".join("?" * (_COLUMNS.count(",") + 2))
_REPLACED = ", ".join(f"{c} = excluded.{c}" for c in f"{_COLUMNS}, stems".split(", ")[1:])


class Catalogue:
    """The products of one shop."""

    def __init__(self, database: Database) -> None:
        self.database = database
        if not database.readonly:
            migrate(database.connection, MIGRATIONS)

    @classmethod
    def open(cls, config: IndexConfig, readonly: bool = True) -> Catalogue:
        """Open the shop's catalogue; ``MissingIndex`` where nothing has been imported."""
        return cls(Database(config.database, readonly))

    def __len__(self) -> int:
        return int(self._rows("SELECT COUNT(*) FROM products")[0][0])

    def ids(self) -> list[str]:
        """All product ids, sorted."""
        return [row[0] for row in self._rows("SELECT id FROM products ORDER BY id")]

    def get(self, product_id: str) -> Product | None:
        """One product, or ``None``."""
        return next(iter(self.many([product_id])), None)

    def many(self, ids: Iterable[str]) -> list[Product]:
        """The products of these ids that exist, in the order asked; duplicates once."""
        wanted = list(dict.fromkeys(ids))
        found: dict[str, Product] = {}
        for chunk in _chunks(wanted):
            marks = ",".join("?" * len(chunk))
            sql = f"SELECT {_COLUMNS} FROM products WHERE id IN ({marks})"
            found |= {row[0]: _product(row) for row in self._rows(sql, chunk)}
        return [found[i] for i in wanted if i in found]

    def categories(self) -> dict[str, int]:
        """Category to its number of products, by name."""
        return self._counts("category")

    def kinds(self) -> dict[str, int]:
        """Kind to its number of products, by name; the empty kind left out."""
        return self._counts("kind")

    def brands(self) -> dict[str, int]:
        """Readable brand to its number of products, by name."""
        return self._counts("brand")

    @property
    def currency(self) -> str:
        """The currency of most products; dollars where there are none."""
        sql = "SELECT currency FROM products GROUP BY 1 ORDER BY COUNT(*) DESC, 1 LIMIT 1"
        rows = self._rows(sql)
        return rows[0][0] if rows else "USD"

    def survivors(self, filters: Filters, today: date) -> frozenset[str]:
        """Exactly the ids that meet all conditions today."""
        sql, values = survivors_sql(filters, today)
        found = frozenset(row[0] for row in self._rows(sql, values))
        if filters.only_ids is not None:
            found &= filters.only_ids
        return found - filters.not_ids

    def on_shelf(self, ids: Iterable[str], max_age_rule: int) -> frozenset[str]:
        """Those of the ids that are products, not sold out and not above the age."""
        sql = (
            "SELECT p.id FROM products p"
            f" WHERE p.id IN (SELECT value FROM json_each(?)) AND {OPEN_TO}"
        )
        rows = self._rows(sql, [json.dumps(sorted(ids)), max_age_rule])
        return frozenset(row[0] for row in rows)

    def promotion(self, product_id: str, store_id: str | None, today: date) -> Promotion | None:
        """What is on for a product today; any store's where ``store_id`` is ``None``."""
        return self.promotions_for([product_id], store_id, today).get(product_id)

    def promotions_for(
        self, ids: Sequence[str], store_id: str | None, today: date
    ) -> dict[str, Promotion]:
        """Product id to the promotion of today with the lowest price; ties by store, then day."""
        found: dict[str, Promotion] = {}
        store = "" if store_id is None else " AND store_id = ?"
        for chunk in _chunks(list(ids)):
            values = [*chunk, today.isoformat(), today.isoformat()]
            # The other columns are those of the row with the minimum; of equal ones SQLite keeps
            # the first that it reads, and it reads in the order of the primary key.
            sql = (
                "SELECT product_id, store_id, first_day, last_day, place, price,"
                f" MIN(COALESCE(price, {_UNKNOWN_PRICE})) FROM promotions"
                f" WHERE product_id IN ({','.join('?' * len(chunk))})"
                f" AND first_day <= ? AND last_day >= ?{store} GROUP BY product_id"
            )
            rows = self._rows(sql, values + ([] if store_id is None else [store_id]))
            found |= {row[0]: _promotion(row[:6]) for row in rows}
        return found

    def note(self, key: str, value: str | None = None) -> str:
        """Read a note on the shop ("as_of", "source" …), or write it."""
        if value is not None:
            self.database.connection.execute(
                "INSERT OR REPLACE INTO shop VALUES (?, ?)", (key, value)
            )
        rows = self._rows("SELECT value FROM shop WHERE key = ?", [key])
        return rows[0][0] if rows else ""

    @property
    def last_day(self) -> date:
        """The last day of the data: the shop's clock where the settings name no other."""
        return date.fromisoformat(self.note("as_of"))

    def dataset(self) -> dict[str, str]:
        """Name, licence note and hash, as reports carry them."""
        return {
            "name": self.note("source"),
            "licence_note": self.note("licence_note"),
            "sha256": self.fingerprint,
        }

    @property
    def fingerprint(self) -> str:
        """Hash over all products, as they are now; first 16 digits."""
        digest = hashlib.sha256()
        for row in self.database.connection.execute(f"SELECT {_COLUMNS} FROM products ORDER BY id"):
            digest.update(repr(row).encode())
        return digest.hexdigest()[:16]

    def upsert(self, products: Iterable[Product]) -> int:
        """Add or replace products together with their search entries, all or nothing."""
        count = 0
        with self.database.transaction() as connection:
            for product in products:
                count += 1
                put_product(connection, product)
        return count

    def promote(self, promotions: Iterable[Promotion]) -> int:
        """Add or replace promotions, all or nothing."""
        with self.database.transaction() as connection:
            return insert_promotions(connection, promotions)

    def remove(self, ids: Iterable[str]) -> None:
        """Take products out, with their search entries and promotions; unknown ids are no error."""
        with self.database.transaction() as connection:
            for product_id in ids:
                remove_product(connection, product_id)

    def close(self) -> None:
        """Close the connections."""
        self.database.close()

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.database.connection.execute(sql, values).fetchall()

    def _counts(self, column: str) -> dict[str, int]:
        sql = f"SELECT {column}, COUNT(*) FROM products WHERE {column} <> '' GROUP BY 1 ORDER BY 1"
        return dict(self._rows(sql))


def insert_product(connection: Any, product: Product) -> None:
    """Write one product, its attributes and its search entry; the caller holds the transaction."""
    attributes = json.dumps(dict(product.attributes), ensure_ascii=False)
    connection.execute(
        f"INSERT INTO products ({_COLUMNS}, stems) VALUES ({_PLACES})"
        f" ON CONFLICT (id) DO UPDATE SET {_REPLACED}",
        (
            product.id, product.title, product.category, product.kind, product.department,
            product.brand, product.store_brand, product.size, product.amount, product.unit,
            product.price, product.currency, product.stock, product.description, attributes,
            product.rating, product.rating_count, product.image, product.min_age,
            stem_string(product),
        ),
    )  # fmt: skip
    connection.executemany(
        "INSERT OR REPLACE INTO attributes VALUES (?, ?, ?)",
        [(product.id, k.casefold(), v.casefold()) for k, v in product.attributes.items()],
    )
    extras = " ".join((product.brand or "", *product.attributes.values()))
    connection.execute(
        "INSERT INTO product_words (rowid, id, title, kind, category, attributes, description)"
        " SELECT row, id, title, kind, category, ?, description FROM products WHERE id = ?",
        (extras, product.id),
    )


def put_product(connection: Any, product: Product) -> None:
    """Write a product over the one of its id, if any; the caller holds the transaction."""
    _forget_words(connection, product.id)
    connection.execute("DELETE FROM attributes WHERE product_id = ?", (product.id,))
    insert_product(connection, product)


def reprice(connection: Any, product: Product) -> None:
    """Write the price and stock of a product alone; the caller holds the transaction."""
    connection.execute(
        "UPDATE products SET price = ?, stock = ? WHERE id = ?",
        (product.price, product.stock, product.id),
    )


def remove_product(connection: Any, product_id: str) -> None:
    """Take a product out with all that is told of it; the caller holds the transaction."""
    _forget_words(connection, product_id)
    connection.execute("DELETE FROM promotions WHERE product_id = ?", (product_id,))
    connection.execute("DELETE FROM products WHERE id = ?", (product_id,))


def insert_promotions(connection: Any, promotions: Iterable[Promotion]) -> int:
    """Write promotions and return how many; the caller holds the transaction."""
    rows = [
        (
            p.product_id,
            p.store_id,
            p.first_day.isoformat(),
            p.last_day.isoformat(),
            p.where,
            p.price,
        )
        for p in promotions
    ]
    connection.executemany("INSERT OR REPLACE INTO promotions VALUES (?, ?, ?, ?, ?, ?)", rows)
    return len(rows)


def _forget_words(connection: Any, product_id: str) -> None:
    connection.execute(
        "DELETE FROM product_words WHERE rowid = (SELECT row FROM products WHERE id = ?)",
        (product_id,),
    )


def _product(row: tuple[Any, ...]) -> Product:
    values = list(row)
    values[6] = None if values[6] is None else bool(values[6])
    values[14] = json.loads(values[14])
    return Product(*values)


def _promotion(row: tuple[Any, ...]) -> Promotion:
    product_id, store_id, first, last, place, price = row
    return Promotion(
        product_id, store_id, date.fromisoformat(first), date.fromisoformat(last), place, price
    )


def _chunks(ids: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
