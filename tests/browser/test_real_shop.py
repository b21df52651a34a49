"""The page on the real shop: real receipts, the real index, the real model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Visitor
from tests.browser.test_shop_page import answered, ask

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.model]

PATIENCE_MS = 60_000
"""A busy machine may need this long for three sentences."""


@pytest.fixture
def open_real(browser: Browser, real_address: str) -> Iterator[Visitor]:
    visitor = Visitor(browser, real_address)
    yield visitor
    visitor.leave()


def become(page: Page, number: str) -> None:
    """The real picker lists fifty shoppers and takes the number of any other."""
    page.locator("#who input").fill(number)
    page.locator("#who input").press("Enter")
    page.get_by_text(f"know about shopper {number}").wait_for()


def prices(texts: list[str]) -> list[float]:
    return [float(text.strip("$")) for text in texts]


def test_conversation_when_a_shopper_asks_then_true_cards_words_and_kept_conditions(
    open_real: Visitor,
) -> None:
    page = open_real()
    page.set_default_timeout(PATIENCE_MS)
    become(page, "1228")
    ask(page, "yogurt under 3 dollars")
    page.locator("#card-P1").wait_for()
    answered(page)
    assert page.locator(".chip bdi").all_inner_texts() == ["under $3.00", "Yogurt"]
    assert max(prices(page.locator(".card .price").all_inner_texts())) <= 3.00
    assert page.locator("#log .line").count() == 3
    page.locator("#card-P1 summary").click()
    page.locator("#card-P1 .supported").first.wait_for()

    ask(page, "not store brand")
    page.get_by_text("not store brand", exact=True).last.wait_for()
    answered(page, lines=6)
    assert "under $3.00" in page.locator(".chip bdi").all_inner_texts()
    assert max(prices(page.locator(".card .price").all_inner_texts())) <= 3.00
    assert open_real.errors == []
    assert open_real.outside == []


def test_guest_when_nothing_fits_then_the_tight_condition_and_the_nearest(
    open_real: Visitor,
) -> None:
    page = open_real()
    page.set_default_timeout(PATIENCE_MS)
    ask(page, "yogurt under 10 cents")
    note = page.locator("#log").get_by_text(re.compile(r"the limit of \$0\.10"))
    note.wait_for()
    page.locator("#send").wait_for()
    assert page.locator("#log .line").count() == 0
    assert page.locator("#cards .price").count() == 1, "the closest, and nothing else"
    assert open_real.errors == []
