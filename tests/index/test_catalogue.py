"""The catalogue: written whole or not at all, read as written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from index.catalogue import Catalogue
from index.config import IndexConfig
from index.database import Database
from index.errors import MissingIndex
from index.types import Filters, Product, Promotion

TODAY = date(2020, 6, 10)
FULL = Product(
    id="full", title="Trail jacket", category="Jackets", kind="Rain jackets",
    department="Clothes", brand="Fell", store_brand=True, size="L", amount=1.5, unit="ct",
    price=12999, currency="EUR", stock=3, description="For “wet” days.",
    attributes={"Material": "Wool", "farbe": "grün"}, rating=4.5, rating_count=12,
    image="https://example.org/a.png", min_age=18,
)  # fmt: skip
BARE = Product("bare", "Milk", "Milk")


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    made = Catalogue(Database(tmp_path / "shop.sqlite"))
    made.upsert([FULL, BARE])
    yield made
    made.close()


def offer(product: str, store: str, price: int | None) -> Promotion:
    return Promotion(product, store, date(2020, 6, 8), date(2020, 6, 14), "mailer", price)


@pytest.mark.parametrize("product", [FULL, BARE])
def test_get_when_written_then_the_same_product(catalogue: Catalogue, product: Product) -> None:
    assert catalogue.get(product.id) == product


def test_get_when_unknown_then_none(catalogue: Catalogue) -> None:
    assert catalogue.get("'; DROP TABLE products") is None


def test_many_when_asked_then_in_that_order_once_each(catalogue: Catalogue) -> None:
    found = catalogue.many(["full", "none", "bare", "full"])
    assert [p.id for p in found] == ["full", "bare"]


def test_many_when_more_than_a_statement_takes_then_all(catalogue: Catalogue) -> None:
    catalogue.upsert(Product(f"p{n}", "Milk", "Milk") for n in range(1200))
    ids = [f"p{n}" for n in range(1199, -1, -1)]
    assert [p.id for p in catalogue.many(ids)] == ids


def test_upsert_when_one_fails_then_none_is_written(catalogue: Catalogue) -> None:
    def broken() -> Iterator[Product]:
        yield Product("new", "New", "New")
        raise ValueError("the source broke")

    with pytest.raises(ValueError, match="broke"):
        catalogue.upsert(broken())
    assert catalogue.ids() == ["bare", "full"]


def test_upsert_when_known_then_replaced_with_its_attributes(catalogue: Catalogue) -> None:
    catalogue.upsert([Product("full", "Trail jacket", "Jackets", attributes={"fit": "wide"})])
    assert len(catalogue) == 2
    wool = Filters(attributes=(("material", "wool"),), max_age_rule=99)
    assert catalogue.survivors(wool, TODAY) == frozenset()
    wide = Filters(attributes=(("FIT", "Wide"),))
    assert catalogue.survivors(wide, TODAY) == {"full"}


def test_counts_when_asked_then_names_that_are_there(catalogue: Catalogue) -> None:
    assert catalogue.categories() == {"Jackets": 1, "Milk": 1}
    assert catalogue.kinds() == {"Rain jackets": 1}
    assert catalogue.brands() == {"Fell": 1}


def test_promotion_when_equally_cheap_then_the_smaller_store(catalogue: Catalogue) -> None:
    catalogue.promote([offer("full", s, p) for s, p in (("c", 5), ("b", 5), ("a", None), ("d", 9))])
    assert catalogue.promotion("full", None, TODAY) == offer("full", "b", 5)
    catalogue.promote([offer("bare", s, None) for s in ("z", "y")])
    assert catalogue.promotion("bare", None, TODAY) == offer("bare", "y", None)


def test_promotion_when_several_then_the_cheapest_of_today_there(catalogue: Catalogue) -> None:
    catalogue.promote([offer("bare", "s1", None), offer("bare", "s2", 90), offer("bare", "s3", 80)])
    assert catalogue.promotion("bare", None, TODAY) == offer("bare", "s3", 80)
    assert catalogue.promotion("bare", "s2", TODAY) == offer("bare", "s2", 90)
    assert catalogue.promotion("bare", "s9", TODAY) is None
    assert catalogue.promotion("full", None, TODAY) is None


@pytest.mark.parametrize(
    ("day", "on"),
    [(date(2020, 6, 7), False), (date(2020, 6, 8), True), (date(2020, 6, 14), True),
     (date(2020, 6, 15), False)],
)  # fmt: skip
def test_promotion_when_at_its_ends_then_both_days_are_inside(
    catalogue: Catalogue, day: date, on: bool
) -> None:
    catalogue.promote([offer("bare", "s1", 90)])
    assert (catalogue.promotion("bare", "s1", day) is not None) is on


def test_fingerprint_when_a_price_changes_then_another(catalogue: Catalogue) -> None:
    before = catalogue.fingerprint
    assert catalogue.fingerprint == before
    catalogue.upsert([Product("bare", "Milk", "Milk", price=1)])
    assert catalogue.fingerprint != before


def test_note_when_written_then_read_back(catalogue: Catalogue) -> None:
    assert catalogue.note("as_of") == ""
    catalogue.note("as_of", "2020-06-10")
    assert catalogue.last_day == TODAY


def test_open_when_nothing_was_imported_then_the_remedy_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingIndex, match="shelftalk data import"):
        Catalogue.open(IndexConfig(home=tmp_path))
