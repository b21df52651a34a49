"""The coupons of a shop: what each takes off, in which days, and to whom it was sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from index.database import Database, Migration, migrate
from index.types import Coupon

MIGRATIONS = [
    # Whom a coupon was sent to stands apart, so that erasing a shopper finds it; a coupon whose
    # last shopper is erased is nobody's then, not everyone's.
    Migration(
        "index.coupons",
        1,
        """
        CREATE TABLE coupons (
            id TEXT PRIMARY KEY, first_day TEXT NOT NULL, last_day TEXT NOT NULL,
            amount INTEGER, packs INTEGER NOT NULL, everyone INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE coupon_products (
            product_id TEXT NOT NULL REFERENCES products (id) ON DELETE CASCADE,
            coupon_id TEXT NOT NULL REFERENCES coupons (id) ON DELETE CASCADE,
            PRIMARY KEY (product_id, coupon_id)) WITHOUT ROWID;
        CREATE INDEX products_of_coupon ON coupon_products (coupon_id);
        CREATE TABLE coupon_shoppers (
            shopper_id TEXT NOT NULL,
            coupon_id TEXT NOT NULL REFERENCES coupons (id) ON DELETE CASCADE,
            PRIMARY KEY (shopper_id, coupon_id)) WITHOUT ROWID;
        CREATE INDEX shoppers_of_coupon ON coupon_shoppers (coupon_id)
        """,
    )
]


class Coupons:
    """The coupons of one shop, each seen only by whom it was sent to."""

    def __init__(self, database: Database) -> None:
        self._database = database
        if not database.readonly:
            migrate(database.connection, MIGRATIONS)

    def usable(
        self, ids: Sequence[str] | None, shopper_id: str | None, today: date
    ) -> list[Coupon]:
        """Return what a shopper may lay on these products (``None``: on any) today, by id.

        ``product_ids`` holds those of the ids that a coupon is for, and ``sent_to`` nobody but
        this shopper. A shop that was filled before there were coupons has none.
        """
        connection = self._database.connection
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'coupons'").fetchone():
            return []
        rows = connection.execute(
            "SELECT c.id, c.first_day, c.last_day, c.amount, c.packs, c.everyone, p.product_id"
            " FROM coupon_products p JOIN coupons c ON c.id = p.coupon_id"
            " WHERE (?1 IS NULL OR p.product_id IN (SELECT value FROM json_each(?1)))"
            " AND c.first_day <= ?2 AND c.last_day >= ?2 AND (c.everyone OR EXISTS ("
            " SELECT 1 FROM coupon_shoppers s WHERE s.shopper_id = ?3 AND s.coupon_id = c.id))"
            " ORDER BY c.id, p.product_id",
            (None if ids is None else json.dumps(sorted(ids)), today.isoformat(), shopper_id),
        )
        found: dict[str, Coupon] = {}
        for id_, first, last, amount, packs, everyone, product_id in rows:
            sent_to = None if everyone or shopper_id is None else frozenset({shopper_id})
            days = date.fromisoformat(first), date.fromisoformat(last)
            known = found.get(id_, Coupon(id_, frozenset(), *days, amount, packs, sent_to))
            found[id_] = replace(known, product_ids=known.product_ids | {product_id})
        return list(found.values())


def fault(coupon: Coupon) -> str:
    """Say in a few words what is wrong with a coupon; empty where it is sound."""
    if not coupon.product_ids:
        return "is for no product"
    if coupon.last_day < coupon.first_day:
        return "ends before it begins"
    if coupon.amount is not None and coupon.amount <= 0:
        return "takes nothing off"
    if coupon.packs < 1:
        return f"asks for {coupon.packs} packs"
    if coupon.sent_to is not None and not coupon.sent_to:
        return "was sent to nobody"
    return ""


def insert_coupons(connection: Any, coupons: Iterable[Coupon]) -> int:
    """Write coupons over those of their ids and return how many; the caller holds the transaction.

    Each has to be sound (see ``fault``); a product that is not there is left out of it.
    """
    done = 0
    for coupon in coupons:
        done += 1
        connection.execute("DELETE FROM coupons WHERE id = ?", (coupon.id,))
        connection.execute(
            "INSERT INTO coupons VALUES (?, ?, ?, ?, ?, ?)",
            (
                coupon.id, coupon.first_day.isoformat(), coupon.last_day.isoformat(),
                coupon.amount, coupon.packs, coupon.sent_to is None,
            ),
        )  # fmt: skip
        connection.executemany(
            "INSERT INTO coupon_products SELECT id, ? FROM products WHERE id = ?",
            [(coupon.id, product_id) for product_id in sorted(coupon.product_ids)],
        )
        connection.executemany(
            "INSERT INTO coupon_shoppers VALUES (?, ?)",
            [(shopper_id, coupon.id) for shopper_id in sorted(coupon.sent_to or ())],
        )
    return done
