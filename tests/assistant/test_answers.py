"""Questions about the cards, answered from the catalogue's fields."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from assistant.acts import Ask
from assistant.answers import Asked, answer, would_change
from assistant.comparison import BadComparison, compare
from assistant.types import (
    Evidence,
    EvidenceKind,
    Fact,
    FactKind,
    Need,
    Pick,
    Profile,
    Reference,
)
from index.types import Candidate, Interaction, Product, Promotion

TODAY = date(2017, 6, 30)
FACT = Fact("H1", FactKind.STAPLE, "p1", "Wool hat", "Hats", 4, 9, date(2017, 6, 1))
PROFILE = Profile("7", TODAY, (FACT,))


def pick(number: int, price: int | None = 900, **more: Any) -> Pick:
    promotion = more.pop("promotion", None)
    buyers = more.pop("buyers", None)
    product = Product(f"p{number}", f"{'Wool' if number == 1 else 'Felt'} hat", "Hats", **more)
    card = Candidate(replace(product, price=price), {}, 0.0, promotion)
    return Pick(f"P{number}", card, 1.0, buyers=buyers)


OFFER = Promotion("p1", "s", TODAY, TODAY, "mailer", 700)
ONE = pick(
    1, brand="Hill", store_brand=True, size="80 g", amount=80.0, unit="g", rating=4.5, stock=3,
    promotion=OFFER, buyers=12,
    attributes={"weight": "80 g", "waterproof": "no", "colour": "Red", "material": "wool"},
)  # fmt: skip
TWO = pick(
    2, store_brand=False, size="120 g", amount=120.0, unit="g",
    attributes={"weight": "120 g", "waterproof": "yes"},
)  # fmt: skip
BARE = pick(3, None)


def told(ask: str, *picks: Pick, history: tuple[Interaction, ...] = ()) -> str:
    """The whole answer, sentences before the note."""
    asked = Asked(Need("", asks=(ask,)), picks, PROFILE, history)
    said = answer(asked)
    assert all(sentence.is_shown for sentence in said.sentences)
    return " ".join((*(sentence.text for sentence in said.sentences), said.note)).strip()


@pytest.mark.parametrize(
    ("ask", "one", "two"),
    [
        (Ask.PRICE, "Wool hat costs $7.00, down from $9.00.", "Felt hat costs $9.00."),
        (Ask.SIZE, "Wool hat: 80 g.", "Felt hat: 120 g."),
        (Ask.BRAND, "Wool hat is by Hill.", "does not say the brand of Felt hat"),
        (Ask.STORE_BRAND, "Wool hat is a store brand.", "Felt hat is not the store brand."),
        (Ask.PROMOTION, "Wool hat is in this week's mailer.", "Felt hat is not on promotion"),
        (Ask.RATING, "Wool hat is rated 4.5 out of 5.", "does not say any rating"),
        (Ask.STOCK, "Wool hat: 3 in stock.", "does not say how many are left"),
        (Ask.AISLE, "Wool hat is in the Hats aisle.", "Felt hat is in the Hats aisle."),
        (Ask.BUYERS, "Wool hat is bought by 12 shoppers.", "does not say who else buys it"),
        (Ask.BOUGHT, "You bought Wool hat 4 times, last on June 1.", "not among your purchases"),
        (Ask.INGREDIENTS, "Wool hat: material wool.", "does not say what is in it"),
        ("waterproof", "Wool hat: waterproof no.", "Felt hat: waterproof yes."),
        ("is:waterproof", "Wool hat: waterproof no.", "Felt hat: waterproof yes."),
        ("is:red", "Wool hat: colour Red.", "does not say that of Felt hat"),
    ],
)
def test_answer_when_one_thing_is_asked_then_its_field_or_that_it_is_not_known(
    ask: str, one: str, two: str
) -> None:
    assert told(ask, ONE) == one
    assert two in told(ask, TWO)


def test_answer_when_nothing_is_known_then_nothing_is_invented() -> None:
    for ask in (Ask.PRICE, Ask.SIZE, Ask.UNIT_PRICE, Ask.STORE_BRAND, "colour"):
        assert told(ask, BARE).startswith("This shop's data does not say")


@pytest.mark.parametrize(
    ("ask", "picks", "says"),
    [
        (Ask.CHEAPER, (ONE, TWO), "Wool hat is the cheapest of these at $7.00."),
        (Ask.CHEAPER, (TWO, replace(TWO, id="P4")), "More than one costs $9.00, the least."),
        (Ask.CHEAPER, (ONE, BARE), "The price of one of them is not known."),
        (Ask.BIGGER, (ONE, TWO), "Felt hat is the biggest of these."),
        (Ask.BIGGER, (ONE, BARE), "Their sizes are not known"),
        (Ask.LIGHTER, (ONE, TWO), "Wool hat is the lightest of these at 80 g."),
        (Ask.HEAVIER, (ONE, TWO), "Felt hat is the heaviest of these at 120 g."),
        (Ask.LIGHTER, (ONE, BARE), "Their weights are not all known"),
        (Ask.HEAVIER, (ONE, replace(ONE, id="P4")), "More than one weighs 80 g."),
        (Ask.OTHERWISE, (ONE, TWO), "I can't tell"),
    ],
)
def test_answer_when_several_are_held_together_then_the_one_ahead_or_why_none(
    ask: Ask, picks: tuple[Pick, ...], says: str
) -> None:
    assert says in told(ask, *picks)


def test_answer_when_bought_once_then_from_the_receipts() -> None:
    line = Interaction(1, "7", "p2", datetime(2017, 5, 3, 12), basket_id="b")
    assert told(Ask.BOUGHT, TWO, history=(line,)) == "You bought Felt hat once, last on May 3."


def test_answer_when_more_is_asked_about_then_what_is_known_and_no_more() -> None:
    said = told(Ask.DETAILS, TWO)
    assert said == "Felt hat costs $9.00. Felt hat: 120 g."


def test_would_change_when_a_fact_moved_a_pick_then_both_places() -> None:
    moved = Evidence(EvidenceKind.REPEAT, (Reference("H1", "count"),), 1.0, ranks_lost=2)
    picks = (replace(ONE, evidence=(moved,)), TWO)
    lines = list(would_change(picks, PROFILE.facts, lambda product, fact: (1, 3)))
    assert lines == [
        "If you had not bought it before, Wool hat would stand at number 3 instead of 1."
    ]
    assert list(would_change(picks, PROFILE.facts, lambda product, fact: (1, 1))) == []
    assert list(would_change(picks, PROFILE.facts, lambda product, fact: None)) == []


def test_compare_when_fields_are_shared_then_a_table_with_the_best() -> None:
    table = compare((ONE, TWO))
    rows = {field.name: (field.values, field.best) for field in table.fields}
    assert rows["price"] == (("$7.00", "$9.00"), 0)
    assert rows["size"] == (("80 g", "120 g"), 1)
    assert rows["store_brand"] == (("yes", "no"), None)
    assert rows["promotion"] == (("on", "none"), None)
    assert rows["waterproof"] == (("no", "yes"), None)
    assert set(table.left_out) >= {"brand", "rating", "material"}


def test_compare_when_prices_are_equal_then_none_is_best() -> None:
    table = compare((TWO, replace(TWO, id="P4")))
    assert next(field for field in table.fields if field.name == "price").best is None


def test_compare_when_sizes_are_of_two_units_then_none_is_bigger() -> None:
    other = replace(
        TWO, candidate=replace(TWO.candidate, product=replace(TWO.candidate.product, unit="oz"))
    )
    table = compare((ONE, other))
    assert next(field for field in table.fields if field.name == "size").best is None


@pytest.mark.parametrize("count", [0, 1, 5])
def test_compare_when_too_few_or_too_many_then_a_sentence(count: int) -> None:
    with pytest.raises(BadComparison, match="can't compare"):
        compare((ONE,) * count)
