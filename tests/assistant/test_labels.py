"""Brands and one-word properties, read as the products carry them."""

from __future__ import annotations

import pytest

from assistant.types import Intent, Origin
from assistant.understanding.draft import Draft
from assistant.understanding.gazetteer import Gazetteer
from assistant.understanding.labels import Labelled
from assistant.understanding.reading import read_by_rule
from index.types import Product

SHELF = (
    Product("t2", "Ridge 2", "Tents", "Tent", brand="Tarnhollow", attributes={"persons": "2"}),
    Product("s", "Mid sock", "Socks", "Walking socks", brand="Woolreeve",
            attributes={"size": "L-XL", "fit": "women"}),
    Product("j", "Rain shell", "Jackets", "Rain jacket", brand="Skerrydry",
            attributes={"size": "S", "fit": "women", "waterproof": "yes"}),
    Product("b", "Burner", "Stoves", "Stove", brand="Larkrow", attributes={"fuel": "wood"}),
    Product("m", "Stew", "Food", "Dried meal", brand="Pellow & Fitch"),
    Product("p", "Compote", "Fruit", "Apple", brand="Apple"),
)  # fmt: skip
NAMES = Gazetteer.from_products(SHELF)
SAID = [
    ("a tent from Tarnhollow", Labelled(brands=("Tarnhollow",))),
    ("Larkrow or Tarnhollow tent", Labelled(brands=("Larkrow", "Tarnhollow"))),
    ("pellow & fitch dried meal", Labelled(brands=("Pellow & Fitch",))),
    ("rain jacket, not Skerrydry", Labelled(not_brands=("Skerrydry",))),
    ("tent by neither Larkrow nor Tarnhollow", Labelled(not_brands=("Larkrow", "Tarnhollow"))),
    ("rain jacket. skerrydry never fits me", Labelled(not_brands=("Skerrydry",))),
    ("tent for two", Labelled(attributes=(("persons", "2"),))),
    ("2-person tent", Labelled(attributes=(("persons", "2"),))),
    ("dried meal for two", Labelled()),
    ("ladies' rain jacket, small", Labelled(attributes=(("fit", "women"), ("size", "S")))),
    ("walking socks in L-XL", Labelled(attributes=(("size", "L-XL"),))),
    ("waterproof rain jacket", Labelled(attributes=(("waterproof", "yes"),))),
    ("stove that burns wood", Labelled(attributes=(("fuel", "wood"),))),
    ("an apple", Labelled()),
    ("tent for nine", Labelled()),
]


@pytest.mark.parametrize(("message", "expected"), SAID, ids=[m for m, _ in SAID])
def test_labels_when_a_message_is_read_then_only_what_products_carry(
    message: str, expected: Labelled
) -> None:
    assert read_by_rule(message, NAMES, ()).labelled == expected


WORDED = [
    ("dried meal, not a fan of celery", ("celery",)),
    ("dried meal, leave the celery out", ("celery",)),
    ("dried meal, celery doesn't agree with me", ("celery",)),
    ("dried meal that isn't beef", ("beef",)),
    ("dried meal with neither milk nor egg", ("milk", "egg")),
    ("dried meal, milk makes me ill", ("milk",)),
    ("fat free dried meal", ()),
    ("dried meal, no sugar added", ()),
]


@pytest.mark.parametrize(("message", "refused"), WORDED, ids=[m for m, _ in WORDED])
def test_refusals_when_worded_otherwise_then_the_same_words(
    message: str, refused: tuple[str, ...]
) -> None:
    assert set(read_by_rule(message, NAMES, ()).refusals.words) == set(refused)


AMOUNTS = [
    ("tent, not a cent over $200", 20000, None),
    ("tent for two hundred and fifty dollars or less", 25000, None),
    ("three hundred is my limit for a tent", 30000, None),
    ("a pair of tents", None, 2),
    ("9 volt stove", None, None),
    ("three day dried meal", None, None),
]


@pytest.mark.parametrize(("message", "high", "packs"), AMOUNTS, ids=[m for m, *_ in AMOUNTS])
def test_amounts_when_spelt_out_then_limits_and_packs(
    message: str, high: int | None, packs: int | None
) -> None:
    reading = read_by_rule(message, NAMES, ())
    assert (reading.limits.high, reading.counts.packs) == (high, packs)


@pytest.mark.parametrize("refused", [True, False])
def test_draft_when_a_brand_is_wanted_and_refused_then_what_was_said_last(refused: bool) -> None:
    draft = Draft()
    last, carried = (Origin.CODE, Origin.CARRIED)
    draft.put("brands", ("Larkrow",), carried if refused else last)
    draft.put("not_brands", ("Larkrow",), last if refused else carried)
    need = draft.need("", Intent.REFINE)
    assert (need.brands, need.not_brands) == (((), ("Larkrow",)) if refused else (("Larkrow",), ()))
