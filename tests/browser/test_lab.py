"""A walk through the lab in a real chromium: log in, compare two prompts, publish, take back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from tests.browser.conftest import Visitor, served
from tests.browser.test_shop_access import findings
from tests.eval.small_assistant import small_shop
from tests.ui.lab_parts import LOUD, PLAIN, open_small, scripted

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
PASSWORD = "a long password"
CSV = b"shopper,message,expect\ns1,milk,at least 1 picks\n,,\nguest,bread,contains request\n"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a lab over the small shop, where Ann and Bob may log in."""
    from ui.app import build_app
    from ui.desk import open_desk
    from ui.feedback import FeedbackLog
    from ui.lab.ledger import Ledger
    from ui.lab.mount import staff
    from ui.lab.people import People
    from ui.lab.serving import Serving

    shop = small_shop(tmp_path_factory.mktemp("lab"))
    with closing(open_desk(shop)) as desk, open_small(shop, scripted()) as assistant:
        for name in ("ann", "bob"):
            People(desk).add(name, PASSWORD)
        app = build_app(assistant, staff(Serving(assistant, Ledger(desk)), desk, FeedbackLog(desk)))
        with served(app) as address:
            yield address.rstrip("/")


@pytest.fixture
def open_lab(browser: Browser, lab: str) -> Iterator[LabVisitor]:
    visitor = LabVisitor(browser, lab)
    yield visitor
    visitor.leave()


class LabVisitor(Visitor):
    """Opens the lab logged in as somebody."""

    def log_in(self, name: str, theme: Literal["light", "dark"] = "light") -> Page:
        size = {"width": 1440, "height": 950}
        context = self.browser.new_context(viewport=size, color_scheme=theme)
        context.set_default_timeout(30_000)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self._asked(request.url))
        page.goto(f"{self.address}/lab/")
        assert page.url.endswith("/lab/login")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        ready = "document.querySelector('#lab-draft-A textarea')?.value.length > 10"
        page.wait_for_function(ready)
        return page


def write(page: Page, place: str, text: str) -> None:
    page.locator(f"#{place} textarea, #{place} input").first.fill(text)


def test_lab_when_walked_through_then_compared_published_and_taken_back(
    open_lab: LabVisitor, tmp_path: Path
) -> None:
    page = open_lab.log_in("ann")
    write(page, "lab-draft-A", PLAIN)
    write(page, "lab-draft-B", LOUD)
    page.locator("#lab-preview-B").get_by_text("Say loudly").first.wait_for()
    file = tmp_path / "mine.csv"
    file.write_bytes(CSV)
    with page.expect_file_chooser() as chooser:
        page.locator("#lab-csv").click()
    chooser.value.set_files(file)
    page.get_by_text("2 rows were read.").wait_for()
    page.locator("#lab-go").click()
    page.get_by_text("Done: 4 of 4 cells.").wait_for()
    assert page.locator(".lab-matrix tbody tr").count() == 2
    assert "the same in all 2 scenarios" in page.locator("#lab-verdicts").inner_text()
    page.get_by_label("Only what was lost against A").check()
    page.get_by_text("Nothing was lost in any of the 2 scenarios.").wait_for()
    write(page, "lab-why-prompt", "louder sells")
    page.locator("#lab-publish-go").click()
    page.get_by_text("B is in force").wait_for()
    page.get_by_role("tab", name="Publish").click()
    page.locator("#lab-book").get_by_text("louder sells").first.wait_for()
    page.locator("#lab-back").click()
    page.get_by_text("The prompt before is in force again: as shipped.").wait_for()
    assert open_lab.errors == []
    assert open_lab.outside == []


def test_lab_when_two_publish_at_once_then_the_second_is_told(open_lab: LabVisitor) -> None:
    pages = [open_lab.log_in("ann"), open_lab.log_in("bob")]
    for page in pages:
        page.get_by_role("tab", name="Publish").click()
        page.locator("#lab-book").get_by_text("In force").wait_for()
        write(page, "lab-publish-why", "calmer")
    pages[0].locator("#lab-dial-go").click()
    pages[0].get_by_text("The dial stands at").wait_for()
    pages[1].locator("#lab-dial-go").click()
    pages[1].get_by_text("ann published another dial").wait_for()
    assert open_lab.errors == []


def test_lab_when_a_draft_breaks_and_the_login_ends_then_told_and_nothing_lost(
    open_lab: LabVisitor,
) -> None:
    page = open_lab.log_in("bob")
    write(page, "lab-draft-C", "### user\n{{ hinst }}")
    page.locator("#lab-preview-C").get_by_text("line 2").wait_for()
    page.context.clear_cookies()
    page.locator("#lab-go").click()
    page.locator("#lab-expired").wait_for()
    assert page.locator("#lab-draft-C textarea").input_value() == "### user\n{{ hinst }}"
    again = open_lab.log_in("bob")
    again.wait_for_function("document.querySelector('#lab-draft-C textarea').value.length > 10")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_when_every_tab_is_opened_then_nothing_serious(
    open_lab: LabVisitor, theme: Literal["light", "dark"]
) -> None:
    page = open_lab.log_in("ann", theme)
    page.wait_for_timeout(1_500)  # Gradio fades its parts in
    assert findings(page) == []
    for tab in ("House rules", "Publish", "Catalogue and shoppers", "Evaluations"):
        page.get_by_role("tab", name=tab).click()
        page.wait_for_timeout(1_000)
        assert findings(page) == [], tab
    assert open_lab.errors == []


def test_file_when_it_is_a_picture_then_told_and_the_scenarios_stand(
    open_lab: LabVisitor, tmp_path: Path
) -> None:
    page = open_lab.log_in("bob")
    file = tmp_path / "scenarios.csv"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    rows = page.locator("#lab-scenarios").inner_text()
    with page.expect_file_chooser() as chooser:
        page.locator("#lab-csv").click()
    chooser.value.set_files(file)
    page.locator("#lab-read").get_by_text("This is no text file").wait_for()
    assert page.locator("#lab-scenarios").inner_text() == rows
    assert open_lab.errors == []


def test_lab_when_on_a_phone_then_nothing_sticks_out_sideways(open_lab: LabVisitor) -> None:
    page = open_lab.log_in("ann")
    page.set_viewport_size({"width": 360, "height": 780})
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
