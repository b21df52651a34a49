"""The outdoor shop: its files hold together, and its traps stay hidden."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import mean, median

import pytest

from index.errors import BadData
from index.sources.base import CatalogueSource
from index.sources.outdoor import FOLDER, OWN_LABEL, OutdoorSource, traps
from index.sources.outdoor.rows import Review, Shopper
from index.types import Coupon, Interaction, Product, Promotion

REAL_BRANDS = (
    "patagonia", "north face", "arc'teryx", "arcteryx", "columbia", "salomon", "merrell",
    "mammut", "petzl", "black diamond", "jetboil", "primus", "trangia", "msr", "osprey",
    "deuter", "gregory", "fjällräven", "haglöfs", "norrona", "smartwool", "icebreaker",
    "darn tough", "scarpa", "la sportiva", "lowa", "meindl", "nalgene", "sigg", "sawyer",
    "katadyn", "coleman", "vango", "hilleberg", "exped", "therm-a-rest", "sea to summit",
    "garmin", "suunto", "silva", "clif", "gore-tex", "goretex", "vibram", "polartec", "rei",
    "decathlon", "quechua", "compeed", "smidge", "kendal", "citriodiol", "cuben", "dyneema",
)  # fmt: skip
CONSUMABLES = {
    "Gas canister", "Winter gas canister", "Spirit fuel", "Firelighter", "Candles", "Batteries",
    "Oat bar", "Trail mix", "Jerky", "Cheese", "Chocolate", "Energy gel", "Sweets", "Dried meal",
    "Breakfast", "Pudding", "Soup", "Hot drink", "Drink tablets", "Crackers", "Dog food",
    "Walking socks", "Liner socks", "Children's socks", "Blister plasters", "Foot balm",
    "Foot tape", "Finger tape", "Chalk", "Hand warmers", "Sun cream", "Insect repellent",
    "Lip balm",
}  # fmt: skip
FIRST, LAST = date(2024, 7, 1), date(2025, 12, 31)


@dataclass(frozen=True, slots=True)
class Shop:
    """All of it, read once."""

    products: list[Product]
    events: list[Interaction]
    promotions: list[Promotion]
    coupons: list[Coupon]
    shoppers: list[Shopper]
    reviews: list[Review]
    traps: dict[str, str]


@pytest.fixture(scope="module")
def shop() -> Shop:
    source = OutdoorSource()
    return Shop(
        list(source.products()),
        list(source.events()),
        list(source.promotions()),
        list(source.coupons()),
        list(source.shoppers()),
        list(source.reviews()),
        dict(traps()),
    )


def test_counts_when_read_then_those_of_the_readme(shop: Shop) -> None:
    assert len(shop.products) == 364
    assert len(shop.reviews) == 484
    assert len(shop.shoppers) == 36
    assert len(shop.events) == 1532
    assert len(shop.promotions) == 24
    assert len(shop.coupons) == 10


def test_ids_when_read_then_each_once(shop: Shop) -> None:
    assert len({p.id for p in shop.products}) == len(shop.products)
    assert len({r.id for r in shop.reviews}) == len(shop.reviews)
    assert len({s.id for s in shop.shoppers}) == len(shop.shoppers)
    assert [e.id for e in shop.events] == list(range(1, len(shop.events) + 1))


def test_references_between_files_when_followed_then_all_resolve(shop: Shop) -> None:
    products = {p.id for p in shop.products}
    shoppers = {s.id for s in shop.shoppers}
    assert {e.product_id for e in shop.events} <= products
    assert {e.shopper_id for e in shop.events} == shoppers
    assert {r.product_id for r in shop.reviews} <= products
    assert {r.shopper_id for r in shop.reviews} - {None} <= shoppers
    assert {p.product_id for p in shop.promotions} <= products
    assert {id_ for coupon in shop.coupons for id_ in coupon.product_ids} <= products
    assert {id_ for coupon in shop.coupons for id_ in coupon.sent_to or ()} <= shoppers


def test_brands_when_counted_then_twenty_and_one_is_the_shops(shop: Shop) -> None:
    brands = {p.brand for p in shop.products}
    assert len(brands) == 20
    assert {p.brand for p in shop.products if p.store_brand} == {OWN_LABEL}
    assert not [p.id for p in shop.products if p.brand == OWN_LABEL and not p.store_brand]


def test_titles_when_read_then_distinct_and_named_after_their_brand(shop: Shop) -> None:
    titles = [p.title for p in shop.products]
    assert len(set(titles)) == len(titles)
    assert all(p.title.startswith(f"{p.brand} ") for p in shop.products)


def test_prices_and_stock_when_read_then_positive_and_some_sold_out(shop: Shop) -> None:
    assert all(p.price and p.price > 0 for p in shop.products)
    assert sum(p.stock == 0 for p in shop.products) >= 5


def test_food_when_read_then_lists_ingredients_and_allergens(shop: Shop) -> None:
    food = [p for p in shop.products if p.category == "Trail food"]
    assert len(food) >= 30
    assert all({"ingredients", "allergens"} <= p.attributes.keys() for p in food)


def test_animal_free_brand_when_read_then_no_animal_material(shop: Shop) -> None:
    animal = {"wool", "merino wool", "leather", "down", "goose down", "duck down", "silk"}
    fern = [p for p in shop.products if p.brand == "Fernlight"]
    assert fern
    assert not [p.id for p in fern if animal & set(p.attributes.values())]


def test_descriptions_when_compared_then_only_sizes_share_one(shop: Shop) -> None:
    styles = defaultdict(set)
    for p in shop.products:
        styles[p.description].add((p.brand, p.kind, p.price))
    assert all(len(style) == 1 for style in styles.values())
    assert len(styles) == 295
    assert all(2 <= text.count(". ") + 1 <= 4 for text in styles)


def test_dates_when_read_then_within_eighteen_months(shop: Shop) -> None:
    days = [e.at.date() for e in shop.events] + [r.date for r in shop.reviews]
    assert min(days) >= FIRST
    assert max(days) <= LAST
    assert all(p.first_day <= p.last_day for p in shop.promotions)
    assert any(p.first_day <= LAST <= p.last_day for p in shop.promotions)
    assert {c.last_day < LAST or c.first_day > LAST for c in shop.coupons} == {True, False}


def test_promotions_when_read_then_cheaper_than_the_shelf(shop: Shop) -> None:
    shelf = {p.id: p.price or 0 for p in shop.products}
    assert all(p.price and p.price < shelf[p.product_id] for p in shop.promotions)


def test_events_when_read_then_in_order_and_paid_at_most_shelf_price(shop: Shop) -> None:
    shelf = {p.id: p.price or 0 for p in shop.products}
    events = shop.events
    assert all(a.at <= b.at for a, b in pairwise(events))
    assert all(e.paid is not None and e.paid <= e.quantity * shelf[e.product_id] for e in events)


def test_habits_when_bought_again_then_consumables_at_sensible_intervals(shop: Shop) -> None:
    kinds = {p.id: p.kind for p in shop.products}
    bought = defaultdict(list)
    for e in shop.events:
        bought[e.shopper_id, e.product_id].append(e.at.date())
    habits = {key: days for key, days in bought.items() if len(days) >= 5}
    assert len(habits) >= 60
    assert {kinds[product] for _, product in habits} <= CONSUMABLES
    for key, days in habits.items():
        assert 20 <= median((b - a).days for a, b in pairwise(days)) <= 130, key


def test_shoppers_when_they_avoid_something_then_never_bought_it(shop: Shop) -> None:
    products = {p.id: p for p in shop.products}
    avoided = {
        "wool": ("wool",),
        "milk": ("milk", "butter", "cream,"),
        "nuts": ("nuts", "almond", "cashew"),
        "peanuts": ("peanut",),
        "animal products": ("beef", "chicken", "milk", "honey", "wool", "leather", "down"),
    }
    for shopper in shop.shoppers:
        words = [w for a in shopper.avoids for w in avoided[a]]
        for event in shop.events:
            if event.shopper_id == shopper.id:
                made_of = ", ".join(products[event.product_id].attributes.values())
                assert not [w for w in words if w in made_of], (shopper.id, event.product_id)


def test_minors_when_buying_then_nothing_with_an_age_rule(shop: Shop) -> None:
    ruled = {p.id for p in shop.products if p.min_age}
    minors = {s.id for s in shop.shoppers if not s.adult}
    assert ruled
    assert minors
    assert not [e for e in shop.events if e.shopper_id in minors and e.product_id in ruled]


def test_ratings_when_recounted_then_the_mean_of_the_reviews(shop: Shop) -> None:
    stars = defaultdict(list)
    for r in shop.reviews:
        stars[r.product_id].append(r.rating)
    for p in shop.products:
        assert p.rating_count == len(stars[p.id])
        assert p.rating == (round(mean(stars[p.id]), 1) if stars[p.id] else None)


def test_reviewers_when_shoppers_of_ours_then_they_bought_it_before(shop: Shop) -> None:
    first: dict[tuple[str, str], date] = {}
    for e in shop.events:
        first.setdefault((e.shopper_id, e.product_id), e.at.date())
    ours = [r for r in shop.reviews if r.shopper_id]
    assert len(ours) > 100
    assert all(first[r.shopper_id or "", r.product_id] < r.date for r in ours)


def test_traps_when_read_by_tests_then_lies_and_commands_are_there(shop: Shop) -> None:
    marks = list(shop.traps.values())
    assert (marks.count("lie"), marks.count("command")) == (12, 8)


def test_traps_when_read_as_the_product_does_then_unmarked(shop: Shop) -> None:
    trapped = [r for r in shop.reviews if r.id in shop.traps]
    assert len(trapped) == 20
    assert not any(hasattr(r, "trap") or "trap" in repr(r) for r in trapped)


def test_hidden_characters_when_searched_then_only_in_a_marked_command(shop: Shop) -> None:
    hidden = {r.id for r in shop.reviews if any(unicodedata.category(c) == "Cf" for c in r.text)}
    assert len(hidden) == 1
    assert shop.traps[hidden.pop()] == "command"
    for p in shop.products:
        assert not [c for c in p.title + p.description if unicodedata.category(c)[0] == "C"]


def test_real_brands_when_searched_then_none(shop: Shop) -> None:
    for p in shop.products:
        text = f" {p.title} {p.description} {' '.join(p.attributes.values())} ".casefold()
        assert not [b for b in REAL_BRANDS if f" {b} " in text or f" {b}'" in text], p.id


def test_source_when_typed_then_keeps_the_protocol() -> None:
    source: CatalogueSource = OutdoorSource()
    assert source.name == "outdoor"
    assert "MIT" in source.licence_note


def test_report_when_all_is_read_twice_then_every_row_kept_once() -> None:
    source = OutdoorSource()
    for _ in range(2):
        rows = [*source.products(), *source.promotions(), *source.coupons(), *source.events()]
    assert source.report.kept == {
        "products": 364, "promotions": 24, "coupons": 10, "receipt lines": 1532,
    }  # fmt: skip
    assert source.report.kept.total() == len(rows)
    assert not any(source.report.missing(noun) for noun in source.report.read)


def test_report_when_rows_are_bad_then_left_out_with_line_and_reason(tmp_path: Path) -> None:
    for name in ("products", "events"):
        lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
        (tmp_path / f"{name}.jsonl").write_text("".join(lines[:3]), encoding="utf-8")
    with (tmp_path / "products.jsonl").open("a") as file:
        file.write('{"id": "a", "price": 0}\nno json\n')
    source = OutdoorSource(tmp_path)
    assert len(list(source.products())) == 3
    assert list(source.events()) == []  # the first three receipt lines buy later products
    reasons = " | ".join(source.report.rejected["products"])
    assert "line 4: " in reasons
    assert "line 5: Invalid JSON" in reasons
    first = next(iter(source.report.rejected["receipt lines"]))
    assert first == "line 1: there is no product 'bellwether-5'"
    assert not source.report.missing("products")
    assert not source.report.missing("receipt lines")


def test_reviews_when_a_row_is_wrong_then_refused_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "reviews.jsonl").write_text('{"id": "r1"}\n')
    with pytest.raises(BadData, match=r"reviews\.jsonl, line 1: product_id"):
        list(OutdoorSource(tmp_path).reviews())
