"""The page under load: a place in the line, a sentence where it is full."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Visitor, served
from tests.browser.test_shop_page import answered, ask, box, tap
from tests.ui.fake_assistant import FakeAssistant

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture
def open_busy(browser: Browser) -> Iterator[Visitor]:
    """A page of a shop that answers one at a time, and lets one more wait."""
    from ui.api.line import Line
    from ui.app import build_app

    with served(build_app(FakeAssistant(), line=Line(together=1, waiting=1))) as address:
        visitor = Visitor(browser, address)
        yield visitor
        visitor.leave()


def test_page_when_the_shop_is_busy_then_a_place_then_an_answer_and_a_third_is_told(
    open_busy: Visitor,
) -> None:
    first, second, third = open_busy(), open_busy(), open_busy()
    ask(first, "slow")
    first.locator("#log .line").first.wait_for()
    ask(second, "lunch")
    second.get_by_text("The shop is busy: you are next").wait_for()
    assert second.locator(".bubble.you .said").inner_text() == "lunch"
    ask(third, "lunch too")
    third.get_by_text("The shop is full: 1 in line already.").wait_for()
    assert box(third).input_value() == "lunch too", "nothing typed is lost"
    third.locator("#send").wait_for()
    first.locator("#stop").click()
    answered(second)
    box(third).press("Enter")
    answered(third)
    assert open_busy.errors == []


def test_page_when_stopped_in_the_line_then_asked_again_and_a_basket_never_waits(
    open_busy: Visitor,
) -> None:
    first, second = open_busy(), open_busy()
    ask(second, "lunch")
    answered(second)
    ask(first, "slow")
    first.locator("#log .line").first.wait_for()
    ask(second, "lunch again")
    second.get_by_text("you are next").wait_for()
    second.locator("#stop").click()
    second.get_by_text("Stopped.").wait_for()
    tap(second, "add p1")
    second.get_by_text("Basket: 1 pack").wait_for()
    first.locator("#stop").click()
    first.locator("#send").wait_for()
    second.get_by_role("button", name="Ask again").click()
    answered(second, lines=6)
    assert open_busy.errors == []
