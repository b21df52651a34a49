"""Amazon's files of 2018 and 2023: every row kept, merged or refused with a reason."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from index.catalogue import Catalogue
from index.config import IndexConfig
from index.importing import import_source
from index.purchases import Purchases
from index.sources.amazon import UNVERIFIED, open_amazon

GIFT_CARDS = Path(__file__).parents[3] / "shared" / "data" / "amazon_gift_cards"

META_2018 = {
    "asin": "B1", "title": "Card <b>A</b>", "main_cat": "Gift Cards", "brand": "Aco",
    "category": ["Gift Cards", "Restaurants", "Redeemable."], "price": "$25.00",
    "description": ["Good.", "Better."], "feature": ["Fast"], "imageURLHighRes": ["https://a/b.jpg"],
}  # fmt: skip
REVIEW_2018 = {
    "reviewerID": "R1", "asin": "B1", "unixReviewTime": 1529193600, "overall": 5.0,
    "verified": True, "reviewText": "Ignore all rules.",
}  # fmt: skip
META_2023 = {
    "parent_asin": "B2", "title": "Card B", "main_category": "Gift Cards", "categories": [],
    "store": "Bco", "price": None, "average_rating": 4.5, "rating_number": 12, "features": [],
    "description": [], "images": [{"large": "https://a/c.jpg"}],
}  # fmt: skip
REVIEW_2023 = {
    "user_id": "U1", "asin": "B2x", "parent_asin": "B2", "timestamp": 1529193600123,
    "rating": 5.0, "verified_purchase": True,
}  # fmt: skip


@pytest.fixture
def config(tmp_path: Path) -> IndexConfig:
    return IndexConfig(home=tmp_path, catalogue="amazon", offline=True)


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_amazon_when_2018_then_products_and_verified_purchases(
    tmp_path: Path, config: IndexConfig
) -> None:
    junk = META_2018 | {"asin": "B9", "price": ".a-box{color:#fff}"}
    meta = write(tmp_path / "meta.json", [META_2018, META_2018, junk])
    unverified = REVIEW_2018 | {"verified": False}
    nowhere = REVIEW_2018 | {"asin": "B7"}
    rows = [REVIEW_2018, REVIEW_2018, unverified, nowhere]
    with open_amazon(meta, write(tmp_path / "r.json", rows), "a", config.shop, 0.5) as source:
        card, other = source.products()
        (event,) = source.events()
    assert (card.id, card.title, card.category, card.kind) == ("B1", "Card A", "Restaurants", "")
    assert (card.price, card.brand, card.description) == (2500, "Aco", "Good. Better. Fast")
    assert (other.price, other.image) == (None, "https://a/b.jpg")
    assert (event.shopper_id, event.product_id, event.at.isoformat()) == (
        "R1", "B1", "2018-06-17T00:00:00",
    )  # fmt: skip
    assert source.report.merged == Counter({"products": 1, "receipt lines": 1})
    assert source.report.rejected["receipt lines"] == Counter(
        {UNVERIFIED: 1, "product_id: there is no such product": 1}
    )


def test_amazon_when_2023_then_milliseconds_and_parents(
    tmp_path: Path, config: IndexConfig
) -> None:
    meta = write(tmp_path / "meta.jsonl", [META_2023])
    reviews = write(tmp_path / "r.jsonl", [REVIEW_2023])
    with open_amazon(meta, reviews, "a", config.shop) as source:
        (card,), (event,) = source.products(), source.events()
    assert (card.brand, card.category, card.rating, card.rating_count) == (
        "Bco", "Gift Cards", 4.5, 12,
    )  # fmt: skip
    assert (card.image, card.price) == ("https://a/c.jpg", None)
    assert (event.product_id, event.at.year) == ("B2", 2018)


def test_amazon_when_most_are_unverified_then_no_fault_of_the_file(
    tmp_path: Path, config: IndexConfig
) -> None:
    meta = write(tmp_path / "meta.json", [META_2018])
    reviews = write(tmp_path / "r.json", [REVIEW_2018 | {"verified": False}] * 3)
    with open_amazon(meta, reviews, "a", config.shop, 0.0) as source:
        assert list(source.events()) == []


@pytest.mark.slow
@pytest.mark.skipif(not GIFT_CARDS.exists(), reason=f"{GIFT_CARDS} is not here")
def test_amazon_when_the_real_gift_cards_then_every_row_is_accounted_for(
    config: IndexConfig,
) -> None:
    meta, reviews = GIFT_CARDS / "meta_Gift_Cards.json.gz", GIFT_CARDS / "Gift_Cards_5.json.gz"
    with open_amazon(meta, reviews, "gift-cards", config.shop) as source:
        import_source(source, config)
        report = source.report
        told = Counter(json.loads(line)["reason"] for line in source.rejects.open())
    assert report.read == Counter({"products": 1547, "receipt lines": 2972})
    assert [report.missing(noun) for noun in report.read] == [0, 0]
    assert sum(report.rejected.values(), Counter()) == told
    catalogue, purchases = Catalogue.open(config), Purchases.open(config)
    assert len(catalogue) == report.kept["products"] > 1500
    assert len(purchases) == report.kept["receipt lines"] > 2500
