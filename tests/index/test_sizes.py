"""Pack sizes as a till writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sources.sizes import Size, parse_size


@pytest.mark.parametrize(
    ("raw", "text", "amount", "unit"),
    [
        ("16 OZ", "16 oz", 16, "oz"),
        ("12.0 OZ", "12 oz", 12, "oz"),
        (".75 OZ", "0.75 oz", 0.75, "oz"),
        ("8 7/8 OZ", "8.875 oz", 8.875, "oz"),
        ("1-3/4 LB", "1.75 lb", 28, "oz"),
        ("5 LB BAG", "5 lb", 80, "oz"),
        ("1 GA", "1 gal", 128, "fl oz"),
        ("GAL", "1 gal", 128, "fl oz"),
        ("1/2 GAL", "1/2 gal", 64, "fl oz"),
        ("2 L BTL", "2 L", 67.628, "fl oz"),
        ("750 ML", "750 ml", 25.36, "fl oz"),
        ("12 CT", "12 ct", 12, "ct"),
        ("1 DZ", "12 ct", 12, "ct"),
        ("6 PK", "pack of 6", 6, "ct"),
        ("32 LD", "32 loads", 32, "load"),
        ("150 SQ FT", "150 sq ft", 150, "sq ft"),
        ("1 STEM", "1 stem", 1, "stem"),
        ("L    12 OZ", "12 oz", 12, "oz"),
        ("12 PK/12 OZ", "12 x 12 oz", 144, "oz"),
        ("30 PK 12 OZ", "30 x 12 oz", 360, "oz"),
        ("6/4 OZ", "6 x 4 oz", 24, "oz"),
        ("2-8 OZ", "2 x 8 oz", 16, "oz"),
        ("4/187 ML", "4 x 187 ml", 25.293, "fl oz"),
        ("60 CT/9 OZ", "9 oz", 9, "oz"),
        ("14.8 Z/30 CT", "14.8 oz", 14.8, "oz"),
    ],
)
def test_parse_size_when_readable_then_text_and_amount_in_a_base_unit(
    raw: str, text: str, amount: float, unit: str
) -> None:
    size = parse_size(raw)
    assert size is not None
    assert (size.text, size.unit) == (text, unit)
    assert size.amount == pytest.approx(amount, abs=0.01)


def test_parse_size_when_liquid_then_a_bare_ounce_is_fluid() -> None:
    assert parse_size("20 OZ", liquid=True) == Size("20 fl oz", 20, "fl oz")
    assert parse_size("2 LB", liquid=True) == Size("2 lb", 32, "oz")


@pytest.mark.parametrize("raw", ["10 OZ/4 PK", "12 PK/300 OZ"])
def test_parse_size_when_each_or_all_is_unclear_then_no_amount(raw: str) -> None:
    size = parse_size(raw)
    assert size is not None
    assert size.amount is None
    assert size.text.startswith("pack of")


@pytest.mark.parametrize("raw", ["9 IN", "1 KIT"])
def test_parse_size_when_a_measure_is_no_amount_then_only_text(raw: str) -> None:
    assert parse_size(raw) == Size(raw.lower())


@pytest.mark.parametrize(
    "raw", [None, "", "   ", "CTN", "LARGE", "974238  PK", "48-54 CT", "4/6 PK", "0 OZ", "1 PK"]
)
def test_parse_size_when_there_is_none_then_none_is_invented(raw: str | None) -> None:
    assert parse_size(raw) is None


@given(st.text(alphabet="0123456789./- OZLBGACTPKDIN(),XS", max_size=14), st.booleans())
def test_parse_size_when_any_text_then_both_or_neither_of_amount_and_unit(
    raw: str, liquid: bool
) -> None:
    size = parse_size(raw, liquid)
    if size is not None:
        assert size.text
        assert (size.amount is None) == (size.unit is None)
        assert size.amount is None or size.amount > 0
