"""The shopper's page in a real browser: every control once."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

PLACED = "#head, #log, .bubble, #ask, #cards, .card"
SHOWN_SIDEWAYS = """(placed) => [...document.querySelectorAll(placed)]
  .filter(e => e.offsetParent !== null || getComputedStyle(e).position === 'fixed')
  .map(e => [e.id || e.className, e.getBoundingClientRect()])
  .filter(([_, r]) => r.left < 0 || r.right > innerWidth + 0.5)
  .map(([name, r]) => `${name}: ${r.left} to ${r.right}`)"""


def box(page: Page):  # type: ignore[no-untyped-def]
    return page.locator("#box input, #box textarea")


def ask(page: Page, message: str) -> None:
    box(page).fill(message)
    box(page).press("Enter")


def become(page: Page, name: str) -> None:
    page.locator("#who input").click()
    page.get_by_role("option", name=name).click()
    page.get_by_text(f"know about shopper {name}").wait_for()


def answered(page: Page, lines: int = 3) -> None:
    page.locator("#log .line").nth(lines - 1).wait_for()
    page.locator("#send").wait_for()


def test_a_turn_when_asked_as_a_shopper_then_cards_sentences_and_no_errors(
    open_page: Visitor,
) -> None:
    page = open_page()
    become(page, "1228")
    ask(page, "something for school lunches under 5 dollars")
    page.locator("#card-P1").wait_for()
    answered(page)
    assert box(page).input_value() == ""
    assert page.locator("#card-P1 .price").inner_text() == "$2.49"
    assert page.locator("#card-P1 s").inner_text().endswith("$3.49")
    assert page.locator("#log .line").first.inner_text().endswith("and it costs $2.49.")
    assert page.locator(".chip bdi").all_inner_texts() == ["under $5.00", "not store brand"]
    assert open_page.errors == []
    assert open_page.outside == []


def test_why_when_opened_then_evidence_and_it_stays_open_while_sentences_come(
    open_page: Visitor,
) -> None:
    page = open_page()
    become(page, "1228")
    ask(page, "lunch slow")
    page.locator("#card-P1 summary").click()
    page.get_by_text("H1.count").wait_for()
    assert page.locator("#card-P1 .claims").count() <= 1
    page.locator("#stop").click()
    page.locator("#log .stopped").wait_for()
    page.locator("#card-P1 .supported").wait_for()
    assert page.get_by_text("Without this it would stand 4 places lower.").is_visible()


def test_a_reference_when_clicked_then_its_card_lights_up_and_opens(open_page: Visitor) -> None:
    page = open_page()
    become(page, "1228")
    ask(page, "lunch")
    answered(page)
    page.locator("#log a.ref[data-card=P3]").first.click()
    page.locator("#card-P3.lit").wait_for()
    page.locator("#card-P3 details[open]").wait_for()
    assert "#card" not in page.url


def test_a_reference_to_the_history_when_pointed_at_then_its_fact_lights_up_too(
    open_page: Visitor,
) -> None:
    page = open_page()
    become(page, "1228")
    ask(page, "lunch")
    answered(page)
    link = page.locator("#log a.ref[data-fact=H1]")
    assert link.get_attribute("title") == "From H1.count: shows what your receipts say"
    link.click()
    fact = page.locator("#card-P1 details[open] li.lit")
    fact.wait_for()
    assert "You buy Greek yogurt, vanilla about every 9 days" in fact.inner_text()
    assert page.locator("#card-P1.lit").count() == 1
    page.locator("#log a.ref:not([data-fact])[data-card=P3]").first.hover()
    page.locator("#card-P3.lit").wait_for()
    page.locator("#card-P1 li.lit").wait_for(state="detached")


def test_a_title_when_it_is_markup_then_is_shown_as_text(open_page: Visitor) -> None:
    page = open_page()
    ask(page, "<img src=x onerror='window.hacked=3'> ${window.hacked=4} ![x](https://a.example/x)")
    answered(page)
    title = page.locator("#card-P2 h3").inner_text()
    assert title == '<img src=x onerror="window.hacked=1"> ${window.hacked=2} {{value}} **bars**'
    assert page.evaluate("window.hacked === undefined")
    assert page.locator("#log img, #cards img").count() == 0
    assert open_page.outside == []


def test_stop_when_pressed_then_the_answer_ends_and_the_next_one_comes(
    open_page: Visitor,
) -> None:
    page = open_page()
    ask(page, "slow")
    page.locator("#log .line").first.wait_for()
    page.locator("#stop").click()
    page.get_by_text("Stopped. What stands here so far is true.").wait_for()
    assert page.locator("#log .line").count() < 3
    page.locator("#send").wait_for()
    ask(page, "lunch")
    page.locator("#log .bubble").last.locator(".line").nth(2).wait_for()


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("refuse", "The price “under 0” can't be met."),
        ("crash", "Something went wrong on our side"),
        ("nothing", "the price limit is the tight one"),
    ],
)
def test_a_message_when_it_cannot_be_served_then_a_polite_sentence(
    open_page: Visitor, message: str, words: str
) -> None:
    page = open_page()
    ask(page, message)
    page.get_by_text(words).wait_for()
    page.locator("#send").wait_for()
    ask(page, "lunch")
    page.locator("#card-P1").wait_for()
    answered(page)
    assert open_page.errors == []


def test_nothing_satisfies_when_there_is_a_nearest_then_it_is_marked(open_page: Visitor) -> None:
    page = open_page()
    ask(page, "nothing")
    page.locator(".card.closest").wait_for()
    assert "Closest, but" in page.locator(".ribbon").inner_text()


def test_examples_when_clicked_then_are_asked_and_leave(open_page: Visitor) -> None:
    page = open_page()
    words = page.locator("#examples button").first.inner_text()
    page.locator("#examples button").first.click()
    answered(page)
    assert page.locator(".bubble.you .said").inner_text() == words
    page.locator("#examples").wait_for(state="hidden")


def test_an_unknown_shopper_when_typed_then_a_sentence_and_a_guest(open_page: Visitor) -> None:
    page = open_page()
    page.locator("#who input").fill("99999")
    page.locator("#who input").press("Enter")
    page.get_by_text("No purchases are known of shopper '99999'.").wait_for()
    page.wait_for_function("document.querySelector('#who input').value === 'Guest'")


def test_another_shopper_when_picked_then_a_fresh_conversation(open_page: Visitor) -> None:
    page = open_page()
    ask(page, "canary-before")
    answered(page)
    become(page, "1228")
    assert "canary-before" not in page.locator("#log").inner_text()
    assert page.locator(".card").count() == 0


@pytest.mark.parametrize("width", [360, 800, 1280])
def test_the_page_when_narrow_then_nothing_sticks_out_sideways(
    open_page: Visitor, width: int
) -> None:
    page = open_page(width=width, height=780)
    assert page.evaluate(SHOWN_SIDEWAYS, PLACED) == []
    become(page, "1228")
    ask(page, "lunch")
    answered(page)
    page.locator("#card-P1 summary").click()
    page.locator("#card-P1 .evidence").wait_for()
    assert page.evaluate(SHOWN_SIDEWAYS, PLACED) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_two_browsers_when_both_talk_then_share_nothing(open_page: Visitor) -> None:
    one, two = open_page(), open_page()
    ask(one, "canary-seven recall")
    answered(one)
    ask(two, "recall")
    answered(two)
    assert "canary-seven" in one.locator("#log").inner_text()
    assert "canary-seven" not in two.locator("body").inner_text()


@pytest.mark.parametrize("path", ["", "healthz", "config"])
def test_a_response_when_sent_then_carries_the_security_headers(address: str, path: str) -> None:
    with urlopen(address + path) as response:
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]


def test_health_when_asked_then_says_ready(address: str) -> None:
    with urlopen(address + "healthz") as response:
        assert response.read() == b'{"ready":true,"status":"ready"}'


def tap(page: Page, line: str) -> None:
    page.locator(f'button[data-act="{line}"]').first.click()


def test_cards_when_their_buttons_are_tapped_then_basket_table_and_undo(open_page: Visitor) -> None:
    page = open_page()
    become(page, "1228")
    ask(page, "lunch")
    answered(page)
    tap(page, "add p1")
    page.get_by_text("Basket: 1 pack, $2.49").wait_for()
    tap(page, "add p1")
    page.locator("#basket").get_by_text("$4.98").first.wait_for()
    tap(page, "less p1")
    page.get_by_text("Basket: 1 pack, $2.49").wait_for()
    tap(page, "compare p1")
    page.locator('[data-act="compare p1"][aria-pressed=true]').wait_for()
    tap(page, "compare p3")
    page.locator(".beside .best").first.wait_for()
    tap(page, "dismiss p3")
    page.get_by_text("Not String cheese, mozzarella").wait_for()
    page.locator('[data-act="add p3"]').wait_for(state="detached")
    tap(page, "undo")
    page.locator('[data-act="add p3"]').wait_for()
    tap(page, "like p1")
    page.get_by_text("More like Greek yogurt, vanilla").wait_for()
    tap(page, "up")
    page.get_by_text("Thank you, noted.").wait_for()
    assert open_page.errors == []


def test_chips_dial_and_choices_when_tapped_then_answered(open_page: Visitor) -> None:
    page = open_page()
    become(page, "1228")
    ask(page, "choose")
    answered(page)
    page.get_by_role("button", name="No longer under $5.00").click()
    page.get_by_text("No longer: under $5.00").wait_for()
    page.wait_for_function("document.querySelectorAll('.chip').length === 1")
    page.locator("#send").wait_for()
    slider = page.get_by_role("slider")
    slider.focus()
    slider.press("ArrowLeft")
    page.locator("#send").wait_for()
    tap(page, "say cheese")
    page.locator(".bubble.you").last.get_by_text("cheese").wait_for()
    answered(page)
    assert open_page.errors == []


def test_a_tap_when_by_keyboard_alone_then_the_same(open_page: Visitor) -> None:
    page = open_page()
    ask(page, "lunch")
    answered(page)
    page.get_by_role("button", name="Add Greek yogurt, vanilla to the basket").press("Enter")
    page.get_by_text("Basket: 1 pack, $2.49").wait_for()


def test_the_page_when_reloaded_then_goes_on_with_the_conversation(open_page: Visitor) -> None:
    page = open_page()
    become(page, "1228")
    ask(page, "lunch canary-reload")
    answered(page)
    page.wait_for_timeout(500)
    page.reload()
    page.get_by_text("canary-reload").wait_for()
    page.locator("#card-P1").wait_for()
    assert page.locator("#who input").input_value().startswith("1228")
    ask(page, "more")
    page.locator(".bubble.you").nth(1).wait_for()
    assert open_page.errors == []
