"""Single values of other shops' tables."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sources.tables.values import Unusable, cents, moment, plain, whole

LAST = date(2025, 6, 30)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("3", 300), ("3.5", 350), ("3,50", 350), ("1,299.00", 129900), ("1.299,00", 129900),
        ("1'299.00", 129900), ("1 299,00", 129900), ("$3.50", 350), ("3.50 USD", 350),
        (3, 300), (2.675, 268), ("", None), (None, None),
    ],
)  # fmt: skip
def test_cents_when_written_in_some_way_then_the_amount(value: Any, expected: int | None) -> None:
    assert cents(value, "USD") == expected


@pytest.mark.parametrize(
    "value",
    ["1.299", "1,299", "€3", "3 EUR", "NaN", "inf", "-1", "1,2,3.4", "12,34.5", "cheap", True,
     float("nan"), float("inf"), -1, 10**12, "1.2.3", "1.299.000", 10**30, "9" * 400],
)  # fmt: skip
def test_cents_when_unclear_or_absurd_then_refused(value: Any) -> None:
    with pytest.raises(Unusable):
        cents(value, "USD")


@given(st.integers(0, 99_999_999), st.sampled_from(["{:,.2f}", "${:,.2f}", "{:.2f} USD", "{:.2f}"]))
def test_cents_when_written_then_read_back(amount: int, form: str) -> None:
    assert cents(form.format(amount / 100), "USD") == amount


@given(st.text(max_size=60))
def test_plain_when_anything_then_no_control_and_no_tag(text: str) -> None:
    try:
        found = plain(text)
    except Unusable:
        return
    assert "\x00" not in found
    assert "\u202e" not in found
    assert found == found.strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<b>Tent</b> &amp; poles", "Tent & poles"), ("5 < 6 > 4", "5 < 6 > 4"),
        ("<script>alert(1)</script>Tent", "Tent"), ("&lt;b&gt;Tent&lt;/b&gt;", "Tent"),
        (["a", "b"], "a, b"), (float("nan"), ""),
    ],
)  # fmt: skip
def test_plain_when_marked_up_then_the_words(text: Any, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize("value", [True, "1.5", "-1", float("inf"), "many"])
def test_whole_when_none_then_refused(value: Any) -> None:
    with pytest.raises(Unusable):
        whole(value, 0)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-12-31T10:00:00+02:00", datetime(2024, 12, 31, 8)),
        ("2024-12-31", datetime(2024, 12, 31)),
        (1529193600, datetime(2018, 6, 17)), ("1529193600000", datetime(2018, 6, 17)),
    ],
)  # fmt: skip
def test_moment_when_written_in_some_way_then_utc(value: Any, expected: datetime) -> None:
    assert moment(value, LAST) == expected


def test_cents_when_an_exponent_is_out_of_all_bounds_then_refused() -> None:
    with pytest.raises(Unusable, match="absurd"):
        cents(Decimal("1e999999"), "USD")


@pytest.mark.parametrize(
    "value",
    ["0000-01-01", "2025-07-01", "1969-12-31", "soon", None, True,
     "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"],
)  # fmt: skip
def test_moment_when_impossible_then_refused(value: Any) -> None:
    with pytest.raises(Unusable):
        moment(value, LAST)
