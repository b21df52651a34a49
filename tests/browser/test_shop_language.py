"""The page in Chinese: by the browser's language, by its own control, kept over a reload."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visitor
from tests.browser.test_shop_access import findings
from tests.browser.test_shop_page import answered, ask

pytestmark = pytest.mark.browser


def test_page_when_the_browser_reads_chinese_then_in_chinese_until_another_is_chosen(
    open_page: Visitor,
) -> None:
    page = open_page(locale="zh-CN")
    page.get_by_text("对话请用英文").wait_for()
    page.get_by_role("button", name="发送").wait_for()
    page.wait_for_function("document.documentElement.lang === 'zh'")
    ask(page, "lunch")
    answered(page)
    page.locator("#card-P1").get_by_text("为什么是它？").click()
    assert "自有品牌" in page.locator("#card-P1").inner_text()
    assert findings(page) == []
    page.locator(".tongues").get_by_text("English").click()
    page.get_by_role("button", name="Send").wait_for()
    page.locator("#card-P1").get_by_text("Why this?").wait_for()
    assert page.locator(".bubble.you .said").inner_text() == "lunch", "the same conversation"
    page.wait_for_timeout(500)  # what the browser keeps is written behind the screen
    page.reload()
    page.locator("#card-P1").get_by_text("Why this?").wait_for()
    assert page.evaluate("document.documentElement.lang") == "en"
    assert open_page.errors == []
    assert open_page.outside == []
