"""Coupons: one a line, each once, for whom it was sent to, in its days, in whole cents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.acts import Basket, BasketLine
from assistant.basket import NO_COUPON, look, offered, put, told
from assistant.coupons import lay
from assistant.shopper import build_profile
from eval.dialogue.replay import most_off
from index import open_search
from index.build import catalogue_texts, embed
from index.changes import PutCoupon
from index.config import IndexConfig
from index.search import Search
from index.types import Coupon, Product
from index.update import update
from tests.index.small_shop import TODAY, WordEncoder, make_shop

DAY = timedelta(days=1)
IDS = ("a", "b", "c", "d")


def coupon(id_: str, *products: str, amount: int | None = 100, packs: int = 1) -> Coupon:
    return Coupon(id_, frozenset(products), TODAY - DAY, TODAY + DAY, amount, packs)


def line(id_: str, packs: int = 1, price: int | None = 300) -> BasketLine:
    return BasketLine(Product(id_, id_, "Milk", price=price), packs, None)


lines = st.lists(
    st.builds(line, st.sampled_from(IDS), st.integers(1, 4), st.none() | st.integers(1, 400)),
    unique_by=lambda one: one.product.id, max_size=4,
)  # fmt: skip
coupons = st.lists(
    st.builds(
        lambda id_, ids, amount, packs: coupon(id_, *ids, amount=amount, packs=packs),
        st.sampled_from(["c1", "c2", "c3", "c4", "c5"]), st.sets(st.sampled_from(IDS), min_size=1),
        st.none() | st.integers(1, 900), st.integers(1, 3),
    ),
    unique_by=lambda one: one.id, max_size=5,
)  # fmt: skip


@given(lines, coupons)
def test_lay_when_any_basket_then_the_total_is_its_lines_less_its_coupons(
    bare: list[BasketLine], offered: list[Coupon]
) -> None:
    basket = Basket(lay(bare, offered))
    assert [one.product.id for one in basket.lines] == [one.product.id for one in bare]
    assert basket.total == sum(one.price or 0 for one in bare) - basket.off >= 0
    assert all(0 <= one.off <= (one.price or 0) for one in basket.lines)
    used = [one.coupon.id for one in basket.lines if one.coupon]
    assert len(used) == len(set(used))
    for one in basket.lines:
        assert one.coupon is None or one.product.id in one.coupon.product_ids
    by_hand = {one.product.id: (one.packs, one.price) for one in bare if one.price}
    assert basket.off == most_off(by_hand, offered)


@given(lines, coupons, st.randoms(use_true_random=False))
def test_lay_when_lines_and_coupons_come_in_another_order_then_the_same(
    bare: list[BasketLine], offered: list[Coupon], random: object
) -> None:
    laid = {one.product.id: one for one in lay(bare, offered)}
    random.shuffle(bare)  # type: ignore[attr-defined]
    random.shuffle(offered)  # type: ignore[attr-defined]
    assert {one.product.id: one for one in lay(bare, offered)} == laid
    assert lay(list(laid.values()), offered) == tuple(laid.values())


@pytest.fixture
def shop(tmp_path_factory: pytest.TempPathFactory) -> IndexConfig:
    config = make_shop(tmp_path_factory.mktemp("home"))
    embed(catalogue_texts(config), WordEncoder(), config.vectors, config.text_template)
    return config


@pytest.fixture
def search(shop: IndexConfig) -> Iterator[Search]:
    with open_search(shop, chroma=False, encoder=WordEncoder()) as found:
        yield found


def basket(search: Search, shopper: str | None, packs: int = 2, days: int = 0) -> Basket:
    profile = build_profile(shopper, (), {}, TODAY + days * DAY)
    return look(put((), "milk", packs, search, profile), search, profile)


def test_look_when_a_coupon_was_sent_to_another_then_nothing_is_said_of_it(
    shop: IndexConfig, search: Search
) -> None:
    update(shop, [PutCoupon(replace(coupon("c", "milk"), sent_to=frozenset({"s1", "s2"})))])
    mine = basket(search, "s1")
    assert (mine.total, mine.off) == (2 * 249 - 100, 100)
    assert told(mine) == (
        "In your basket: 2 of Whole milk (coupon −$1.00, yours until 2018-01-01). Total $3.98."
    )
    assert mine.lines[0].coupon is not None
    assert mine.lines[0].coupon.sent_to == {"s1"}
    for other in ("s3", None):
        assert basket(search, other).total == 2 * 249
        assert "coupon" not in told(basket(search, other))


@pytest.mark.parametrize(("days", "off"), [(-2, 0), (-1, 100), (0, 100), (1, 100), (2, 0)])
def test_look_when_outside_of_its_days_then_it_takes_nothing(
    shop: IndexConfig, search: Search, days: int, off: int
) -> None:
    update(shop, [PutCoupon(coupon("c", "milk"))])
    assert basket(search, None, days=days).off == off


def test_look_when_put_again_then_taken_off_once(shop: IndexConfig, search: Search) -> None:
    update(shop, [PutCoupon(coupon("c", "milk", "bread"))])
    guest = build_profile(None, (), {}, TODAY)
    packs = put(put((), "milk", 1, search, guest), "bread", 1, search, guest)
    again = put(put(packs, "bread", 1, search, guest), "milk", 1, search, guest)
    assert look(packs, search, guest) == look(again, search, guest)
    assert look(again, search, guest).total == 249 + 199 - 100


def test_look_when_the_amount_is_not_known_then_listed_and_not_in_the_total(
    shop: IndexConfig, search: Search
) -> None:
    update(shop, [PutCoupon(coupon("c", "milk", amount=None))])
    found = basket(search, None)
    assert (found.total, found.off) == (2 * 249, 0)
    assert "coupon of unknown amount, for everyone until 2018-01-01: not in the total" in told(
        found
    )


def test_look_when_packs_are_too_few_then_it_says_how_many(
    shop: IndexConfig, search: Search
) -> None:
    update(shop, [PutCoupon(coupon("c", "milk", packs=3))])
    assert basket(search, None, 2).off == 0
    assert "coupon of $1.00 from 3 packs on" in told(basket(search, None, 2))
    assert basket(search, None, 3).off == 100


def test_offered_when_asked_for_then_ones_own_and_everyones_known_amounts_first(
    shop: IndexConfig, search: Search
) -> None:
    guest, ann = (build_profile(who, (), {}, TODAY) for who in (None, "s1"))
    assert offered(search, ann) == NO_COUPON
    sent = replace(coupon("a", "milk", "oat", packs=2), sent_to=frozenset({"s1"}))
    update(shop, [PutCoupon(sent), PutCoupon(coupon("b", "bread", amount=None))])
    theirs = "an unknown amount off Wheat bread, for everyone until 2018-01-01"
    assert theirs in offered(search, guest)
    assert "milk" not in offered(search, guest)
    assert offered(search, ann) == (
        "Coupons that you can use today: $1.00 off Oat milk or 1 other, 2 packs or more, yours"
        f" until 2018-01-01; {theirs}. In your basket they count."
    )
