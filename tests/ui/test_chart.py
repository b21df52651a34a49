"""The history as bars."""

from __future__ import annotations

from dataclasses import replace

from assistant.types import FactKind
from tests.ui.fake_assistant import FACTS
from ui.chart import BARS, THIN, Bar, history


def test_history_when_products_were_counted_then_bars_share_a_scale_from_nothing() -> None:
    assert history(FACTS) == [
        Bar("Greek yogurt, vanilla", "23 times, every 9 days", 100),
        Bar("String cheese, mozzarella", "11 times, every 14 days", 48),
    ]


def test_history_when_nothing_was_counted_then_no_bars() -> None:
    assert history([one for one in FACTS if one.kind is FactKind.CATEGORY]) == []


def test_history_when_a_product_is_staple_and_due_then_it_has_one_bar() -> None:
    staple, due = FACTS[0], replace(FACTS[0], id="H9", kind=FactKind.DUE)
    assert len(history([staple, due])) == 1


def test_history_when_long_then_the_first_and_a_rare_one_is_still_seen() -> None:
    many = [
        replace(FACTS[0], id=f"H{n}", product_id=f"p{n}", count=1000 if n == 3 else 1)
        for n in range(20)
    ]
    bars = history(many)
    assert len(bars) == BARS
    assert [bars[0].length, bars[-1].length] == [100, THIN]


def test_history_when_a_title_reorders_text_then_the_marks_are_gone() -> None:
    (bar,) = history([replace(FACTS[0], product_title="evil\u202etxt")])
    assert bar.name == "eviltxt"
