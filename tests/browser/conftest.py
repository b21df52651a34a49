"""A real chromium on a real server, over a replayed assistant."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ui.fake_assistant import FakeAssistant
from ui.cli._browser import ARGS, NAMES, find_browser
from ui.loopback import listening

if TYPE_CHECKING:
    from fastapi import FastAPI
    from playwright.sync_api import Browser, Page

    from assistant.config import Settings


def chromium() -> Path:
    """The browser; where there is none, a build server fails and a laptop skips."""
    found = find_browser()
    if found is None:
        why = f"no browser found (looked for {', '.join(NAMES)}): install Debian's chromium"
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(why)
        pytest.skip(why)
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address of a served application."""
    with listening(app) as found:
        yield f"{found}/"


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """A page whose assistant replays, with a little pause before every sentence."""
    from ui.app import build_app

    with served(build_app(FakeAssistant(pause=0.1))) as found:
        yield found


@pytest.fixture(scope="session")
def real_address(settings: Settings) -> Iterator[str]:
    """A page of the real shop, answered by the real model."""
    from assistant.wiring import open_assistant
    from ui.app import build_app

    with open_assistant(settings) as assistant, served(build_app(assistant)) as found:
        yield found


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Visitor]:
    visitor = Visitor(browser, address)
    yield visitor
    visitor.leave()


class Visitor:
    """Opens pages in contexts of their own, and keeps what went wrong in them."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.address = address
        self.errors: list[str] = []
        self.outside: list[str] = []
        self._contexts: list[object] = []

    def __call__(self, width: int = 1280, height: int = 860, locale: str = "en-US") -> Page:
        size = {"width": width, "height": height}
        context = self.browser.new_context(viewport=size, locale=locale)
        context.set_default_timeout(20_000)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._heard)
        page.on("request", lambda request: self._asked(request.url))
        page.goto(self.address)
        page.locator("#examples button").first.wait_for()
        return page

    def _heard(self, message: object) -> None:
        if message.type == "error":  # type: ignore[attr-defined]
            self.errors.append(message.text)  # type: ignore[attr-defined]

    def _asked(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.outside.append(url)

    def leave(self) -> None:
        for context in self._contexts:
            context.close()  # type: ignore[attr-defined]
