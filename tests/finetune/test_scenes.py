"""Lessons of promotions: a shop's past has none, and a shopper's present does."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from random import Random

import pytest

from assistant.claims import Context
from assistant.plan import plan_for
from finetune.examples import contexts, kinds
from finetune.scenes import Shop, scenes
from tests.finetune.aisles import LAST, make


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return make(tmp_path_factory.mktemp("home"))


def taught(shop: Shop) -> list[Context]:
    return list(islice(contexts(shop, [LAST], held=False, seed=7), 300))


def test_contexts_when_no_promotion_is_known_of_the_day_then_some_are_put_on(shop: Shop) -> None:
    found = taught(shop)
    on = [c.pick.candidate for c in found if c.pick.candidate.promotion]
    assert 0.1 < len(on) / len(found) < 0.3
    lowered = [c for c in on if c.promotion and c.promotion.price]
    assert 0.5 < len(lowered) / len(on) < 0.9
    assert all((c.price_today or 0) < (c.product.price or 0) for c in lowered)
    for candidate in on:
        assert candidate.promotion
        assert candidate.promotion.first_day <= LAST <= candidate.promotion.last_day
    told = [kinds(plan_for(c)) for c in found]
    assert sum("promotion" in plan for plan in told) > 20


def test_contexts_when_asked_twice_then_the_same(shop: Shop) -> None:
    assert [c.pick for c in taught(shop)] == [c.pick for c in taught(shop)]


def test_scenes_when_they_are_asked_about_then_only_the_shop_puts_products_forward(
    shop: Shop,
) -> None:
    profile = shop.profile("s1", LAST + timedelta(days=1))
    found = list(scenes(shop, profile, Random(1), count=40))
    assert found
    assert not [c for c in found if c.pick.candidate.promotion]
