"""Pictures of every screen, in both themes, wide and on a phone, to be looked at.

    python -m tests.browser.pictures pictures

The shop is the real one; a script answers for the model, so that only looks are looked at.
Nothing of it is kept: neither conversations nor what is done in the lab.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI

from assistant.consent import WishBook
from index.database import Database
from ui.app import build_app
from ui.cli._browser import a_browser
from ui.cli._scripted import open_scripted
from ui.drawer import ShopProfiles
from ui.feedback import FeedbackLog
from ui.lab.doorman import Doorman
from ui.lab.ledger import Ledger
from ui.lab.mount import mount_lab
from ui.lab.people import People
from ui.lab.room import Room
from ui.lab.serving import Serving
from ui.loopback import listening
from ui.prices import ShopPrices

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SIZES = {"wide": (1280, 860), "phone": (360, 780)}
THEMES = ("light", "dark")
SHOPPER = "1228"
NAME, PASSWORD = "ann", "a long password"
Shoot = Callable[[str], None]


def ask(page: Page, message: str) -> None:
    """Ask and wait for the whole answer."""
    box = page.locator("#box input, #box textarea")
    box.fill(message)
    box.press("Enter")
    page.locator(".bubble.you .said").get_by_text(message, exact=True).last.wait_for()
    page.locator("#send").wait_for()
    page.wait_for_timeout(400)


def shop(page: Page, shoot: Shoot) -> None:
    """Walk through the shopper's page."""
    page.locator("#examples button").first.wait_for()
    shoot("shop-1-guest")
    page.locator("#who input").fill(SHOPPER)
    page.locator("#who input").press("Enter")
    page.get_by_text(f"know about shopper {SHOPPER}").wait_for()
    page.locator(".drawer > summary").click()
    shoot("shop-2-drawer")
    page.locator(".drawer > summary").click()
    ask(page, "something for school lunches under 5 dollars")
    shoot("shop-3-answer")
    page.locator("#card-P1 summary").click()
    page.locator("#card-P1").scroll_into_view_if_needed()
    shoot("shop-4-why")
    for verb, card in (("add", 1), ("compare", 1), ("compare", 2)):
        button = page.locator(f"#card-P{card} button[data-act^={verb}]")
        button.click()
        page.wait_for_timeout(700)
    shoot("shop-5-compare")
    page.locator("#basket").scroll_into_view_if_needed()
    shoot("shop-6-basket")
    ask(page, "yogurt under 10 cents")
    shoot("shop-7-nothing-fits")
    page.locator(".tongues").get_by_text("中文").click()
    page.get_by_role("button", name="发送").wait_for()
    ask(page, "greek yogurt")
    shoot("shop-8-chinese")


def lab(page: Page, shoot: Shoot) -> None:
    """Walk through the lab."""
    shoot("lab-1-login")
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_function("document.querySelector('#lab-draft-A textarea')?.value.length > 10")
    page.locator("#lab-make input[type=number]").fill("5")
    page.locator("#lab-people").click()
    page.wait_for_timeout(3_000)
    shoot("lab-2-prompts")
    page.locator("#lab-go").click()
    page.get_by_text("Done:").wait_for()
    page.locator("#lab-verdicts").scroll_into_view_if_needed()
    shoot("lab-3-matrix")
    tabs = ("House rules", "Publish", "Catalogue and shoppers", "Evaluations")
    for number, tab in enumerate(tabs, start=4):
        _open(page, tab)
        page.wait_for_timeout(1_500)
        if tab.startswith("Catalogue"):
            page.locator("#lab-find textarea, #lab-find input").first.fill("greek yogurt")
            page.keyboard.press("Enter")
            page.locator("#lab-trace").click()
            page.locator("#lab-whole table").first.wait_for()
        shoot(f"lab-{number}-{tab.split()[0].lower()}")


def _open(page: Page, tab: str) -> None:
    """A tab that has no room stands behind the button of those left over."""
    found = page.get_by_role("tab", name=tab)
    if not found.is_visible():
        page.locator(".overflow-menu > button").first.click()
        page.locator(".overflow-dropdown").get_by_text(tab).click()
        return
    found.click()


def walk(browser: Browser, address: str, folder: Path) -> list[str]:
    """Take every picture; returns what the pages reported as wrong."""
    wrong: list[str] = []
    for theme in THEMES:
        for size, (width, height) in SIZES.items():
            for walked, path in ((shop, ""), (lab, "lab/")):
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=theme
                )
                context.set_default_timeout(60_000)
                page = context.new_page()
                page.on("pageerror", lambda error: wrong.append(str(error)))
                page.goto(f"{address}/{path}")

                def shoot(name: str, page: Page = page, rest: str = f"{theme}-{size}") -> None:
                    page.screenshot(path=folder / f"{name}-{rest}.png")

                walked(page, shoot)
                context.close()
    return wrong


def main(folder: Path) -> int:
    """Write the pictures; 1 where a page reported something wrong."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["SHELFTALK_REMEMBER"] = "false"
    with tempfile.TemporaryDirectory() as aside, open_scripted() as assistant:
        config = assistant.settings.index
        with (
            closing(Database(Path(aside) / "desk.sqlite")) as desk,
            closing(WishBook.open(config)) as book,
        ):
            People(desk).add(NAME, PASSWORD)
            log = FeedbackLog(desk)
            room = Room(Serving(assistant, Ledger(desk)), Path(aside), log)

            def mount(app: FastAPI) -> None:
                mount_lab(app, room, Doorman(People(desk)))

            app = build_app(
                assistant,
                mount,
                feedback=log,
                profiles=ShopProfiles(config, book),
                prices=ShopPrices(assistant.search.purchases),
            )
            with listening(app) as address, a_browser() as browser:
                wrong = walk(browser, address, folder)
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")
    print("\n".join(wrong))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
