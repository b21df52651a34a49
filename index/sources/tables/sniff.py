"""A first draft of a column map, read off the files: names of columns, then what is in them."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from index.errors import BadData
from index.sources.tables.columns import ColumnMap, TableMap
from index.sources.tables.lines import broken, file_kind, read_rows
from index.text import TITLE_LIMIT

ROWS = 500
"""Rows that are looked at."""
FORMS = ("%d.%m.%Y", "%Y/%m/%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y %H:%M", "%m/%d/%Y %H:%M")
ATTRIBUTES = ("material", "colour", "color", "season", "style", "flavour", "flavor", "ingredients",
              "allergens", "gender", "weight", "model")  # fmt: skip
NAMES = {
    "id": "id sku product_id product_uid uid item_id article article_no asin parent_asin code ean",
    "title": "title name product_name item_name product product_title label",
    "category": "category aisle product_category product_type type group main_category",
    "kind": "kind product_type subcategory sub_category product_subtype style_type",
    "department": "department division section",
    "brand": "brand manufacturer maker vendor producer",
    "size": "size pack_size package_size package",
    "price": "price unit_price list_price retail_price amount_usd cost price_usd price_eur"
    " price_gbp",
    "currency": "currency currency_code",
    "stock": "stock quantity_available inventory in_stock stock_level current_stock available qty",
    "description": "description details long_description body prose summary text",
    "rating": "rating stars average_rating mean_rating",
    "rating_count": "rating_count ratings reviews review_count rating_number",
    "image": "image image_url picture photo img",
    "min_age": "min_age age_limit minimum_age",
}
EVENT_NAMES = {
    "id": "id line_id event_id row_id",
    "shopper_id": "shopper_id customer customer_id user user_id shopper household_id buyer",
    "product_id": "product_id sku item_id article asin product item code",
    "at": "at date time timestamp datetime order_date ordered_at created_at purchased_at"
    " purchase_date transaction_date transaction_timestamp day ordered bought sold",
    "quantity": "quantity qty count units amount pieces",
    "paid": "paid total line_total price sales_value revenue",
    "currency": "currency currency_code",
    "basket_id": "basket_id order_id order basket transaction_id invoice receipt",
    "store_id": "store_id store shop branch location",
}


def sniff(paths: Sequence[Path], name: str = "") -> ColumnMap:
    """Draft the map of one file of products and at most one of purchases.

    Raises
    ------
    BadData
        A file can't be read, none of them looks like products, or one is left over.
    """
    drafts = [(path, *_look(path)) for path in paths]
    events = next((d for d in drafts if _is_events(d[1], d[2])), None)
    products = next((d for d in drafts if d is not events), None)
    if products is None:
        raise BadData(
            f"No file of products is among: {', '.join(map(str, paths))}.",
            "Give it beside the purchases: shelftalk data sniff products.csv orders.csv",
        )
    if over := [d for d in drafts if d is not events and d is not products]:
        raise BadData(
            f"{over[0][0]} is not understood as purchases: columns for who bought, what and when "
            f"are looked for, and it has: {', '.join(over[0][1])}.",
            "Rename those columns, or leave the file away and map it by hand.",
        )
    found = _filled(_columns(NAMES, products[1]), products[1], products[2])
    if absent := [field for field in ("id", "title") if field not in found]:
        raise BadData(
            f"No column of {products[0]} looks like a product's {' or '.join(absent)}; "
            f"it has: {', '.join(products[1])}.",
            "Rename those columns, or draft a map of another file and change it by hand.",
        )
    return ColumnMap(
        name=name
        or re.sub(r"[^a-z0-9_-]+", "-", products[0].name.split(".")[0].lower()).strip("-"),
        currency=_currency(found, products[2]),
        products=_table(products[0], found, products[2], products[1]),
        events=_table(events[0], _of_events(events[1], events[2]), events[2], ())
        if events
        else None,
    )


def _look(path: Path) -> tuple[list[str], list[dict[str, Any]]]:
    delimiter = _delimiter(path) if file_kind(path) in {".csv", ".tsv"} else ","
    raw = islice(read_rows(path, delimiter, _encoding(path)), ROWS)
    rows = [row.values for row in raw if not row.fault]
    names = list(dict.fromkeys(name for row in rows for name in row))
    if not names:
        raise BadData(f"{path} holds no row that can be read.")
    return names, rows


def _delimiter(path: Path) -> str:
    if path.suffix == ".gz" or file_kind(path) == ".tsv":
        return "\t" if ".tsv" in path.suffixes else ","
    with path.open(encoding="utf-8", errors="replace") as file:
        head = file.readline(100_000)
    try:
        return csv.Sniffer().sniff(head, ",;\t|").delimiter
    except csv.Error:
        return ","


def _encoding(path: Path) -> str:
    """Windows' Latin where most lines with more than ASCII are no UTF-8, else UTF-8."""
    if file_kind(path) == ".parquet" or path.suffix == ".gz":
        return "utf-8"
    with path.open("rb") as file:
        lines = [line for line in islice(file, ROWS) if not line.isascii()]
    wrong = sum(broken(line.decode("utf-8", "surrogateescape")) for line in lines)
    return "cp1252" if 2 * wrong > len(lines) else "utf-8"


def _is_events(names: Sequence[str], rows: list[dict[str, Any]]) -> bool:
    return {"shopper_id", "product_id", "at"} <= _of_events(names, rows).keys()


def _of_events(names: Sequence[str], rows: list[dict[str, Any]]) -> dict[str, str]:
    """The columns of purchases; where no name tells the time, the first column of dates."""
    found = _columns(EVENT_NAMES, names)
    if "at" not in found:
        free = (name for name in names if name not in found.values())
        dated = [name for name in free if _are_dates([row.get(name) for row in rows])]
        if dated:
            found["at"] = dated[0]
    return found


def _are_dates(values: Sequence[Any]) -> bool:
    """Whether most of a column can be read as days in one form."""
    form = _form(values)
    read = sum(
        isinstance(value, date) or (isinstance(value, str) and _reads(value, form))
        for value in values
    )
    return 2 * read > len(values)


def _columns(wanted: dict[str, str], names: Sequence[str]) -> dict[str, str]:
    """Field to column, the likeliest name first, no column twice."""
    plain = {re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_"): name for name in reversed(names)}
    found: dict[str, str] = {}
    for field, likely in wanted.items():
        for guess in likely.split():
            if guess in plain and plain[guess] not in found.values():
                found[field] = plain[guess]
                break
    return found


def _filled(
    found: dict[str, str], names: Sequence[str], rows: list[dict[str, Any]]
) -> dict[str, str]:
    """What names did not tell, from what is in the columns: ids differ, titles say most."""
    free = [name for name in names if name not in found.values()]
    texts = {name: [str(row.get(name) or "") for row in rows] for name in free}
    differ = [name for name in free if len(set(texts[name])) == len(rows)]
    if "id" not in found and differ:
        found["id"] = differ[0]
    wordy = [name for name in free if name != found.get("id") and _wordy(texts[name])]
    if "title" not in found and wordy:
        found["title"] = max(wordy, key=lambda name: len(set(texts[name])))
    elif "title" not in found and "kind" in found:
        found["title"] = found["kind"]  # a shop that names its goods by what they are
    return found


def _wordy(texts: Sequence[str]) -> bool:
    """Whether most of a column's values are a few words, neither numbers nor prose."""
    named = [text for text in texts if any(map(str.isalpha, text)) and len(text) <= TITLE_LIMIT]
    return 2 * len(named) > len(texts)


def _table(
    path: Path, columns: dict[str, str], rows: list[dict[str, Any]], names: Sequence[str]
) -> TableMap:
    taken = set(columns.values())
    is_text = file_kind(path) in {".csv", ".tsv"}
    return TableMap(
        file=path.resolve(),
        delimiter=_delimiter(path) if is_text else ",",
        encoding=_encoding(path),
        dates=_form([row.get(columns.get("at", "")) for row in rows]) if "at" in columns else "",
        columns=columns,
        attributes={
            name.lower(): name for name in names if name.lower() in ATTRIBUTES and name not in taken
        },
    )


def _form(values: Sequence[Any]) -> str:
    """The one format that reads most of the dates; empty where they are ISO or numbers."""
    texts = [value for value in values if isinstance(value, str) and not value.isdigit()]
    best, most = "", sum(_reads(text, "") for text in texts)
    for form in FORMS:
        if (read := sum(_reads(text, form) for text in texts)) > most:
            best, most = form, read
    return best


def _reads(text: str, form: str) -> bool:
    try:
        datetime.strptime(text.strip(), form) if form else datetime.fromisoformat(text.strip())
    except ValueError:
        return False
    return True


def _currency(found: dict[str, str], rows: list[dict[str, Any]]) -> str:
    named = [str(row.get(found.get("currency", ""))).upper() for row in rows]
    prices = " ".join(str(row.get(found.get("price", ""))) for row in rows)
    counts = {code: named.count(code) for code in set(named) if re.fullmatch("[A-Z]{3}", code)}
    for sign, code in (("€", "EUR"), ("£", "GBP")):
        counts[code] = counts.get(code, 0) + prices.count(sign)
    best = max(counts, key=lambda code: (counts[code], code))
    said = re.search(r"_(usd|eur|gbp)$", found.get("price", "").lower())
    return best if counts[best] else said[1].upper() if said else "USD"
