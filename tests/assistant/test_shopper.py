"""Facts of a shopper against brute force, by hand and by hypothesis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.shopper import build_profile, describe, estimate_tokens, summary
from assistant.types import Fact, FactKind, Profile
from index.types import Interaction, Product

TODAY = date(2017, 6, 30)
PRODUCTS = {
    p.id: p
    for p in (
        Product("milk", "Whole milk, 1 gal", "Milk", store_brand=True),
        Product("bread", "Wheat bread, 20 oz", "Bread", store_brand=False),
        Product("yogurt", "Greek yogurt, 5 oz", "Yogurt", store_brand=True),
        Product("jam", "Strawberry jam, 12 oz", "Jam"),
    )
}


def bought(
    product: str, days_ago: int, number: int, paid: int | None = 300, quantity: int = 1
) -> Interaction:
    day = datetime(2017, 6, 30, 9) - timedelta(days=days_ago)
    return Interaction(number, "7", product, day, quantity, paid, basket_id=f"b{days_ago}")


def weekly(product: str, first: int, times: int, start: int = 0) -> list[Interaction]:
    return [bought(product, first - 7 * i, start + i) for i in range(times)]


def profile_of(events: Sequence[Interaction]) -> Profile:
    return build_profile("7", events, PRODUCTS, TODAY, store_id="s1")


def of_kind(profile: Profile, kind: FactKind) -> list[Fact]:
    return [fact for fact in profile.facts if fact.kind is kind]


def key(fact: Fact) -> tuple[FactKind, str | None, str | None]:
    return (fact.kind, fact.product_id, fact.category)


events = st.lists(
    st.builds(
        bought,
        st.sampled_from(sorted(PRODUCTS)),
        st.integers(0, 90),
        st.integers(0, 10**6),
        st.none() | st.integers(0, 900),
        st.integers(0, 4),
    ),
    max_size=25,
    unique_by=lambda e: e.id,
)


def test_due_when_the_interval_has_passed_then_one_fact_with_its_numbers() -> None:
    profile = profile_of(weekly("milk", 30, 4))  # 30, 23, 16, 9 days ago
    assert len([f for f in profile.facts if f.product_id == "milk"]) == 1
    (fact,) = of_kind(profile, FactKind.DUE)
    assert (fact.count, fact.every, fact.last) == (4, 7, TODAY - timedelta(days=9))
    assert fact.event_ids == (0, 1, 2, 3)


@pytest.mark.parametrize(("last", "kind"), [(6, "staple"), (7, "due"), (21, "due"), (22, "staple")])
def test_due_when_waiting_is_counted_then_from_one_to_three_intervals(last: int, kind: str) -> None:
    profile = profile_of(weekly("milk", 21 + last, 4))
    assert [f.kind for f in profile.facts if f.product_id] == [FactKind(kind)]


def test_staple_when_bought_twice_then_none() -> None:
    assert not of_kind(profile_of(weekly("milk", 50, 2)), FactKind.STAPLE)


def test_staple_when_all_on_one_day_then_no_interval_and_never_due() -> None:
    same_day = [replace(bought("milk", 5, i), basket_id=f"x{i}") for i in range(3)]
    (fact,) = of_kind(profile_of(same_day), FactKind.STAPLE)
    assert (fact.count, fact.every) == (3, None)


def test_facts_when_an_event_lies_in_the_future_then_it_does_not_count() -> None:
    past = weekly("milk", 30, 3)
    planted = [*past, bought("milk", 0, 90), bought("milk", -5, 91), bought("bread", -1, 92)]
    assert profile_of(planted) == profile_of(past)


def test_facts_when_an_event_is_of_another_shopper_then_it_does_not_count() -> None:
    mine = weekly("milk", 30, 3)
    assert profile_of([*mine, replace(bought("bread", 4, 50), shopper_id="8")]) == profile_of(mine)


def test_new_when_first_bought_lately_then_said() -> None:
    (fact,) = of_kind(profile_of([*weekly("milk", 80, 3), bought("jam", 3, 70)]), FactKind.NEW)
    assert (fact.product_id, fact.count, fact.event_ids) == ("jam", 1, (70,))


def test_new_when_the_shopper_is_new_too_then_not_said() -> None:
    assert not of_kind(profile_of([bought("jam", 3, 1), bought("milk", 9, 2)]), FactKind.NEW)


def test_price_band_when_packs_are_counted_then_middle_half_of_pack_prices() -> None:
    lines = [
        bought("milk", 10 + i, i, paid=p * 2, quantity=2)
        for i, p in enumerate((100, 200, 300, 400, 500))
    ]
    bands = of_kind(profile_of(lines), FactKind.PRICE_BAND)
    assert [(b.category, b.low, b.high) for b in bands] == [(None, 200, 400), ("Milk", 200, 400)]


def test_store_brand_when_some_labels_are_unknown_then_share_of_the_known() -> None:
    lines = [*weekly("milk", 89, 6), *weekly("bread", 88, 4, 20), *weekly("jam", 87, 5, 40)]
    (fact,) = of_kind(profile_of(lines), FactKind.STORE_BRAND)
    assert fact.share == 6 / 10


@settings(max_examples=25, deadline=None)
@given(events)
def test_facts_when_counted_by_brute_force_then_equal(history: list[Interaction]) -> None:
    past = [e for e in history if e.at.date() < TODAY]
    for fact in profile_of(history).facts:
        lines = [e for e in past if e.id in fact.event_ids]
        assert fact.count == len({e.basket_id for e in lines})
        if fact.product_id:
            assert {e.id for e in past if e.product_id == fact.product_id} == set(fact.event_ids)
            assert fact.last == max(e.at.date() for e in lines)
        if fact.kind is FactKind.CATEGORY:
            assert fact.share == len(lines) / len(past)
        if fact.kind is FactKind.PRICE_BAND:
            prices = [e.paid / e.quantity for e in lines if e.paid]
            assert min(prices) - 0.5 <= (fact.low or 0) <= (fact.high or 0) <= max(prices) + 0.5


@settings(max_examples=25, deadline=None)
@given(events)
def test_facts_when_their_events_are_taken_away_then_gone(history: list[Interaction]) -> None:
    for fact in profile_of(history).facts:
        without = profile_of([e for e in history if e.id not in fact.event_ids])
        assert key(fact) not in {key(f) for f in without.facts}
        if fact.product_id:
            assert fact.product_id not in {f.product_id for f in without.facts}


@settings(max_examples=25, deadline=None)
@given(events, st.randoms())
def test_profile_when_events_are_shuffled_then_the_same(history: list[Interaction], random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(history)
    random.shuffle(shuffled)
    assert profile_of(shuffled) == profile_of(history)


@settings(max_examples=25, deadline=None)
@given(events, st.integers(20, 200))
def test_summary_when_bounded_then_within_and_in_the_order_of_ids(
    history: list[Interaction], limit: int
) -> None:
    profile = profile_of(history)
    text = summary(profile, max_tokens=limit)
    lines = text.splitlines()[1:]
    assert estimate_tokens(text) <= limit or not lines
    assert [line.split()[0] for line in lines] == [f"H{i}" for i in range(1, len(lines) + 1)]


def test_summary_when_the_shopper_is_rich_then_every_kind_that_leads_is_told() -> None:
    lines = [*weekly("milk", 89, 12), *weekly("bread", 80, 12, 20), bought("jam", 2, 60)]
    text = summary(profile_of(lines))
    assert all(word in text for word in ("due again", "buys Milk", "store brand", "$3.00", "new: "))


def test_summary_when_a_guest_then_one_line_says_so() -> None:
    guest = build_profile(None, weekly("milk", 30, 4), PRODUCTS, TODAY)
    assert (guest.is_guest, guest.facts, guest.events) == (True, (), 0)
    assert summary(guest) == "A guest: nothing is known of their purchases."


def test_facts_when_there_are_many_products_then_the_most_bought_forty_stay() -> None:
    many = {f"p{i}": Product(f"p{i}", f"Thing {i}", "Things") for i in range(60)}
    history = [
        replace(bought(f"p{i}", 2 + j, i * 100 + j), basket_id=f"{j}")
        for i in range(60)
        for j in range(3 + i % 7)
    ]
    facts = [f for f in build_profile("7", history, many, TODAY).facts if f.product_id]
    assert len(facts) == 40
    assert min(f.count or 0 for f in facts) >= 5  # 60 / 7 products of each count from 9 down


def test_describe_when_a_title_is_very_long_then_cut() -> None:
    fact = Fact("H1", FactKind.STAPLE, product_title="x" * 500, count=3, every=7)
    assert len(describe(fact)) < 120
