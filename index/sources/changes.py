"""A file of changes, one JSON object a line, as values that ``index.update`` applies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

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
)
from index.errors import BadData
from index.sources.tables.columns import EVENT_FIELDS, PRODUCT_FIELDS, ColumnMap, TableMap
from index.sources.tables.lines import RawRow, read_rows
from index.sources.tables.rows import EventReader, ProductReader, Refused
from index.sources.tables.source import tomorrow
from index.sources.tables.values import Unusable, cents, moment, plain, whole
from index.text import TITLE_LIMIT
from index.types import Coupon, Promotion

_FILE = Path("changes.jsonl")
_EVENT = {"shopper": "shopper_id", "product": "product_id", "basket": "basket_id",
          "store": "store_id"}  # fmt: skip


class ChangeReader:
    """JSON objects to changes, in the currency of the shop; prices in its units, not in cents."""

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self._kinds: dict[str, Callable[[Mapping[str, Any]], Change]] = {
            "price": lambda row: SetPrice(_id(row), self._cents(row, "price")),
            "stock": lambda row: SetStock(_id(row), _whole(row, "stock")),
            "title": lambda row: SetTitle(_id(row), plain(_needed(row, "title"), TITLE_LIMIT)),
            "promotion": self._promotion,
            "coupon": self._coupon,
            "product": self._product,
            "remove": lambda row: RemoveProduct(_id(row)),
            "purchase": self._purchase,
        }

    def __call__(self, row: Mapping[str, Any]) -> Change:
        """Return the change that an object tells.

        Raises
        ------
        Unusable
            It tells none; the text says why.
        """
        kind = row.get("change")
        if not isinstance(kind, str) or kind not in self._kinds:
            raise Unusable(f"change: one of {', '.join(self._kinds)}, not {kind!r}")
        return self._kinds[kind](row)

    def _cents(self, row: Mapping[str, Any], name: str) -> int | None:
        try:
            return cents(_needed(row, name), self._currency, ".")
        except Unusable as wrong:
            raise Unusable(f"{name}: {wrong}") from None

    def _promotion(self, row: Mapping[str, Any]) -> Change:
        first, last = _day(row, "first_day"), _day(row, "last_day")
        price = self._cents(row, "price") if "price" in row else None
        where = plain(row.get("where", "display"), TITLE_LIMIT)
        return PutPromotion(Promotion(_id(row), plain(row.get("store")), first, last, where, price))

    def _coupon(self, row: Mapping[str, Any]) -> Change:
        """Without ``amount`` it is not known, without ``shoppers`` it is everyone's."""
        coupon = Coupon(
            _id(row),
            frozenset(_ids(row, "products")),
            _day(row, "first_day"),
            _day(row, "last_day"),
            self._cents(row, "amount") if "amount" in row else None,
            _whole(row, "packs") or 0 if "packs" in row else 1,
            frozenset(_ids(row, "shoppers")) if "shoppers" in row else None,
        )
        return PutCoupon(coupon)

    def _product(self, row: Mapping[str, Any]) -> Change:
        extras = row.get("attributes") or {}
        if not isinstance(extras, Mapping):
            raise Unusable("attributes: no object")
        named = {f"attribute {name}": value for name, value in extras.items()}
        table = TableMap(
            file=_FILE,
            decimal=".",
            columns={field: field for field in PRODUCT_FIELDS},
            attributes={plain(name, TITLE_LIMIT): f"attribute {name}" for name in extras},
        )
        read = ProductReader(self._map(table))
        made = read(RawRow(0, {**row, **named}))
        if isinstance(made, Refused):
            raise Unusable(made.reason)
        return PutProduct(made.to_product())

    def _purchase(self, row: Mapping[str, Any]) -> Change:
        table = TableMap(
            file=_FILE, decimal=".", columns={field: field for field in EVENT_FIELDS[1:]}
        )
        read = EventReader(self._map(table, table), tomorrow())
        made = read(RawRow(0, {_EVENT.get(name, name): value for name, value in row.items()}))
        if isinstance(made, Refused):
            raise Unusable(made.reason)
        return AddPurchase(made.to_interaction(_whole(row, "id") or 0 if "id" in row else 0))

    def _map(self, products: TableMap, events: TableMap | None = None) -> ColumnMap:
        return ColumnMap(name="changes", currency=self._currency, products=products, events=events)


def read_changes(path: Path, currency: str) -> list[Change]:
    """Read a file of changes whole.

    Raises
    ------
    BadData
        One of its lines tells no change; named with its line and the reason.
    """
    read, found = ChangeReader(currency), list[Change]()
    for raw in read_rows(path):
        try:
            if raw.fault:
                raise Unusable(raw.fault)
            found.append(read(raw.values))
        except Unusable as wrong:
            raise BadData(f"{path}, line {raw.line}: {wrong}.", "Nothing was changed.") from None
    if not found:
        raise BadData(f"{path} holds no change.")
    return found


def _needed(row: Mapping[str, Any], name: str) -> Any:
    if name not in row:
        raise Unusable(f"{name}: missing")
    return row[name]


def _id(row: Mapping[str, Any]) -> str:
    found = plain(_needed(row, "id"))
    if not found:
        raise Unusable("id: empty")
    return found


def _ids(row: Mapping[str, Any], name: str) -> list[str]:
    found = _needed(row, name)
    if not isinstance(found, list) or not all(map(plain, found)):
        raise Unusable(f"{name}: no list of ids")
    return [plain(one) for one in found]


def _whole(row: Mapping[str, Any], name: str) -> int | None:
    try:
        return whole(_needed(row, name), 0)
    except Unusable as wrong:
        raise Unusable(f"{name}: {wrong}") from None


def _day(row: Mapping[str, Any], name: str) -> date:
    try:
        return moment(_needed(row, name), date.max).date()
    except Unusable as wrong:
        raise Unusable(f"{name}: {wrong}") from None
