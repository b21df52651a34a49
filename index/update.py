"""Changes between two imports, all of a batch or none, seen by open readers at once."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from filelock import FileLock

from index.build import content_hash
from index.catalogue import Catalogue, insert_promotions, put_product, remove_product, reprice
from index.changes import (
    AddPurchase,
    Change,
    PutCoupon,
    PutProduct,
    PutPromotion,
    RemoveProduct,
    SetPrice,
    SetStock,
    SetTitle,
    products_of,
)
from index.config import IndexConfig
from index.coupons import Coupons, fault, insert_coupons
from index.database import Database
from index.demand import demand
from index.encoders.sentence import open_encoder
from index.errors import BadData
from index.interfaces import Encoder, Vectors
from index.live import (
    CATALOGUE,
    LOCK,
    PURCHASES,
    TEXTS,
    count_change,
    prepare_live,
    put_gone,
    put_live,
)
from index.purchases import Purchases, insert_events
from index.text import product_text
from index.types import Interaction, Product

LONGEST_LEAP = 31
"""Days that one purchase may move the shop's clock; more is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """What a batch changed."""

    changes: Mapping[str, int]
    """Name of the kind of change ("SetPrice") to how many."""
    embedded: int
    """Texts that the encoder had to read."""
    today: date
    """The shop's day from now on."""
    seconds: float


def update(
    config: IndexConfig, changes: Sequence[Change], encoder: Encoder | None = None
) -> UpdateReport:
    """Apply changes in their order, all or none; the next question of every reader sees them.

    A purchase on the shop's day or later moves its clock to the day after: what is known is
    known of the days before. Texts that changed are embedded before anything is locked.

    Parameters
    ----------
    config
        Names the shop.
    changes
        The batch.
    encoder
        Used instead of the one that ``config`` names, where a text changed.

    Raises
    ------
    BadData
        A change names a product that is not there, or says what cannot be; nothing changed.
    MissingIndex
        Nothing has been imported.
    """
    start = time.perf_counter()
    Database(config.database, readonly=True).close()
    with FileLock(config.shop / LOCK):
        database = Database(config.database)
        try:
            catalogue, purchases = Catalogue(database), Purchases(database)
            Coupons(database)
            prepare_live(database)
            before = {p.id: p for p in catalogue.many(_named(changes))}
            after = _after(before, changes)
            vectors = _embedded(config, before, after, encoder)
            with database.transaction() as connection:
                for product_id, product in after.items():
                    _write(connection, before.get(product_id), product_id, product, vectors)
                promoted = [c.promotion for c in changes if isinstance(c, PutPromotion)]
                insert_promotions(connection, promoted)
                coupons = [c.coupon for c in changes if isinstance(c, PutCoupon)]
                insert_coupons(connection, coupons)
                insert_events(connection, _numbered(connection, _bought(changes)))
                today = config.as_of or _move_clock(catalogue, changes)
                count_change(connection, *_counters(changes))
            if any(isinstance(change, AddPurchase) for change in changes):
                demand(purchases, today, config.shop)  # readers find it counted
        finally:
            database.close()
    return UpdateReport(
        Counter(type(change).__name__ for change in changes),
        len(vectors.rows),
        today,
        time.perf_counter() - start,
    )


@dataclass(frozen=True, slots=True)
class _Texts:
    """Vectors of the texts that are new, by content hash."""

    fingerprint: str
    rows: Mapping[str, Vectors]
    template: str


def _after(known: Mapping[str, Product], changes: Sequence[Change]) -> dict[str, Product | None]:
    """Products that are others after the batch; ``None`` is gone."""
    now: dict[str, Product | None] = dict(known)
    for number, change in enumerate(changes, start=1):
        try:
            _check(change, now)
        except BadData as wrong:
            raise BadData(f"Change {number}: {wrong.what}", "Nothing was changed.") from None
        match change:
            case PutProduct(product):
                now[product.id] = product
            case RemoveProduct(product_id):
                now[product_id] = None
            case SetTitle(product_id, title) if before := now[product_id]:
                now[product_id] = replace(before, title=title)
            case SetPrice(product_id, price) if before := now[product_id]:
                now[product_id] = replace(before, price=price)
            case SetStock(product_id, stock) if before := now[product_id]:
                now[product_id] = replace(before, stock=stock)
    return {id_: product for id_, product in now.items() if product != known.get(id_)}


def _check(change: Change, now: Mapping[str, Product | None]) -> None:
    product_id = min(products_of(change), default="")
    missing = sorted(id_ for id_ in products_of(change) if now.get(id_) is None)
    if missing and not isinstance(change, PutProduct):
        raise BadData(f"there is no product {missing[0]!r}.")
    match change:
        case PutProduct(Product(title=title)) | SetTitle(title=title) if not title.strip():
            raise BadData(f"{product_id!r} would have no title.")
        case PutProduct(Product(price=int(price))) | SetPrice(price=int(price)) if price <= 0:
            raise BadData(f"{product_id!r} would cost {price} cents.")
        case PutProduct(Product(stock=int(stock))) | SetStock(stock=int(stock)) if stock < 0:
            raise BadData(f"{product_id!r} would have {stock} packs in stock.")
        case PutPromotion(p) if p.last_day < p.first_day or (p.price is not None and p.price <= 0):
            raise BadData(
                f"the promotion of {product_id!r} ends before it begins or costs nothing."
            )
        case PutCoupon(coupon) if wrong := fault(coupon):
            raise BadData(f"the coupon {coupon.id!r} {wrong}.")
        case AddPurchase(event) if event.quantity < 1 or (event.paid or 0) < 0:
            raise BadData(f"a purchase of {product_id!r} has {event.quantity} packs.")


def _embedded(
    config: IndexConfig,
    before: Mapping[str, Product],
    after: Mapping[str, Product | None],
    encoder: Encoder | None,
) -> _Texts:
    """Read the texts that are new, whatever else of a product changed."""

    def text(product: Product | None) -> str:
        return product_text(product, config.text_template) if product else ""

    new = sorted({text(p) for id_, p in after.items() if text(p) != text(before.get(id_))} - {""})
    if not new:
        return _Texts("", {}, config.text_template)
    encoder = encoder or open_encoder(config)
    rows = encoder.encode(new)
    hashes = map(content_hash, new)
    return _Texts(encoder.fingerprint, dict(zip(hashes, rows, strict=True)), config.text_template)


def _write(
    connection: sqlite3.Connection,
    before: Product | None,
    product_id: str,
    product: Product | None,
    texts: _Texts,
) -> None:
    if product is None:
        remove_product(connection, product_id)
        put_gone(connection, product_id)
        return
    if before and product == replace(before, price=product.price, stock=product.stock):
        reprice(connection, product)
        return
    put_product(connection, product)
    digest = content_hash(product_text(product, texts.template))
    if digest in texts.rows:
        put_live(connection, product_id, digest, texts.fingerprint, texts.rows[digest])


def _named(changes: Iterable[Change]) -> set[str]:
    return {product_id for change in changes for product_id in products_of(change)}


def _numbered(connection: sqlite3.Connection, events: Iterable[Interaction]) -> list[Interaction]:
    free = connection.execute("SELECT COALESCE(MAX(id), 0) + 1 FROM events").fetchone()[0]
    found = []
    for event in events:
        found.append(event if event.id else replace(event, id=free))
        free = max(free, event.id) + 1
    return found


def _bought(changes: Iterable[Change]) -> list[Interaction]:
    return [change.event for change in changes if isinstance(change, AddPurchase)]


def _move_clock(catalogue: Catalogue, changes: Sequence[Change]) -> date:
    today = catalogue.last_day
    days = [event.at.date() for event in _bought(changes)]
    latest = max(days, default=date.min)
    if latest < today:
        return today
    if latest - today > timedelta(days=LONGEST_LEAP):
        raise BadData(
            f"A purchase on {latest} is {(latest - today).days:,} days after the shop's day "
            f"{today}, and would move its clock there.",
            "Nothing was changed. Correct its date, or import the shop's newer data first.",
        )
    catalogue.note("as_of", (latest + timedelta(days=1)).isoformat())
    return latest + timedelta(days=1)


def _counters(changes: Sequence[Change]) -> set[str]:
    counters = set()
    for change in changes:
        if isinstance(change, AddPurchase):
            counters.add(PURCHASES)
            continue
        counters.add(CATALOGUE)
        if isinstance(change, PutProduct | SetTitle | RemoveProduct):
            counters.add(TEXTS)
    return counters
