"""Rows of a table as products and receipt lines: validated, or refused with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.sources.tables.columns import ColumnMap, TableMap
from index.sources.tables.lines import RawRow
from index.sources.tables.values import Unusable, cents, moment, number, plain, whole
from index.text import PROSE_LIMIT, TITLE_LIMIT
from index.types import Interaction, Product

NO_CATEGORY = "Other"
_Made = TypeVar("_Made", bound=BaseModel)
Text = Annotated[str, Field(max_length=TITLE_LIMIT)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ProductRow(_Row):
    """A product of a table, as it may stand in the shop."""

    id: Annotated[str, Field(min_length=1, max_length=128, pattern=r"^\S+$")]
    title: Annotated[Text, Field(min_length=1)]
    category: Text
    kind: Text = ""
    department: Text = ""
    brand: Text | None = None
    size: Text | None = None
    amount: Annotated[float, Field(ge=1e-6, lt=1e9)] | None = None  # a price is divided by it
    unit: Text | None = None
    price: Annotated[int, Field(gt=0)] | None = None
    currency: str
    stock: Annotated[int, Field(ge=0)] | None = None
    description: str = ""
    attributes: dict[str, str] = Field(default_factory=dict)
    rating: Annotated[float, Field(ge=1, le=5)] | None = None
    rating_count: Annotated[int, Field(ge=0)] | None = None
    image: str | None = None
    min_age: Annotated[int, Field(ge=0, le=120)] | None = None

    def to_product(self) -> Product:
        """Return the catalogue entry."""
        return Product(**self.model_dump())


class EventRow(_Row):
    """A receipt line of a table; its number is given when all are in order."""

    shopper_id: Annotated[str, Field(min_length=1, max_length=128)]
    product_id: Annotated[str, Field(min_length=1, max_length=128)]
    at: datetime
    quantity: Annotated[int, Field(ge=1, le=100_000)]
    paid: Annotated[int, Field(ge=0)] | None
    basket_id: Text
    store_id: Text

    def to_interaction(self, number: int) -> Interaction:
        """Return the receipt line under its number."""
        return Interaction(number, **self.model_dump())


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that can't be used."""

    line: int
    reason: str
    """Names the field, never holds the value: the same reason counts once."""
    row: dict[str, Any]
    by_rule: bool = False
    """Left out by a rule of the source, sound as it is."""


class ProductReader:
    """Raw rows to products. Holds the map only, so that it can be sent to another process."""

    def __init__(self, columns: ColumnMap) -> None:
        self._currency = columns.currency
        self._table = columns.products

    def __call__(self, raw: RawRow) -> ProductRow | Refused:
        """Return the product of a row, or why it is none."""
        return guarded(raw, self._row)

    def _row(self, values: dict[str, Any]) -> ProductRow:
        get = _Fields(values, self._table)
        _same_currency(get, self._currency)
        size, unit = get.text("size", TITLE_LIMIT), get.text("unit", TITLE_LIMIT)
        amount = get.number("amount")
        whole_size = amount is not None and bool(unit)
        return ProductRow(
            id=get.text("id"),
            title=get.title(),
            category=get.text("category", TITLE_LIMIT) or NO_CATEGORY,
            kind=get.text("kind", TITLE_LIMIT),
            department=get.text("department", TITLE_LIMIT),
            brand=get.text("brand", TITLE_LIMIT) or None,
            size=size or None,
            amount=amount if whole_size else None,
            unit=unit if whole_size else None,
            price=get.cents("price", self._currency),
            currency=self._currency,
            stock=get.whole("stock", 0),
            description=get.text("description"),
            attributes=get.attributes(),
            rating=get.number("rating") or None,
            rating_count=get.whole("rating_count", 0),
            image=get.image(),
            min_age=get.whole("min_age", 0),
        )


class EventReader:
    """Raw rows to receipt lines, none of them later than a day."""

    def __init__(self, columns: ColumnMap, last: date) -> None:
        if columns.events is None:
            raise ValueError("the map names no events")
        self._currency = columns.currency
        self._table = columns.events
        self._last = last

    def __call__(self, raw: RawRow) -> EventRow | Refused:
        """Return the receipt line of a row, or why it is none."""
        return guarded(raw, self._row)

    def key(self, raw: RawRow) -> str:
        """The row's own number, as text; empty where the map names no column for it."""
        return _Fields(raw.values, self._table).text("id")

    def _row(self, values: dict[str, Any]) -> EventRow:
        get = _Fields(values, self._table)
        _same_currency(get, self._currency)
        get.text("id")  # what ``key`` reads: a row whose number can't be read is refused here
        with _naming("at"):
            at = moment(get.raw("at"), self._last, self._table.dates)
        counted = get.whole("quantity", 1, 100_000)
        return EventRow(
            shopper_id=get.text("shopper_id"),
            product_id=get.text("product_id"),
            at=at,
            quantity=1 if counted is None else counted,
            paid=get.cents("paid", self._currency),
            basket_id=get.text("basket_id", TITLE_LIMIT),
            store_id=get.text("store_id", TITLE_LIMIT),
        )


class _Fields:
    """The values of one row by the field's name; what goes wrong is said with that name."""

    def __init__(self, values: dict[str, Any], table: TableMap) -> None:
        self._values, self._table = values, table

    def raw(self, name: str) -> Any:
        column = self._table.columns.get(name)
        return None if column is None else self._values.get(column)

    def text(self, name: str, limit: int = PROSE_LIMIT) -> str:
        with _naming(name):
            return plain(self.raw(name), limit)

    def title(self) -> str:
        found = self.text("title", TITLE_LIMIT)
        if isinstance(self.raw("title"), bool | float) or not any(map(str.isalnum, found)):
            raise Unusable("title: no word in it")
        return found

    def image(self) -> str | None:
        found = self.text("image")
        return found if found.startswith("https://") and len(found) < PROSE_LIMIT else None

    def number(self, name: str) -> float | None:
        with _naming(name):
            found = number(self.raw(name))
            return None if found is None else float(found)

    def whole(self, name: str, least: int, most: int = 10**9) -> int | None:
        with _naming(name):
            return whole(self.raw(name), least, most)

    def cents(self, name: str, currency: str) -> int | None:
        with _naming(name):
            in_cents = self._table.price_in == "cents"
            return cents(self.raw(name), currency, self._table.decimal, in_cents)

    def attributes(self) -> dict[str, str]:
        found = {}
        for name, column in self._table.attributes.items():
            with _naming(name):
                found[name] = plain(self._values.get(column), TITLE_LIMIT)
        return {name: value for name, value in found.items() if value}


def guarded(raw: RawRow, make: Callable[[dict[str, Any]], _Made | str]) -> _Made | Refused:
    """Return what ``make`` makes of a row, or why it is none; a text is a rule's reason."""
    if raw.fault:
        return Refused(raw.line, raw.fault, raw.values)
    try:
        made = make(raw.values)
    except Unusable as wrong:
        return Refused(raw.line, str(wrong), raw.values)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        why = "empty" if first["type"] == "string_too_short" else first["msg"]
        return Refused(raw.line, f"{where}: {why}", raw.values)
    return Refused(raw.line, made, raw.values, by_rule=True) if isinstance(made, str) else made


def _same_currency(get: _Fields, currency: str) -> None:
    named = get.text("currency").upper()
    if named and named != currency:
        raise Unusable("currency: another than the shop's")


@contextmanager
def _naming(field: str) -> Iterator[None]:
    try:
        yield
    except Unusable as wrong:
        raise Unusable(f"{field}: {wrong}") from None
