"""Fed rubbish: rows of catalogues and receipts that are wrong in every way that rows can be."""

from __future__ import annotations

import csv
import io
import json
import math
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from eval.drills.rubbish import MOMENTS, NUMBERS, as_csv, as_jsonl, mutated
from eval.drills.shop import ProjectionEncoder
from eval.drills.stage import Stage
from eval.drills.tally import UNDEFENDED, Tally
from index import open_search
from index.build import catalogue_texts, embed
from index.catalogue import Catalogue
from index.config import IndexConfig
from index.importing import import_source
from index.purchases import Purchases
from index.search import SearchRequest
from index.sources.checked import REJECTS
from index.sources.outdoor import OutdoorSource
from index.sources.tables.columns import EVENT_FIELDS, PRODUCT_FIELDS, ColumnMap, TableMap
from index.sources.tables.source import open_tables, tomorrow
from index.text import clean, words
from index.types import Interaction, Product

A_FILE = 1000
"""Rows of a file; products and receipt lines are halves of them."""
SPOILED, AGAIN = 0.8, 0.1
"""Share of rows that are mutated, and of those whose id an earlier row has."""
USUAL: dict[str, Sequence[Any]] = {
    **dict.fromkeys(("amount", "price", "stock", "rating", "rating_count", "min_age"), NUMBERS),
    **dict.fromkeys(("quantity", "paid"), NUMBERS),
    "at": MOMENTS,
}
"""What spoils a field as a rule."""


AT_LEAST = {
    "price": 1, "amount": 1e-6, "stock": 0, "rating": 1, "rating_count": 0, "min_age": 0,
    "quantity": 1, "paid": 0,
}  # fmt: skip
NEEDED = ("id", "title", "category", "shopper_id", "product_id")
PARDONED = ("an earlier row has it", "there is no such product")
"""Reasons for which a sound row may be refused among rubbish."""
ASKED = 20
"""Of the products that were taken, so many are searched for by their titles."""
Found = dict[tuple[str, int], list[str]]
"""File name and line to what is wrong there; no name is the import as a whole."""


@dataclass(frozen=True, slots=True)
class Fed:
    """One file of rows: where it lies, and what was spoiled in each row by its line."""

    path: Path
    columns: tuple[str, ...]
    rows: dict[int, str]

    @property
    def table(self) -> TableMap:
        return TableMap(file=Path(self.path.name), columns={name: name for name in self.columns})


def feed_rows(stage: Stage, tries: int, defended: bool) -> Tally:
    """Import rubbish: no crash, every reject with line and reason, the rest comes back as it is."""
    tally = Tally("rubbish-rows") if defended else Tally("rubbish-rows", UNDEFENDED)
    for number, left in enumerate(range(tries, 0, -A_FILE)):
        home = stage.root / f"rubbish-{defended}-{number}"
        home.mkdir()
        kind = (".jsonl", ".csv")[number % 2]
        half = min(A_FILE, left) // 2
        products = _write(stage.draw, home / f"products{kind}", _sound_products(), half)
        events = _write(stage.draw, home / f"events{kind}", _sound_events(), half)
        found = _imported(home, products, events) if defended else _believed(products)
        for fed in (products, events) if defended else (products,):
            for line, spoiled in fed.rows.items():
                where = f"file {number}, {fed.path.name}, line {line} ({spoiled or 'sound'})"
                tally.count(where, found.get((fed.path.name, line), []))
        if "" in (name for name, _ in found):
            tally.count(f"file {number} as a whole", found["", 0])
        if not defended and tally.lost:
            break
    return tally


def _sound_products() -> list[dict[str, Any]]:
    return [
        {name: getattr(p, name) for name in PRODUCT_FIELDS}
        | {"price": None if p.price is None else p.price / 100}
        for p in OutdoorSource().products()
    ]


def _sound_events() -> list[dict[str, Any]]:
    return [
        {
            **{name: getattr(e, name) for name in EVENT_FIELDS if name != "currency"},
            "at": e.at.isoformat(),
            "paid": None if e.paid is None else e.paid / 100,
        }
        for e in OutdoorSource().events()
    ]


def _write(draw: random.Random, path: Path, sound: Sequence[dict[str, Any]], count: int) -> Fed:
    """Write so many rows, the first ones sound so that there is something to refer to."""
    header = tuple(sound[0])
    lines = [",".join(header).encode()] if path.suffix == ".csv" else []
    rows: dict[int, str] = {}
    for number in range(count):
        row, spoiled = dict(sound[number % len(sound)]), ""
        if number >= len(sound) and draw.random() > AGAIN and "title" in row:
            row["id"] = f"{row['id']}-{number}"
        if number >= 20 and draw.random() < SPOILED:
            row, spoiled = mutated(draw, row, USUAL)
        written = (
            as_csv(draw, row, header) if path.suffix == ".csv" else as_jsonl(draw, row)
        ) if spoiled else _sound(row, header, path.suffix)  # fmt: skip
        if not written.strip():  # an empty line is no row
            written = b"\xff"
        rows[1 + sum(line.count(b"\n") + 1 for line in lines)] = spoiled
        lines.append(written)
    path.write_bytes(b"\n".join(lines) + b"\n")
    return Fed(path, header, rows)


def _sound(row: dict[str, Any], header: Sequence[str], suffix: str) -> bytes:
    """A row as a sound client writes it."""
    if suffix == ".jsonl":
        return json.dumps(row).encode()
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(row[name] for name in header)
    return out.getvalue().encode()


def _imported(home: Path, products: Fed, events: Fed) -> Found:
    """Import both files by the real code; what is wrong with what became of their rows."""
    columns = ColumnMap(name="rubbish", products=products.table, events=events.table)
    config = IndexConfig(home=home, catalogue="rubbish", offline=True)
    try:
        with open_tables(columns, home, config.shop, max_rejects=1.0) as source:
            report = import_source(source, config)
            taken, lines = list(source.products()), list(source.events())
        found = _refused((products, events), config.shop / REJECTS)
        whole = [f"{n} {noun} are not accounted for" for noun in report.read
                 if (n := report.missing(noun))]  # fmt: skip
        told = sum(counts.total() for counts in report.rejected.values())
        whole += _kept(config, taken, lines)
        if told != sum(1 for _ in (config.shop / REJECTS).open(encoding="utf-8")):
            whole.append("the rejects file does not hold what the report counts")
        whole += _served(config, taken)
    except Exception as crash:  # noqa: BLE001 - a crash of any kind is what is looked for
        return {("", 0): [f"{type(crash).__name__}: {crash}"[:300]]}
    return found | ({("", 0): whole} if whole else {})


def _refused(files: Sequence[Fed], rejects: Path) -> Found:
    """What is wrong with the rejects: no line, no reason, or a sound row among them."""
    by_name = {fed.path.name: fed for fed in files}
    found: Found = {}
    for text in rejects.read_text(encoding="utf-8").splitlines():
        told = json.loads(text)
        name, line, reason = told["file"], told["line"], told["reason"]
        if not reason or not line:
            found[name, line] = ["refused without a reason or a line"]
        elif by_name[name].rows.get(line) == "" and not reason.endswith(PARDONED):
            found[name, line] = [f"a sound row was refused: {reason}"]
    return found


def _kept(config: IndexConfig, taken: Sequence[Product], lines: Sequence[Interaction]) -> list[str]:
    """What is wrong with what the shop holds now: not what was taken, or not fit to be shown."""
    catalogue, purchases = Catalogue.open(config), Purchases.open(config)
    faults = [] if catalogue.many(p.id for p in taken) == taken else ["products came back changed"]
    if catalogue.ids() != sorted(p.id for p in taken):
        faults.append("the shop holds other products than were taken")
    if list(purchases.all(date.max)) != lines:
        faults.append("receipt lines came back changed")
    catalogue.close()
    purchases.database.close()
    faults += [f"{p.id[:40]!r}: {fault}" for p in taken for fault in unfit(asdict(p))]
    return faults + [f"line {e.id}: {fault}" for e in lines for fault in unfit(asdict(e))]


def _served(config: IndexConfig, taken: Sequence[Product]) -> list[str]:
    """Whether a shop of such rows can be searched: a product is found by its own title."""
    encoder = ProjectionEncoder()
    embed(catalogue_texts(config), encoder, config.vectors, config.text_template)
    sold = [p for p in taken if p.stock != 0 and not p.min_age and words(p.title)][-ASKED:]
    with open_search(config, chroma=False, encoder=encoder) as search:
        lost = [
            p.id for p in sold
            if p.id not in {c.product.id for c in search.retrieve(SearchRequest(p.title, k=200))}
        ]  # fmt: skip
    return [f"not found by their titles: {lost[:3]}"] if lost else []


def unfit(row: dict[str, Any]) -> list[str]:
    """What of a product or a receipt line may never stand in a shop."""
    faults = []
    for name, value in row.items():
        if isinstance(value, str) and value != clean(value, 10**9):
            faults.append(f"{name} holds hidden characters")
        if isinstance(value, float) and not math.isfinite(value):
            faults.append(f"{name} is no finite number")
        if isinstance(value, int | float) and name in AT_LEAST and value < AT_LEAST[name]:
            faults.append(f"{name} is {value}")
        if isinstance(value, datetime) and not 1970 <= value.year <= tomorrow().year:
            faults.append(f"{name} is {value}")
        if name in NEEDED and not value:
            faults.append(f"{name} is empty")
        if name == "image" and value and not str(value).startswith("https://"):
            faults.append("an image that is no https address")
    return faults


def _believed(products: Fed) -> Found:
    """The same rows put into products as they stand, by a reader that believes them."""
    found: Found = {}
    seen: set[str] = set()
    lines = products.path.read_bytes().split(b"\n")
    for line in products.rows:
        try:
            row = json.loads(lines[line - 1])
            price = None if row["price"] is None else round(float(row["price"]) * 100)
            product = Product(**{**row, "price": price})
            faults = unfit(asdict(product))
            faults += ["its id is taken"] if product.id in seen else []
            seen.add(product.id)
        except Exception as crash:  # noqa: BLE001 - a crash of any kind is what is looked for
            faults = [f"{type(crash).__name__}: {crash}"[:200]]
        if faults:
            found[products.path.name, line] = faults
    return found
