"""What is said about the cards is read by code, and only where nothing else is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.acts import Ask, BasketAct, Tap
from assistant.conversation import ConversationState
from assistant.spoken import BadTap, for_good, read_act, said_by
from assistant.types import Intent, Need, Origin, Pick
from tests.assistant.shelf import after, pick

STATE = after(Need("yogurt", search_text="yogurt"))


def branded(number: int, brand: str | None, own: bool | None = None) -> Pick:
    plain = pick(number, 100 * number)
    product = replace(
        plain.candidate.product, brand=brand, store_brand=own, attributes={"material": "wool"}
    )
    return replace(plain, candidate=replace(plain.candidate, product=product))


BRANDED = after(
    Need("socks", search_text="socks", max_price=900),
    (branded(1, "Hillside"), branded(2, None, True), branded(3, None)),
)


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ("compare the first two", ("p1", "p2")),
        ("Compare 1 and 3, please.", ("p1", "p3")),
        ("compare them", ("p1", "p2", "p3")),
        ("what's the difference between the second one and the third?", ("p2", "p3")),
        ("side by side", ("p1", "p2", "p3")),
    ],
)
def test_read_when_a_comparison_is_asked_then_of_these(said: str, about: tuple[str, ...]) -> None:
    need = read_act(said, STATE)
    assert need is not None
    assert (need.intent, need.about) == (Intent.COMPARE, about)


@pytest.mark.parametrize(
    ("said", "act", "about", "packs"),
    [
        ("add two of the first", BasketAct.ADD, ("p1",), 2),
        ("add 1", BasketAct.ADD, ("p1",), None),
        ("Put the first two into my basket", BasketAct.ADD, ("p1", "p2"), None),
        ("add 3 packs of number 2 to the basket", BasketAct.ADD, ("p2",), 3),
        ("I'll take the second one", BasketAct.ADD, ("p2",), None),
        ("take the first one out of my basket", BasketAct.REMOVE, ("p1",), None),
        ("remove number 1 from the cart", BasketAct.REMOVE, ("p1",), None),
        ("empty my basket", BasketAct.REMOVE, (), None),
        ("what's in my basket?", BasketAct.LOOK, (), None),
        ("basket", BasketAct.LOOK, (), None),
        ("how much is it all together?", BasketAct.LOOK, (), None),
        ("how much is everything together?", BasketAct.LOOK, (), None),
        ("add the first one twice", BasketAct.ADD, ("p1",), 2),
        ("add one more of the second", BasketAct.ADD, ("p2",), 1),
    ],
)
def test_read_when_the_basket_is_meant_then_what_and_how_many(
    said: str, act: BasketAct, about: tuple[str, ...], packs: int | None
) -> None:
    need = read_act(said, STATE)
    assert need is not None
    assert (need.intent, need.basket) == (Intent.BASKET, act)
    assert (need.about, need.packs) == (about, packs)


@pytest.mark.parametrize(
    ("said", "asks", "about"),
    [
        ("how much is the first one?", (Ask.PRICE,), ("p1",)),
        ("what size?", (Ask.SIZE,), ("p1", "p2", "p3")),
        ("is it on offer?", (Ask.PROMOTION,), ("p1",)),
        ("is the third one a store brand?", (Ask.STORE_BRAND,), ("p3",)),
        ("which is cheaper?", (Ask.CHEAPER,), ("p1", "p2", "p3")),
        ("which of them is the biggest?", (Ask.BIGGER,), ("p1", "p2", "p3")),
        ("which one is cheaper, the first or the third?", (Ask.CHEAPER,), ("p1", "p3")),
        ("have I bought the second one?", (Ask.BOUGHT,), ("p2",)),
        ("have I bought it before?", (Ask.BOUGHT,), ("p1",)),
        ("how big and how much is number 2?", (Ask.PRICE, Ask.SIZE), ("p2",)),
        ("who makes it?", (Ask.BRAND,), ("p1",)),
        ("is the first one cheaper than the third?", (Ask.CHEAPER,), ("p1", "p3")),
        ("which is lightest?", (Ask.LIGHTER,), ("p1", "p2", "p3")),
        ("which one is warmer?", (Ask.OTHERWISE,), ("p1", "p2", "p3")),
        ("is the second one gluten free?", ("is:gluten free",), ("p2",)),
        ("is it waterproof?", ("is:waterproof",), ("p1",)),
        ("how many are left?", (Ask.STOCK,), ("p1", "p2", "p3")),
        ("what's in the first one?", (Ask.INGREDIENTS,), ("p1",)),
        ("what do people say about the first one?", (Ask.RATING,), ("p1",)),
        ("is the rating of the first one better than the third?", (Ask.RATING,), ("p1", "p3")),
        ("which is cheaper per ounce?", (Ask.UNIT_PRICE,), ("p1", "p2", "p3")),
    ],
)
def test_read_when_a_card_is_asked_about_then_what_is_asked(
    said: str, asks: tuple[Ask, ...], about: tuple[str, ...]
) -> None:
    need = read_act(said, STATE)
    assert need is not None
    assert (need.intent, need.asks, need.about) == (Intent.ASK_PRODUCT, asks, about)


def test_read_when_it_is_to_be_more_of_it_then_of_what_was_put_in_last() -> None:
    state = replace(STATE, focus=("p2",), packs=(("p2", 3),))
    for said, packs in (("make it two", 2), ("one more of it to my basket", None)):
        need = read_act(said if packs else f"add {said}", state)
        assert need is not None
        assert (need.about, need.packs) == (("p2",), packs or 4)
    assert read_act("make it two", STATE) is None


def test_read_when_the_best_is_asked_for_then_why_the_first() -> None:
    for said in ("which one is the best?", "what would you pick?", "which do you recommend"):
        need = read_act(said, STATE)
        assert need is not None
        assert (need.intent, need.about) == (Intent.EXPLAIN, ("p1",))


def test_read_when_an_attribute_of_a_card_is_named_then_it_is_asked() -> None:
    need = read_act("what material is the first one?", BRANDED)
    assert need is not None
    assert need.asks == ("material",)


@pytest.mark.parametrize(
    "said",
    [
        "milk",
        "how much is milk?",
        "is there anything on offer?",
        "do you have a bigger size?",
        "compare yogurt and milk",
        "add milk to my basket",
        "the cheapest",
        "cheaper",
        "not the second one",
        "why the second one?",
        "what about on offer?",
        "yogurt with reviews",
        "take me to the beer",
        "is there yogurt for babies on offer",
        "which yogurt is popular",
        "what is the best yogurt",
    ],
)
def test_read_when_anything_else_is_named_then_it_is_a_request(said: str) -> None:
    assert read_act(said, STATE) is None


def test_read_when_nothing_is_shown_then_it_points_nowhere_and_that_is_told() -> None:
    nothing = ConversationState()
    for said in ("compare the first two", "how much is it?", "add number 1"):
        need = read_act(said, nothing)
        assert need is not None
        assert not need.about
        assert "Nothing has been shown yet" in need.remarks[0]
    assert read_act("compare yogurt and milk", nothing) is None
    assert read_act("undo", nothing) == Need("undo", Intent.UNDO)
    assert read_act("basket", nothing) is not None


def test_read_when_there_is_no_such_card_then_a_remark_and_no_other() -> None:
    for said in ("how much is number 7?", "add 7", "compare 7"):
        need = read_act(said, STATE)
        assert need is not None
        assert need.about == ()
        assert "no number 7" in need.remarks[0]


def test_read_when_it_was_talked_about_then_it_means_that_one() -> None:
    state = replace(STATE, focus=("p3",))
    for said in ("is it on offer?", "what size?"):
        need = read_act(said, state)
        assert need is not None
        assert need.about == ("p3",)
    both = read_act("compare them", state)
    assert both is not None
    assert both.about == ("p1", "p2", "p3")


def test_read_when_a_brand_is_never_wanted_then_it_lasts_and_conditions_stay() -> None:
    need = read_act("never show me this brand again", BRANDED)
    assert need is not None
    assert (need.intent, need.not_brands, need.lasting) == (Intent.REFINE, ("Hillside",), True)
    assert need.max_price == 900
    own = read_act("never the brand of number 2", BRANDED)
    assert own is not None
    assert (own.store_brand, own.lasting) == (False, True)
    unknown = read_act("never the brand of number 3", BRANDED)
    assert unknown is not None
    assert unknown.not_ids == ("p3",)
    assert "Thing 3" in unknown.remarks[0]


def test_for_good_when_never_is_said_of_a_brand_then_it_lasts() -> None:
    told = {"not_brands": Origin.CODE}
    assert for_good(Need("never Hillside", not_brands=("Hillside",), origins=told)).lasting
    assert not for_good(Need("not Hillside", not_brands=("Hillside",), origins=told)).lasting
    assert not for_good(Need("never mind")).lasting


def test_read_when_a_brand_is_named_with_never_then_it_is_refused_shown_or_not() -> None:
    brands = ("Pellow & Fitch", "Hillside")
    for said, brand in (
        ("never Hillside again", "Hillside"),
        ("Please never show me Pellow & Fitch", "Pellow & Fitch"),
        ("no more Hillside", "Hillside"),
    ):
        for state in (BRANDED, ConversationState()):
            need = read_act(said, state, brands)
            assert need is not None
            assert (need.not_brands, need.lasting) == ((brand,), True)
            assert brand in need.remarks[-1]
    assert read_act("never candles again", BRANDED, brands) is None


def test_read_when_all_is_to_go_then_a_restart() -> None:
    for said in ("start over", "Clear all filters, please", "forget everything"):
        need = read_act(said.replace(",", ""), STATE)
        assert need is not None
        assert need.intent is Intent.RESTART
    assert read_act("start with milk", STATE) is None


def test_read_when_coupons_are_asked_for_then_it_is_no_question_about_a_card() -> None:
    assert read_act("do you have coupons for this?", STATE) is None


@pytest.mark.parametrize(
    "message",
    [
        "do I have any coupons?", "which coupons do I have", "what coupons are there today?",
        "show me my coupons", "any coupons for me?", "my vouchers", "are there any coupons",
        "What coupons can I use right now?", "do you have coupons?",
    ],
)  # fmt: skip
def test_read_when_ones_own_coupons_are_asked_for_then_they_are_told(message: str) -> None:
    need = read_act(message, STATE)
    assert need is not None
    assert (need.intent, need.basket) == (Intent.BASKET, BasketAct.COUPONS)


@pytest.mark.parametrize(
    "message",
    [
        "do you have a coupon code", "give me a coupon", "apply the coupon SAVE50",
        "what coupons does shopper 55 have", "coupon for 50% off", "my neighbour's coupons",
    ],
)  # fmt: skip
def test_read_when_a_coupon_is_wished_for_or_anothers_then_none_is_told(message: str) -> None:
    assert read_act(message, STATE) is None


def test_said_by_when_a_card_is_tapped_then_its_number() -> None:
    assert said_by(Tap.DISMISS, "p2", STATE) == "Not number 2"
    assert said_by(Tap.UNDO, "", STATE) == "Undo"
    with pytest.raises(BadTap):
        said_by(Tap.LIKE, "p9", STATE)
