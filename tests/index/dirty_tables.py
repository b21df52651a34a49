"""Tables of a made-up shop with a share of dirt: what is good is known row by row."""

from __future__ import annotations

import csv
import io
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from index.sources.tables.columns import ColumnMap, TableMap

LAST = date(2025, 6, 30)
PRODUCT_DIRT = (
    "missing id", "duplicate id", "nul", "invisible", "megabyte", "bad price", "written price",
    "broken utf-8", "html", "ragged", "truth value", "empty title", "wrong currency",
)  # fmt: skip
EVENT_DIRT = ("bad date", "unknown product", "bad quantity")
BAD_PRICES = ("NaN", "inf", "-3.50", "99999999999", "true")
WRITTEN = ("$1,234.50", "1234,50", "USD 1234.50", "1.234,50 $")
BAD_DATES = ("0000-01-01", "2999-01-01", "yesterday", "1969-12-31", "")
BAD_QUANTITIES = ("0", "-2", "1.5", "true", "nan")


@dataclass(slots=True)
class Made:
    """What was written."""

    columns: ColumnMap
    kept: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Id of every product that has to be kept, with its title and cents."""
    events: int = 0
    """Receipt lines that have to be kept."""
    refused: Counter[str] = field(default_factory=Counter)
    """Kind of dirt to rows that have to be left out."""
    cleaned: Counter[str] = field(default_factory=Counter)
    """Kind of dirt to rows that have to be cleaned and kept."""


def make_tables(folder: Path, rows: int, share: float = 0.03, seed: int = 0) -> Made:
    """Write ``products.csv`` (an eighth of the rows) and ``events.jsonl`` (the others)."""
    luck = random.Random(seed)
    made = Made(columns())
    products, events = rows // 8, rows - rows // 8
    with (folder / "products.csv").open("wb") as out:
        out.write(b"sku,name,aisle,maker,price,currency,stock,text\n")
        for number in range(products):
            kind = luck.choice(PRODUCT_DIRT) if number > 10 and luck.random() < share else ""
            out.write(_product(number, kind, made, luck))
    known = list(made.kept)
    with (folder / "events.jsonl").open("w") as lines:
        for number in range(events):
            kind = luck.choice(EVENT_DIRT) if luck.random() < share else ""
            lines.write(json.dumps(_event(number, kind, known, luck)) + "\n")
            if kind:
                made.refused[kind] += 1
            else:
                made.events += 1
    return made


def columns() -> ColumnMap:
    """The map of both tables."""
    return ColumnMap(
        name="made",
        products=TableMap(
            file=Path("products.csv"),
            columns={
                "id": "sku", "title": "name", "category": "aisle", "brand": "maker",
                "price": "price", "currency": "currency", "stock": "stock", "description": "text",
            },
        ),
        events=TableMap(
            file=Path("events.jsonl"),
            columns={
                "shopper_id": "who", "product_id": "sku", "at": "at", "quantity": "n",
                "paid": "paid",
            },
        ),
    )  # fmt: skip


def _product(number: int, kind: str, made: Made, luck: random.Random) -> bytes:
    sku, title, cents = f"p{number}", f"Thing {number}", 100 + number % 5000
    row = [sku, title, f"Aisle {number % 40}", "Maker", f"{cents / 100:.2f}", "USD", "3", "Prose."]
    if kind == "written price":
        row[4], cents = luck.choice(WRITTEN), 123450
    changes = {
        "missing id": (0, ""), "duplicate id": (0, "p0"), "nul": (1, f"Th\x00ing\x07 {number}"),
        "invisible": (1, f"\u202eThing\u200b {number}\u2069"), "megabyte": (7, "x" * 1_000_000),
        "bad price": (4, luck.choice(BAD_PRICES)), "html": (1, f"<b>Thing</b> {number}&nbsp;"),
        "truth value": (6, "True"), "empty title": (1, luck.choice(("", " \u200b ", "<br>", "--"))),
        "wrong currency": luck.choice(((5, "EUR"), (4, "3.50 €"))),
    }  # fmt: skip
    if kind in changes:
        place, value = changes[kind]
        row[place] = value
    if kind == "ragged":
        row = luck.choice((row[:5], [*row, "more"]))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(row)
    line = text.getvalue().encode()
    if kind == "broken utf-8":
        line = line.replace(b"Thing", b"Th\xe9ng")
    if kind in {"", "written price", "invisible", "html", "nul"}:
        title = f"Th ing {number}" if kind == "nul" else title
        made.kept[sku] = (title, cents)
        made.cleaned[kind] += bool(kind)
    else:
        made.refused[kind] += 1
    return line


def _event(number: int, kind: str, known: list[str], luck: random.Random) -> dict[str, object]:
    at = datetime(2024, 1, 1) + timedelta(minutes=luck.randrange(500_000))
    row: dict[str, object] = {
        "who": f"s{number % 997}", "sku": luck.choice(known), "at": at.isoformat(), "n": 1,
        "paid": 3.5,
    }  # fmt: skip
    if kind == "bad date":
        row["at"] = luck.choice(BAD_DATES)
    elif kind == "unknown product":
        row["sku"] = "nothing"
    elif kind == "bad quantity":
        bad = luck.choice(BAD_QUANTITIES)
        row["n"] = True if bad == "true" else bad
    return row
