"""Text from outside is cleaned once, the same way, whatever it holds."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import TEMPLATES, clean, money, product_text, stem_words
from index.types import Product


@given(st.text(max_size=80))
def test_clean_when_done_twice_then_nothing_more_changes(text: str) -> None:
    once = clean(text)
    assert clean(once) == once


@given(st.text(max_size=80))
def test_clean_when_done_then_one_line_without_control_or_format_characters(text: str) -> None:
    cleaned = clean(text)
    assert cleaned == " ".join(cleaned.split())
    assert not {unicodedata.category(c) for c in cleaned} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("ﬁne  tea\r\n50 ㎖", "fine tea 50 ml"),
        ("a\u202eb\u2066c\ufeffd", "abcd"),
        ("plain\u3164name\u2800here", "plainnamehere"),
        ("tag\U000e0041\U000e007f", "tag"),
        ("snow\ufe0f", "snow"),
        ("crème brûlée 🍮", "crème brûlée 🍮"),
        ("\x1b[31mred\x00", "[31mred"),
    ],
)
def test_clean_when_text_hides_something_then_only_what_is_seen_is_left(
    text: str, cleaned: str
) -> None:
    assert clean(text) == cleaned


@given(st.text(alphabet="ab ", max_size=60), st.integers(1, 40))
def test_clean_when_too_long_then_cut_within_the_limit(text: str, limit: int) -> None:
    cut = clean(text, limit)
    assert len(cut) <= limit
    assert " ".join(text.split()).startswith(cut)


def test_clean_when_cut_then_no_word_is_halved() -> None:
    assert clean("greek yogurt with honey", 14) == "greek yogurt"


def test_stem_words_when_forms_differ_then_the_same_stem() -> None:
    assert stem_words("Berries berry BERRY") == ["berri"] * 3


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [(5, "USD", "$0.05"), (123456, "EUR", "€1234.56"), (100, "SEK", "1.00 SEK")],
)
def test_money_when_written_then_two_decimals_and_the_currency(
    amount: int, currency: str, written: str
) -> None:
    assert money(amount, currency) == written


def test_product_text_when_kind_is_in_the_title_then_not_said_twice() -> None:
    text = product_text(Product("1", "Greek yogurt, 6 oz", "Yogurt", kind="Greek yogurt"))
    assert text == "Greek yogurt, 6 oz"


def test_product_text_when_attributes_and_prose_add_something_then_they_are_in() -> None:
    product = Product(
        "1", "Trail jacket", "Outerwear", brand="Fell", attributes={"material": "wool"},
        description="For wet days.",
    )  # fmt: skip
    assert product_text(product) == "Trail jacket. Outerwear. Fell. wool. For wet days."


def test_product_text_when_the_template_is_unknown_then_key_error() -> None:
    with pytest.raises(KeyError):
        product_text(Product("1", "Milk", "Milk"), "product/0")


COFFEE = Product(
    "1", "Ground coffee, store brand, 12 oz", "Coffee", kind="Ground coffee", department="Grocery",
    size="12 oz", store_brand=True, attributes={"roast": "dark"}, description="For mornings.",
)  # fmt: skip


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("product/1", "Ground coffee, store brand, 12 oz. dark. For mornings."),
        ("product/2", "Ground coffee, store brand, 12 oz"),
        (
            "product/3",
            "Ground coffee, store brand, 12 oz. A kind of Ground coffee. In the aisle Coffee, "
            "Grocery. Made by the store brand. Size 12 oz. Roast: dark. For mornings.",
        ),
        ("product/4", "Ground coffee, store brand. Ground coffee. Coffee. Grocery"),
    ],
)
def test_product_text_when_a_template_is_released_then_it_never_changes(
    template: str, text: str
) -> None:
    assert product_text(COFFEE, template) == text


@pytest.mark.parametrize("template", TEMPLATES)
def test_product_text_when_nothing_but_a_title_is_known_then_the_title(template: str) -> None:
    assert product_text(Product("1", "Angle bracket", ""), template) == "Angle bracket"
