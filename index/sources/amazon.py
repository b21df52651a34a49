"""Amazon reviews in the file formats of McAuley's group, 2018 and 2023, as a source.

2018: ``meta_X.json.gz`` (``asin, title, category, main_cat, brand, price, description, feature,
imageURLHighRes``) and ``X.json.gz`` (``reviewerID, asin, unixReviewTime, verified``).
2023: ``meta_X.jsonl.gz`` (``parent_asin, title, main_category, categories, store, price,
average_rating, rating_number, images``) and ``X.jsonl.gz`` (``user_id, parent_asin, timestamp`` in
milliseconds, ``verified_purchase``).
Field names: https://nijianmo.github.io/amazon and https://amazon-reviews-2023.github.io
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from index.sources.checked import MAX_REJECTS, CheckedSource, EventFeed, ProductFeed
from index.sources.tables.lines import RawRow, read_rows
from index.sources.tables.rows import NO_CATEGORY, EventRow, ProductRow, guarded
from index.sources.tables.source import tomorrow
from index.sources.tables.values import Unusable, cents, moment, number, plain, whole
from index.text import PROSE_LIMIT, TITLE_LIMIT

LICENCE_NOTE = "Amazon review data of McAuley's group; no data licence, research use only."
UNVERIFIED = "not a verified purchase: nothing says that it was bought"
LONGEST_AISLE = 60
"""Characters; what is longer in a category path is a selling point, no aisle."""


def open_amazon(
    meta: Path, reviews: Path, name: str, shop: Path, max_rejects: float = MAX_REJECTS
) -> CheckedSource:
    """Read and check the two files of one category; a verified review counts as a purchase.

    Reviews are read for who bought what and when; what they say is not read. Prices that are
    none (page rests, ranges) are unknown, not a reason to leave the product out.
    """
    return CheckedSource(
        name,
        LICENCE_NOTE,
        ProductFeed(meta, read_rows(meta), lambda raw: guarded(raw, _product)),
        EventFeed(reviews, read_rows(reviews), lambda raw: guarded(raw, _event), _key),
        shop,
        max_rejects,
    )


def _product(row: Mapping[str, Any]) -> ProductRow:
    path = _path(row.get("category") or row.get("categories"))
    main = _text(row, "main_cat", "main_category")
    title = _text(row, "title")
    if not any(map(str.isalnum, title)):
        raise Unusable("title: no word in it")
    prose = [*_list(row.get("description")), *_list(row.get("feature") or row.get("features"))]
    stars = number(row.get("average_rating"))
    return ProductRow(
        id=_text(row, "asin", "parent_asin"),
        title=title,
        category=(path[1:2] or path[:1] or [main])[0] or NO_CATEGORY,
        kind=path[2] if len(path) > 2 else "",
        department=main or (path[0] if path else ""),
        brand=_text(row, "brand", "store") or None,
        price=_price(row.get("price")),
        currency="USD",
        description=plain(" ".join(plain(part) for part in prose), PROSE_LIMIT),
        rating=float(stars) if stars else None,
        rating_count=whole(row.get("rating_number"), 0),
        image=_image(row),
    )


def _event(row: Mapping[str, Any]) -> EventRow | str:
    if not (row.get("verified") or row.get("verified_purchase")):
        return UNVERIFIED
    at = row["timestamp"] if "timestamp" in row else row.get("unixReviewTime")
    return EventRow(
        shopper_id=_text(row, "user_id", "reviewerID"),
        product_id=_text(row, "parent_asin", "asin"),
        at=moment(at, tomorrow()),
        quantity=1,
        paid=None,
        basket_id="",
        store_id="",
    )


def _key(raw: RawRow) -> str:
    """The same shopper, product and second is the same purchase, however often it is written."""
    names = ("user_id", "reviewerID", "parent_asin", "asin", "timestamp", "unixReviewTime")
    return "|".join(str(raw.values.get(name, "")) for name in names)


def _text(row: Mapping[str, Any], *names: str) -> str:
    return next((text for name in names if (text := plain(row.get(name), TITLE_LIMIT))), "")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _path(value: Any) -> list[str]:
    """The category path without page rests and selling points."""
    parts = [plain(part) for part in _list(value)]
    return [part for part in parts if part and len(part) <= LONGEST_AISLE and part[-1] != "."]


def _price(value: Any) -> int | None:
    try:
        return cents(value, "USD", ".") or None
    except Unusable:
        return None


def _image(row: Mapping[str, Any]) -> str | None:
    found = [*_list(row.get("imageURLHighRes")), *_list(row.get("images"))]
    first = found[0] if found else None
    address = first.get("large") if isinstance(first, Mapping) else first
    return address if isinstance(address, str) and address.startswith("https://") else None
