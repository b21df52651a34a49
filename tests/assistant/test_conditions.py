"""Kept conditions: said, and taken away one by one."""

from __future__ import annotations

import pytest

from assistant.conditions import conditions, without
from assistant.types import Need, Origin, Sort

FULL = Need(
    "",
    search_text="cold oat milk",
    asked="cold oat milk",
    categories=("Milk",),
    max_price=500,
    store_brand=False,
    not_brands=("Acme",),
    must_not=("nuts", "soy"),
    attributes=(("diet", "vegan"),),
    promoted=True,
    sort=Sort.BIGGEST,
    origins={"max_price": Origin.CARRIED, "must_not": Origin.CODE},
)


def test_conditions_when_all_are_set_then_words_and_stable_keys() -> None:
    assert [(c.key, c.words) for c in conditions(FULL)] == [
        ("price", "under $5.00"),
        ("named", "Milk"),
        ("store_brand", "not store brand"),
        ("not_brands:Acme", "not Acme"),
        ("must_not:nuts", "without nuts"),
        ("must_not:soy", "without soy"),
        ("attributes:diet=vegan", "diet: vegan"),
        ("promoted", "on promotion"),
        ("sort", "biggest first"),
    ]
    assert [c.key for c in conditions(FULL) if c.carried] == ["price"]


@pytest.mark.parametrize("key", [c.key for c in conditions(FULL)])
def test_without_when_one_goes_then_all_others_stay(key: str) -> None:
    left = [c.key for c in conditions(without(FULL, key))]
    assert left == [c.key for c in conditions(FULL) if c.key != key]


def test_without_when_the_name_goes_then_its_words_go_too() -> None:
    assert without(FULL, "named").search_text == "cold oat"


def test_without_when_the_last_of_a_field_goes_then_nobody_filled_it() -> None:
    less = without(without(FULL, "must_not:nuts"), "must_not:soy")
    assert "must_not" not in less.origins
    assert "max_price" in less.origins


def test_without_when_the_key_is_unknown_then_the_same_need() -> None:
    assert without(FULL, "must_not:gluten") is FULL


def test_without_when_what_was_seen_may_come_back_then_nothing_is_left_out() -> None:
    need = Need("", not_ids=("p1", "p2"), origins={"not_ids": Origin.CARRIED})
    assert [(c.key, c.words) for c in conditions(need)] == [
        ("not_ids", "without 2 products seen before")
    ]
    assert without(need, "not_ids") == Need("")
