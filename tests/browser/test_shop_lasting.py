"""What the page keeps: over a kill of the server, on a slow line, and what was looked at."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from index.database import Database
from tests.browser.conftest import Visitor, served
from tests.browser.test_real_shop import become as become_typed
from tests.browser.test_shop_page import answered, ask, become
from tests.eval.small_assistant import small_shop
from tests.ui.fake_assistant import FakeAssistant

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

SLOW = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000,
    "uploadThroughput": 100_000,
}
"""Milliseconds and bytes a second: a phone on a bad day."""


@contextmanager
def process(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The server as a process of its own, answering; killed without a warning at the end."""
    command = [sys.executable, "-m", "tests.browser.small_server", str(home), str(port)]
    with subprocess.Popen(command) as server:
        try:
            until = time.monotonic() + 120
            while not _answers(port):
                assert server.poll() is None, "the server ended by itself"
                assert time.monotonic() < until, "the server did not come up"
                time.sleep(0.1)
            yield server
        finally:
            server.kill()


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
            return True
    except (URLError, OSError):
        return False


def test_conversation_when_the_server_is_killed_and_started_again_then_goes_on(
    browser: Browser, tmp_path: Path
) -> None:
    small_shop(tmp_path)
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    visitor = Visitor(browser, f"http://127.0.0.1:{port}/")
    with process(tmp_path, port):
        page = visitor()
        become_typed(page, "s1")
        ask(page, "milk under 5 dollars")
        page.locator("#card-P1").wait_for()
        page.locator("#send").wait_for()
        cards = page.locator(".card h3").all_inner_texts()
        chips = page.locator(".chip bdi").all_inner_texts()
        assert "under $5.00" in chips
        page.wait_for_timeout(500)  # what the browser keeps is written behind the screen
    with process(tmp_path, port):
        page.reload()
        page.locator("#card-P1").wait_for()
        page.locator("#send").wait_for()
        assert page.locator(".card h3").all_inner_texts() == cards
        assert page.locator(".chip bdi").all_inner_texts() == chips
        assert page.locator("#who input").input_value().startswith("s1")
        ask(page, "under 3 dollars")
        page.locator(".chip bdi").get_by_text("under $3.00").wait_for()
        assert page.locator(".card .price").all_inner_texts() == ["$2.49"]
    visitor.leave()


def test_page_when_the_line_is_slow_then_it_works_and_says_what_it_does(open_page: Visitor) -> None:
    context = open_page.browser.new_context(viewport={"width": 360, "height": 780})
    open_page._contexts.append(context)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.on("pageerror", lambda error: open_page.errors.append(str(error)))
    context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    page.goto(open_page.address)
    page.locator("#examples button").first.wait_for()
    ask(page, "lunch slow")
    page.locator(".doing").wait_for()
    page.locator("#card-P1").wait_for()
    page.locator("#log .line").first.wait_for()
    page.locator("#stop").click()
    page.get_by_text("Stopped. What stands here so far is true.").wait_for()
    ask(page, "lunch")
    answered(page, lines=4)
    assert open_page.errors == []


def test_cards_when_looked_at_then_for_how_long_stands_in_the_log(
    browser: Browser, tmp_path: Path
) -> None:
    from ui.app import build_app
    from ui.feedback import FeedbackLog

    with closing(Database(tmp_path / "desk.sqlite")) as desk:
        app = build_app(FakeAssistant(), feedback=FeedbackLog(desk))
        with served(app) as address:
            visitor = Visitor(browser, address)
            page = visitor()
            become(page, "1228")
            ask(page, "lunch")
            answered(page)
            page.mouse.move(900, 300)
            page.wait_for_timeout(2_500)
            ask(page, "more")
            answered(page, lines=6)
            sql = "SELECT shopper_id, seconds, prompt FROM feedback WHERE kind = 'dwell'"
            until = time.monotonic() + 15
            while not (rows := list(desk.connection.execute(f"{sql} AND product_id = 'p1'"))):
                assert time.monotonic() < until, "no look was noted"
                page.wait_for_timeout(100)
            ((shopper, seconds, prompt),) = rows
            assert (shopper, prompt) == ("1228", "p")
            assert 2 <= seconds <= 30
            assert visitor.errors == []
            visitor.leave()
