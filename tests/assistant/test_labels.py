"""Brands and one-word properties, read as the products carry them."""

from __future__ import annotations

import pytest

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
