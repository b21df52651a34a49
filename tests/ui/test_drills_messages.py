"""Rubbish said to the page: nothing of it runs there, and the control shows that it could."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from eval.drills.rubbish import MARKUP
from eval.drills.stage import Stage
from ui.drills.markup import strange
from ui.drills.messages import feed_messages
from ui.events import EMPTY
from ui.templates import render


def test_strange_when_the_templates_own_then_silent() -> None:
    assert strange(render("shelf", EMPTY)) == []
    assert strange('<a href="#card-P1">boots</a><td class="best">1</td>') == []


@pytest.mark.parametrize(
    "markup",
    ["<script>1</script>", "<img src='https://x' onerror='1'>", "<a href='javascript:1'>x</a>",
     "<!-- x -->", "<svg/onload=1>", "<img src='http://x'>"],
)  # fmt: skip
def test_strange_when_a_tag_is_none_of_ours_then_named(markup: str) -> None:
    assert strange(f"<p>{markup}</p>")


def test_strange_when_the_markup_of_the_drill_is_pasted_then_most_is_named() -> None:
    assert sum(bool(strange(mark)) for mark in MARKUP) >= 5


@pytest.mark.model
def test_messages_when_fed_then_only_the_control_loses(tmp_path: Path) -> None:
    defended, control = (
        feed_messages(Stage(tmp_path, random.Random(5)), 30, kept) for kept in (True, False)
    )
    assert defended.losses == []
    assert defended.tried == 30
    assert control.lost > 0
