"""The Complete Journey's files, a few rows of each, as a shop."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from index.sources.journey import JourneySource, week_days
from index.types import Interaction, Product, Promotion

AS_OF = date(2017, 12, 31)
YOGURT = ("GROCERY", "YOGURT", "YOGURT NOT MULTI-PACKS")
GOODS = [
    # id, department, brand, category, type, size
    (1, YOGURT[0], "Private", *YOGURT[1:], "6 OZ"),
    (2, YOGURT[0], "Private", *YOGURT[1:], "6.0 OZ"),
    (3, YOGURT[0], "National", *YOGURT[1:], "6 OZ"),
    (4, "GROCERY", "National", "CIGARETTES", "CIGARETTES", None),
    (5, "GROCERY", "National", "BEERS/ALES", "BEERALEMALT LIQUORS", "12 PK/12 OZ"),
    (6, "PRODUCE", "National", "TROPICAL FRUIT", "BANANAS", "40 LB"),
]
NOON = datetime(2017, 12, 27, 17)
"""In UTC; noon where the shops are."""


def line(
    product: int, *, household: int = 9, basket: int = 1, store: int = 7, quantity: int = 1,
    sales: float = 1.0, retail: float = 0.0, coupon: float = 0.0, match: float = 0.0,
    week: int = 53, at: datetime = NOON,
) -> tuple[Any, ...]:  # fmt: skip
    return (household, store, basket, product, quantity, sales, retail, coupon, match, week, at)


LINES = [
    line(1, sales=0.80, retail=0.20),
    line(2, sales=1.60, retail=0.40, quantity=2),
    line(1, basket=2, household=10, sales=1.00, at=datetime(2018, 1, 1, 3)),
    line(3, basket=3, sales=1.25, coupon=0.50, at=datetime(2017, 3, 1, 17), week=9),
    line(3, basket=4, sales=0.0, at=datetime(2017, 3, 1, 18), week=9),
    line(4, basket=5),
    line(5, basket=5, sales=9.99),
    line(5, basket=6, sales=8.99),
    line(6, basket=6, sales=0.59),
    line(6, basket=7, sales=0.69, quantity=0),
    line(6, basket=8, sales=0.69, quantity=2500),
    line(6, basket=9, sales=0.61),
    line(99, basket=9),
]
PROMOTIONS = [
    # product, store, display, mailer, week
    (1, 7, "0", "A", 53),
    (2, 7, "3", "0", 53),
    (3, 7, "1", "0", 53),
    (3, 8, "0", "0", 53),
    (1, 7, "1", "A", 20),
    (4, 7, "1", "A", 53),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pl.DataFrame(
        GOODS,
        schema={
            "product_id": pl.Int64, "department": pl.String, "brand": pl.String,
            "product_category": pl.String, "product_type": pl.String, "package_size": pl.String,
        },
        orient="row",
    ).write_parquet(tmp_path / "products.parquet")  # fmt: skip
    pl.DataFrame(
        LINES,
        schema={
            "household_id": pl.Int64, "store_id": pl.Int64, "basket_id": pl.Int64,
            "product_id": pl.Int64, "quantity": pl.Int64, "sales_value": pl.Float64,
            "retail_disc": pl.Float64, "coupon_disc": pl.Float64, "coupon_match_disc": pl.Float64,
            "week": pl.Int64, "transaction_timestamp": pl.Datetime("ns"),
        },
        orient="row",
    ).write_parquet(tmp_path / "transactions.parquet")  # fmt: skip
    pl.DataFrame(
        PROMOTIONS,
        schema={
            "product_id": pl.Int64, "store_id": pl.Int64, "display_location": pl.String,
            "mailer_location": pl.String, "week": pl.Int64,
        },
        orient="row",
    ).write_parquet(tmp_path / "promotions.parquet")  # fmt: skip
    return tmp_path


@pytest.fixture
def source(folder: Path) -> JourneySource:
    return JourneySource(folder, least=2)


def by_title(source: JourneySource) -> dict[str, Product]:
    return {product.title: product for product in source.products()}


def test_products_when_tier_kind_and_size_agree_then_one_entry(source: JourneySource) -> None:
    assert set(by_title(source)) == {
        "Yogurt cup, store brand, 6 oz", "Yogurt cup, 6 oz", "Beer, 12 x 12 fl oz", "Bananas",
    }  # fmt: skip


def test_products_when_read_then_fields_are_those_of_the_shelf(source: JourneySource) -> None:
    yogurt = by_title(source)["Yogurt cup, store brand, 6 oz"]
    assert (yogurt.category, yogurt.kind, yogurt.department) == ("Yogurt", "Yogurt cup", "Grocery")
    assert (yogurt.store_brand, yogurt.amount, yogurt.unit) == (True, 6, "oz")
    assert by_title(source)["Beer, 12 x 12 fl oz"].min_age == 21


def test_products_when_priced_then_the_shelf_price_per_pack_before_discounts(
    source: JourneySource,
) -> None:
    goods = by_title(source)
    assert goods["Yogurt cup, store brand, 6 oz"].price == 100
    assert goods["Beer, 12 x 12 fl oz"].price == 899  # of 899 and 999, not their average


def test_products_when_not_sold_lately_then_priced_by_all_its_lines(source: JourneySource) -> None:
    assert by_title(source)["Yogurt cup, 6 oz"].price == 125


def test_products_when_bought_too_seldom_then_left_out(folder: Path) -> None:
    assert set(by_title(JourneySource(folder, least=3))) == {"Yogurt cup, store brand, 6 oz"}


def test_products_when_read_twice_then_the_same_ids(folder: Path) -> None:
    first, second = (list(JourneySource(folder, least=2).products()) for _ in range(2))
    assert first == second


def test_promotions_when_several_members_then_merged_with_the_card_price(
    source: JourneySource,
) -> None:
    ids = {title: product.id for title, product in by_title(source).items()}
    found = {p.product_id: p for p in source.promotions()}
    assert set(found) == {ids["Yogurt cup, store brand, 6 oz"], ids["Yogurt cup, 6 oz"]}
    assert found[ids["Yogurt cup, store brand, 6 oz"]] == Promotion(
        ids["Yogurt cup, store brand, 6 oz"], "7", date(2017, 12, 25), AS_OF, "mailer and display",
        80,
    )  # fmt: skip
    assert found[ids["Yogurt cup, 6 oz"]].price is None


def test_events_when_one_basket_then_one_line_an_entry_in_the_shops_own_time(
    source: JourneySource,
) -> None:
    ids = {title: product.id for title, product in by_title(source).items()}
    lines = [e for e in source.events() if e.product_id == ids["Yogurt cup, store brand, 6 oz"]]
    first, second = lines
    assert first == Interaction(
        first.id, "9", ids["Yogurt cup, store brand, 6 oz"], datetime(2017, 12, 27, 12), 3, 240,
        "1", "7",
    )  # fmt: skip
    assert second.at == datetime(2017, 12, 31, 22)


def test_events_when_a_coupon_was_used_then_paid_is_without_it(source: JourneySource) -> None:
    assert [e.paid for e in source.events() if e.at.month == 3] == [75, 0]


def test_events_when_read_then_oldest_first_with_numbers_from_one(source: JourneySource) -> None:
    events = list(source.events())
    assert [e.at for e in events] == sorted(e.at for e in events)
    assert [e.id for e in events] == list(range(1, len(events) + 1))


def test_report_when_all_is_read_then_every_row_is_accounted_for(source: JourneySource) -> None:
    for rows in (source.products(), source.promotions(), source.events()):
        list(rows)
    report = source.report
    assert report.read == {"products": 6, "promotions": 6, "receipt lines": 13}
    assert [report.missing(noun) for noun in report.read] == [0, 0, 0]
    assert report.rejected["products"] == {"tobacco": 1}
    assert report.rejected["receipt lines"] == {
        "tobacco": 1, "no quantity": 1, "quantity over 100: a weight or volume": 1,
        "the product is not in the data": 1,
    }  # fmt: skip
    assert report.rejected["promotions"] == {
        "not in the 2 weeks to 2017-12-31": 1, "the product is not in the catalogue": 1,
        "neither on display nor in the mailer": 1,
    }  # fmt: skip
    assert report.merged == {"products": 1, "promotions": 1, "receipt lines": 1}


def test_as_of_when_none_is_set_then_the_last_day_of_the_receipts(folder: Path) -> None:
    assert JourneySource(folder).as_of == AS_OF


def test_week_days_when_asked_then_monday_to_sunday() -> None:
    assert week_days(1) == (date(2016, 12, 26), date(2017, 1, 1))
    assert week_days(53) == (date(2017, 12, 25), AS_OF)
