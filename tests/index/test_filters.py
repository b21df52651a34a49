"""The SQL of the hard filters against the same law in plain Python."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.catalogue import Catalogue
from index.database import Database
from index.filters import matches
from index.types import Filters, Product, Promotion

TODAY = date(2020, 6, 10)
CATEGORIES, KINDS, BRANDS = (
    ["Milk", "Bread", "O'Hara's %_"],
    ["", "Rye", "Oat"],
    [None, "Alma", "b"],
)
STEMS = ["oat", "nut", "rye", "wool", "berri"]
STORES = ["s1", "s2"]

products = st.builds(
    Product,
    id=st.sampled_from([f"p{n}" for n in range(8)]),
    title=st.sampled_from(["Oat milk", "Rye bread with nuts", "Berry jam", "Nutmeg", "Soup"]),
    category=st.sampled_from(CATEGORIES),
    kind=st.sampled_from(KINDS),
    brand=st.sampled_from(BRANDS),
    store_brand=st.sampled_from([None, True, False]),
    price=st.none() | st.integers(0, 6),
    stock=st.sampled_from([None, 0, 3]),
    description=st.sampled_from(["", "With berries.", "No nuts at all"]),
    attributes=st.dictionaries(
        st.sampled_from(["Material", "colour"]), st.sampled_from(["Wool", "Red", "oat"])
    ),
    min_age=st.sampled_from([None, 18, 21]),
)
promotions = st.builds(
    lambda product, store, start, days, price: Promotion(
        product, store, TODAY + timedelta(start), TODAY + timedelta(start + days), "mailer", price
    ),
    st.sampled_from([f"p{n}" for n in range(8)]),
    st.sampled_from(STORES),
    st.integers(-4, 2),
    st.integers(0, 4),
    st.none() | st.integers(0, 6),
)
some = st.frozensets
filters = st.builds(
    Filters,
    min_price=st.none() | st.integers(0, 6),
    max_price=st.none() | st.integers(0, 6),
    categories=some(st.sampled_from(CATEGORIES), max_size=2),
    kinds=some(st.sampled_from(KINDS[1:]), max_size=1),
    not_categories=some(st.sampled_from(CATEGORIES), max_size=1),
    brands=some(st.sampled_from(["Alma", "b"]), max_size=1),
    not_brands=some(st.sampled_from(["Alma", "b"]), max_size=1),
    store_brand=st.sampled_from([None, None, True, False]),
    not_words=st.lists(st.sampled_from(STEMS), max_size=2).map(tuple),
    attributes=st.lists(
        st.tuples(st.sampled_from(["material", "COLOUR"]), st.sampled_from(["wool", "RED"])),
        max_size=1,
    ).map(tuple),
    promoted=st.sampled_from([False, False, True]),
    store_id=st.sampled_from([None, *STORES]),
    max_age_rule=st.sampled_from([0, 18, 21]),
    only_ids=st.none() | some(st.sampled_from([f"p{n}" for n in range(9)])),
    not_ids=some(st.sampled_from([f"p{n}" for n in range(9)]), max_size=2),
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    folder: Path = tmp_path_factory.mktemp("shop")
    catalogue = Catalogue(Database(folder / "shop.sqlite"))
    # Durability is not under test, and a sync for each of hundreds of examples is slow.
    catalogue.database.connection.execute("PRAGMA synchronous = OFF")
    yield catalogue
    catalogue.close()


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(products, max_size=8, unique_by=lambda p: p.id),
    st.lists(promotions, max_size=8, unique_by=lambda p: (p.product_id, p.store_id, p.first_day)),
    st.lists(filters, min_size=1, max_size=6),
)
def test_survivors_when_any_filters_then_what_the_oracle_says(
    shop: Catalogue, goods: list[Product], offers: list[Promotion], asked: list[Filters]
) -> None:
    shop.remove(f"p{n}" for n in range(9))  # promotions of products that never came too
    shop.upsert(goods)
    shop.promote(offers)
    for wanted in asked:
        expected = set()
        for product in goods:
            on = [
                o for o in offers
                if o.product_id == product.id and o.first_day <= TODAY <= o.last_day
                and wanted.store_id in (None, o.store_id)
            ]  # fmt: skip
            best = min(on, key=lambda o: (o.price is None, o.price or 0), default=None)
            if matches(product, best, wanted):
                expected.add(product.id)
        assert shop.survivors(wanted, TODAY) == expected, wanted


def test_matches_when_the_price_is_unknown_then_no_price_condition_is_met() -> None:
    unknown = Product("1", "Milk", "Milk")
    assert matches(unknown, None, Filters())
    assert not matches(unknown, None, Filters(max_price=10_000))
    assert not matches(unknown, None, Filters(min_price=0))


def test_matches_when_promoted_then_the_lower_price_counts() -> None:
    milk = Product("1", "Milk", "Milk", price=300)
    offer = Promotion("1", "s", TODAY, TODAY, "mailer", 200)
    assert matches(milk, offer, Filters(max_price=200))
    assert not matches(milk, None, Filters(max_price=200))


def test_matches_when_a_word_only_begins_alike_then_it_stays() -> None:
    assert matches(Product("1", "Nutmeg", "Spices"), None, Filters(not_words=("nut",)))
    assert not matches(Product("1", "Mixed nuts", "Snacks"), None, Filters(not_words=("nut",)))
