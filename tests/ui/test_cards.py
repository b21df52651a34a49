"""Cards and words: true values, nothing invented, everything escaped."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.acts import Basket, BasketLine
from assistant.references import Resolver
from assistant.types import EvidenceKind, Need, Origin, Profile, Sort
from index.types import Coupon, Product
from tests.ui.fake_assistant import (
    AS_OF,
    CHEESE,
    FACTS,
    HOSTILE,
    NEAREST,
    PICKS,
    RESOLVER,
    SENTENCES,
    because,
    pick,
)
from ui.cards import basket_of, card, https_only
from ui.events import EMPTY
from ui.templates import render
from ui.words import conditions, fact, plain, unit_price


def shown(product: Product, **changes: object) -> dict[str, object]:
    return card(pick(1, replace(product, **changes)), RESOLVER)


def test_a_promotion_when_lower_then_both_prices_are_shown() -> None:
    first = card(PICKS[0], RESOLVER)
    assert (first["price"], first["was"]) == ("$2.49", "$3.49")
    assert first["unit_price"] == "7.8¢ per oz"  # 249 / 32


def test_a_promotion_when_not_lower_then_no_price_is_crossed_out() -> None:
    same = replace(PICKS[0].candidate.promotion, price=None)
    candidate = replace(PICKS[0].candidate, promotion=same)
    first = card(replace(PICKS[0], candidate=candidate), RESOLVER)
    assert (first["price"], first["was"]) == ("$3.49", None)
    assert "mailer" in first["promotion"]


def test_unknown_values_when_shown_then_nothing_is_invented() -> None:
    bare = shown(Product("x", "Thing", "Things"))
    assert bare["price"] is None
    assert bare["unit_price"] == ""
    assert bare["rhythm"] is None
    assert "price not known" in render("shelf", _only(bare))
    assert "size not known" in render("shelf", _only(bare))


def test_basket_when_coupons_lie_on_it_then_each_line_says_what_when_and_whose() -> None:
    coupon = Coupon("c", frozenset({"p3"}), AS_OF, AS_OF, 100, packs=2)
    told = {
        "coupon −$1.00, for everyone until 31 Dec 2017": (coupon, 2, "$7.50"),
        "coupon of $1.00 from 2 packs on, for everyone until 31 Dec 2017": (coupon, 1, "$4.25"),
        "coupon of unknown amount, yours until 31 Dec 2017: not in the total": (
            replace(coupon, amount=None, sent_to=frozenset({"1228"})), 2, "$8.50"
        ),
    }  # fmt: skip
    for said, (laid, packs, total) in told.items():
        shown = basket_of(Basket((BasketLine(CHEESE, packs, None, laid),)))
        assert shown is not None
        assert shown["lines"][0]["coupon"] == said
        assert shown["total"] == total
        page = render("shelf", {**EMPTY, "basket": shown})
        assert said in page
        assert ("$1.00 taken off by coupons." in page) is (total == "$7.50")


def test_rhythm_when_a_fact_says_so_then_in_days() -> None:
    assert card(PICKS[0], RESOLVER)["rhythm"] == "you buy this every 9 days"
    assert card(PICKS[2], RESOLVER)["rhythm"] == "you buy this every 14 days, due again"
    guest = Resolver(PICKS, Profile(None, AS_OF), Need(""), AS_OF)
    assert card(PICKS[0], guest)["rhythm"] is None


def test_evidence_when_opened_then_words_values_claims_and_sources() -> None:
    first = card(PICKS[0], RESOLVER, SENTENCES[0])
    repeat = first["reasons"][0]
    assert "every 9 days (23 times, last on 22 Dec 2017)" in repeat["words"]
    assert repeat["rows"] == [("H1.count", "23 times"), ("H1.every", "9 days")]
    assert repeat["moved"] == "Without this it would stand 4 places lower."
    assert first["claims"][0]["verdict"] == "supported"
    assert "[P1]" not in first["claims"][0]["text"]
    assert [hit["rank"] for hit in first["found_by"]] == ["1", "2"]


@pytest.mark.parametrize("kind", list(EvidenceKind))
def test_reasons_when_of_any_kind_then_a_sentence_with_or_without_values(
    kind: EvidenceKind,
) -> None:
    for pointers in ((), ("H9.count", "P9.price"), ("H1.count", "H4.share", "P3.price")):
        words = card(pick(1, CHEESE, because(kind, *pointers)), RESOLVER)["reasons"][0]["words"]
        assert words.endswith(".")
        assert "None" not in words


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


def _only(one: dict[str, object]) -> dict[str, object]:
    return {**EMPTY, "cards": [one], "empty": False}


def tags(html: str) -> Tags:
    found = Tags()
    found.feed(html)
    return found


@given(st.text(max_size=60).map(lambda t: f"{t}<script>\"'><img src=x onerror=y>{t}"))
def test_catalogue_text_when_hostile_then_stays_text(text: str) -> None:
    one = shown(HOSTILE, title=text, category=text, brand=text, size=text, kind=text)
    seen = tags(render("shelf", _only(one)))
    assert not seen.seen & {"script", "img", "iframe", "link"}
    assert seen.handlers == []


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "http://x/y.png", "data:image/png;base64,x", "//x/y", "https://u@h/x",
     "https://[bad", "", None],
)  # fmt: skip
def test_an_image_when_not_plain_https_then_is_not_shown(address: str | None) -> None:
    assert https_only(address) is None
    assert https_only("https://shop.example/a.png") == "https://shop.example/a.png"


def test_the_nearest_when_shown_then_is_marked_and_named() -> None:
    values = {**_only(card(NEAREST, RESOLVER)), "cards": [], "nearest": card(NEAREST, RESOLVER)}
    html = render("shelf", values)
    assert "Closest, but" in html
    assert "String cheese" in html


def test_conditions_when_kept_then_each_in_words_and_marked() -> None:
    need = Need(
        "x", min_price=200, max_price=500, store_brand=False, must_not=("nuts",), promoted=True,
        sort=Sort.CHEAPEST, not_brands=("Acme",), categories=("Yogurt",),
        origins={"store_brand": Origin.CARRIED},
    )  # fmt: skip
    assert conditions(need) == [
        ("$2.00 to $5.00", False),
        ("Yogurt", False),
        ("not store brand", True),
        ("not Acme", False),
        ("without nuts", False),
        ("on promotion", False),
        ("cheapest first", False),
    ]
    assert conditions(Need("anything")) == []


def test_facts_when_parts_are_unknown_then_they_are_left_out() -> None:
    for one in FACTS:
        bare = replace(
            one, count=None, every=None, last=None, share=None, low=None, high=None,
        )  # fmt: skip
        assert "None" not in fact(bare)
        assert fact(bare).endswith(".")


def test_unit_price_when_size_is_unknown_then_empty() -> None:
    assert unit_price(299, None, "oz", "USD") == ""
    assert unit_price(299, 0.0, "oz", "USD") == ""
    assert unit_price(None, 3.0, "oz", "USD") == ""


@given(st.text(max_size=40))
def test_plain_when_applied_twice_then_changes_nothing_more(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert "\u202e" not in plain(text)
