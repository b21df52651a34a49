"""A real browser, for commands that look at the page: Debian's chromium through playwright."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import TellPerson

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_browser() -> Path | None:
    """Where one is installed, if it is."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else None


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Open one without a window.

    Raises
    ------
    TellPerson
        There is none here, or playwright is not installed.
    """
    path = find_browser()
    if path is None:
        raise TellPerson(f"No browser was found ({', '.join(NAMES)}).", "Install chromium.")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise TellPerson("playwright is not installed.", "pip install -e '.[dev]'") from None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()
