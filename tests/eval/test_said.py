"""The independent reader: true sentences pass, planted falsehoods don't."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from eval.said import Receipts, Shown, unknown_facts
from index.types import Candidate, Interaction, Product

BREAD = Product("b", "Wheat bread, store brand, 20 oz", "Bread", "Wheat bread", price=249,
                size="20 oz", amount=20, unit="oz", store_brand=True)  # fmt: skip
MILK = Product("m", "Whole milk, 1 gal", "Milk", "Whole milk", price=311, store_brand=False)
START = datetime(2017, 3, 1, 12)
HISTORY = [
    Interaction(i, "7", "b", START + timedelta(days=9 * i), 1, 249, f"k{i}") for i in range(5)
] + [Interaction(9, "7", "m", START, 2, 600, "k0")]
RECEIPTS = Receipts.of(HISTORY, {"b": BREAD, "m": MILK}, date(2017, 12, 1))
SHOWN = Shown(
    about=Candidate(BREAD, {}, 1.0),
    others=(Candidate(MILK, {}, 0.5),),
    buyers=120,
    limits=(500,),
    asked=("school lunches",),
)

TRUE = [
    "You have bought Wheat bread, store brand, 20 oz 5 times, every 9 days.",
    "It costs $2.49, under $5.00, and you last bought it on April 6.",
    "At $2.49 it is cheaper than Whole milk, 1 gal at $3.11.",
    "120 shoppers buy it, and Bread makes up 83% of what you buy.",
    'It fits "school lunches" and costs $0.12 per oz.',
]
FALSE = [
    ("You have bought it 6 times.", "6 times"),
    ("You buy it every 8 days.", "8 days"),
    ("It costs $2.39.", "$2.39"),
    ("You last bought it on April 7.", "April 7"),
    ("121 shoppers buy it.", "121 shoppers"),
    ("Bread is 40% of what you buy.", "40%"),
    ("It goes well with Nutella.", "Nutella."),
    ("It holds 24 slices.", "24"),
]


@pytest.mark.parametrize("sentence", TRUE)
def test_unknown_facts_when_all_is_known_then_empty(sentence: str) -> None:
    assert unknown_facts(sentence, SHOWN, RECEIPTS) == []


@pytest.mark.parametrize(("sentence", "planted"), FALSE)
def test_unknown_facts_when_one_is_planted_then_named(sentence: str, planted: str) -> None:
    assert unknown_facts(sentence, SHOWN, RECEIPTS) == [planted]


def test_unknown_facts_when_guest_then_no_history_may_be_said() -> None:
    assert unknown_facts("You have bought it 5 times.", SHOWN, None) == ["5 times"]


def test_receipts_when_event_on_the_day_then_not_counted() -> None:
    cut = Receipts.of(HISTORY, {"b": BREAD, "m": MILK}, date(2017, 3, 10))
    assert cut.baskets == {"b": 1, "m": 1}
