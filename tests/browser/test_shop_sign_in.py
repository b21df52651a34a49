"""The sign-in as a shopper sees it: a form, their own page, and out again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import served
from tests.ui.whole_site import WholeSite
from ui.api.clients import Scope
from ui.sign_in import COOKIE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


def test_shopper_when_they_sign_in_then_their_own_page_until_they_sign_out(
    browser: Browser, tmp_path: Path
) -> None:
    with WholeSite(tmp_path, signs_in=True) as site, served(site.app) as address:
        context = browser.new_context(locale="en-US")
        context.set_default_timeout(20_000)
        page, errors = context.new_page(), list[str]()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address)
        assert page.url == f"{address}login"
        page.get_by_label("Token").fill("st_no_body")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("alert").get_by_text("That token is not known here.").wait_for()
        page.get_by_label("Token").fill(site.token("ann", Scope.PAGE, shopper="s1"))
        page.get_by_role("button", name="Sign in").click()
        page.locator("#examples button").first.wait_for()
        assert page.url == address
        assert page.locator("#who").count() == 0
        assert COOKIE not in page.evaluate("document.cookie")
        page.locator("#box textarea, #box input").fill("milk")
        page.get_by_role("button", name="Send").click()
        page.locator("#shelf-html article").first.wait_for()
        page.reload()
        page.locator("#log").get_by_text("milk").first.wait_for()
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{address}login")
        page.goto(address)
        assert page.url == f"{address}login"
        assert errors == []
        context.close()
