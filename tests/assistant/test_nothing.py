"""When nothing fits: the tight condition is named, the nearest found, nothing dropped silently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from assistant.nothing import explain_nothing
from assistant.types import Need, Profile
from assistant.understand import filters_of
from index.filters import matches
from index.search import SearchRequest
from index.types import Candidate, Product

WHO = Profile("7", date(2017, 6, 30))


class Shelf:
    """A search over a handful of products by the law of filters alone."""

    def __init__(self, products: Sequence[Product]) -> None:
        self.products = products
        self.asked: list[SearchRequest] = []

    def retrieve(self, request: SearchRequest) -> list[Candidate]:
        self.asked.append(request)
        kept = [
            p
            for p in self.products
            if matches(p, None, request.filters) and p.id not in request.filters.not_ids
        ]
        return [Candidate(p, {}, 0.0) for p in kept[: request.k]]


def yogurt(id_: str, price: int | None = 200, **more: Any) -> Product:
    return Product(id_, f"Yogurt {id_}", "Yogurt", price=price, **more)


def told(
    need: Need, *products: Product, who: Profile = WHO, refused: Sequence[str] = ()
) -> tuple[str, str | None]:
    shelf = Shelf(products)
    request = SearchRequest(text=need.search_text, filters=filters_of(need, who))
    assert not shelf.retrieve(request)
    text, nearest = explain_nothing(need, who, request, shelf, refused)  # type: ignore[arg-type]
    return text, nearest.candidate.product.id if nearest else None


YOGURT = Need("yogurt", search_text="yogurt", categories=("Yogurt",))


def test_nothing_when_the_price_is_tight_then_named_with_the_nearest_above() -> None:
    text, nearest = told(
        replace(YOGURT, max_price=100), yogurt("a", 900), yogurt("b", 180), yogurt("c", 450)
    )
    assert nearest == "b"
    assert text == (
        "Nothing here meets all of that. What is too tight is the limit of $1.00:"
        " the nearest is Yogurt b at $1.80."
    )


def test_nothing_when_the_limit_is_zero_then_it_is_the_tight_one() -> None:
    text, nearest = told(replace(YOGURT, max_price=0), yogurt("a", 900), yogurt("b", 180))
    assert "the limit of $0.00" in text
    assert nearest == "b"


def test_nothing_when_the_lower_limit_is_tight_then_the_nearest_below() -> None:
    text, nearest = told(replace(YOGURT, min_price=1000), yogurt("a", 300), yogurt("b", 700))
    assert "the lower limit of $10.00" in text
    assert nearest == "b"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"promoted": True}, "being on promotion"),
        ({"store_brand": True}, "the store brand"),
        ({"brands": ("Acme",)}, "the brand"),
        ({"not_ids": ("a",)}, "leaving out what was shown"),
        ({"attributes": (("colour", "red"),)}, "colour red"),
    ],
)
def test_nothing_when_one_condition_is_tight_then_that_one_is_named(
    change: dict[str, Any], says: str
) -> None:
    text, nearest = told(replace(YOGURT, max_price=500, **change), yogurt("a", store_brand=False))
    assert f"too tight is {says}:" in text
    assert nearest == "a"


def test_nothing_when_a_refused_ingredient_is_tight_then_no_product_is_named() -> None:
    text, nearest = told(replace(YOGURT, must_not=("nuts",)), yogurt("a", description="with nuts"))
    assert "leaving out nuts" in text
    assert nearest is None


def test_nothing_when_two_conditions_are_tight_together_then_both_are_named() -> None:
    need = replace(YOGURT, max_price=100, promoted=True)
    text, nearest = told(need, yogurt("a", 300))
    assert "the limit of $1.00 and being on promotion" in text
    assert nearest == "a"


def test_nothing_when_only_adults_may_buy_then_the_age_rule_is_said_and_nothing_named() -> None:
    need = Need("beer", search_text="beer", categories=("Beer",))
    text, nearest = told(need, Product("b", "Beer", "Beer", price=500, min_age=21))
    assert "adults only" in text
    assert nearest is None


def test_nothing_when_there_is_no_such_thing_then_said() -> None:
    text, nearest = told(Need("tent", search_text="tent", categories=("Tents",)), yogurt("a"))
    assert text == 'This shop has nothing for "tent"; try other words.'
    assert nearest is None


def test_nothing_when_the_nearest_was_refused_then_it_is_not_named() -> None:
    need = replace(YOGURT, store_brand=True, not_ids=("a", "b"))
    products = [yogurt("a", store_brand=True), yogurt("b"), yogurt("c")]
    text, nearest = told(need, *products, refused=("a", "b"))
    assert nearest == "c"
    assert "the store brand" in text


def test_nothing_when_a_brand_is_never_wanted_then_no_product_of_it_is_named() -> None:
    text, nearest = told(replace(YOGURT, not_brands=("Hill",)), yogurt("a", brand="Hill"))
    assert nearest is None
    assert "leaving out Hill" in text
