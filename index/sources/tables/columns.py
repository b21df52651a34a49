"""The column map: which column of a table is which field of the shop, and how it is written."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.errors import BadData

PRODUCT_FIELDS = (
    "id", "title", "category", "kind", "department", "brand", "size", "amount", "unit", "price",
    "currency", "stock", "description", "rating", "rating_count", "image", "min_age",
)  # fmt: skip
EVENT_FIELDS = (
    "id", "shopper_id", "product_id", "at", "quantity", "paid", "currency", "basket_id", "store_id",
)  # fmt: skip
NEEDED = {"products": ("id", "title"), "events": ("shopper_id", "product_id", "at")}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TableMap(_Part):
    """One file and its columns."""

    file: Path
    """Seen from the folder that holds the map."""
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    """Of a CSV file."""
    encoding: str = "utf-8"
    """Of a CSV or JSONL file."""
    decimal: Literal[".", ",", "auto"] = "auto"
    """The mark before the cents in a price that is text; "auto" refuses what can be read two
    ways, such as "1.299"."""
    price_in: Literal["units", "cents"] = "units"
    """Whether 249 is 249.00 or 2.49."""
    dates: str = ""
    """A ``strptime`` format; empty takes ISO dates and seconds or milliseconds since 1970."""
    columns: dict[str, str]
    """Field of the shop to column of the file."""
    attributes: dict[str, str] = Field(default_factory=dict)
    """Name of an attribute ("material") to column of the file."""


class ColumnMap(_Part):
    """Everything that an import of tables needs to know."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,40}$")
    """Of the shop that is filled."""
    currency: str = Field(default="USD", pattern="^[A-Z]{3}$")
    """Of all its prices; a row in another one is rejected."""
    licence_note: str = "Given by the shop."
    products: TableMap
    events: TableMap | None = None


def load_map(path: Path) -> ColumnMap:
    """Read a column map, TOML or JSON by its suffix.

    Raises
    ------
    BadData
        It can't be read, names an unknown field, or misses a field that is needed.
    """
    try:
        text = path.read_text(encoding="utf-8")
        found = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
        columns = ColumnMap.model_validate(found)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadData(f"The column map {path}: {where}: {first['msg']}.", _REMEDY) from wrong
    except (OSError, ValueError) as wrong:
        raise BadData(f"The column map {path} can't be read: {wrong}.", _REMEDY) from wrong
    _check(path, "products", columns.products, PRODUCT_FIELDS)
    if columns.events:
        _check(path, "events", columns.events, EVENT_FIELDS)
    return columns


def write_map(columns: ColumnMap) -> str:
    """Return the map as TOML, settings that are as usual left out."""
    lines = [f"{key} = {json.dumps(getattr(columns, key))}" for key in _HEAD]
    for noun in ("products", "events"):
        table = getattr(columns, noun)
        if table is None:
            continue
        lines += ["", f"[{noun}]"]
        given = table.model_dump(mode="json", exclude_defaults=True)
        inner = {name: given.pop(name, {}) for name in ("columns", "attributes")}
        lines += [f"{key} = {json.dumps(value)}" for key, value in given.items()]
        for name, pairs in inner.items():
            if pairs:
                lines += ["", f"[{noun}.{name}]"]
                lines += [f"{json.dumps(k)} = {json.dumps(v)}" for k, v in pairs.items()]
    return "\n".join(lines) + "\n"


_HEAD = ("name", "currency", "licence_note")
_REMEDY = "Draft one with: shelftalk data sniff FILE"


def _check(path: Path, noun: str, table: TableMap, fields: tuple[str, ...]) -> None:
    if unknown := sorted(set(table.columns) - set(fields)):
        raise BadData(
            f"The column map {path} has fields that {noun} do not: {', '.join(unknown)}.",
            f"Fields are: {', '.join(fields)}.",
        )
    if absent := [field for field in NEEDED[noun] if field not in table.columns]:
        raise BadData(f"The column map {path} names no column for {', '.join(absent)}.", _REMEDY)
