"""The profile in the shopper's hands, on a shop of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from assistant.consent import WishBook
from assistant.wiring import Assistant
from index.config import IndexConfig
from tests.eval.small_assistant import small_shop
from tests.ui.lab_parts import open_small
from ui.counter import Counter
from ui.desk import open_desk
from ui.drawer import ShopProfiles
from ui.feedback import FeedbackLog
from ui.screen import GUEST, Screen

WHO = "s1"


@pytest.fixture
def shop(tmp_path: Path) -> IndexConfig:
    return small_shop(tmp_path)


@pytest.fixture
def assistant(shop: IndexConfig) -> Iterator[Assistant]:
    with open_small(shop) as found:
        yield found


@pytest.fixture
def counter(shop: IndexConfig, assistant: Assistant) -> Counter:
    log = FeedbackLog(open_desk(shop))
    return Counter(assistant, feedback=log, profiles=ShopProfiles(shop, WishBook.open(shop)))


def tap(counter: Counter, line: str, key: str) -> Screen:
    return list(counter.act(f"{line} #1", key, WHO))[-1]


def test_drawer_when_a_guest_then_there_is_none(counter: Counter) -> None:
    assert "What is remembered" not in counter.begin("", GUEST).talk


def test_drawer_when_a_fact_is_forgotten_then_it_goes_and_comes_back(counter: Counter) -> None:
    screen = counter.begin("", WHO)
    act = screen.talk.split('data-act="forget ')[1].split('"')[0]
    assert f"forget {act}" not in (gone := tap(counter, f"forget {act}", screen.key)).talk
    assert f"recall {act}" in gone.talk
    assert f"forget {act}" in tap(counter, f"recall {act}", screen.key).talk


def test_drawer_when_a_use_is_switched_off_then_off_in_the_next_turn(counter: Counter) -> None:
    key = counter.begin("", WHO).key
    assert 'data-act="allow personalise"' in tap(counter, "forbid personalise", key).talk
    list(counter.ask("milk", key, WHO))
    visit = counter.visits.find(key)
    assert visit is not None
    assert visit.talk.profile.facts == ()
    assert 'data-act="forbid personalise"' in tap(counter, "allow personalise", key).talk


def test_drawer_when_a_word_is_avoided_then_every_request_keeps_it(counter: Counter) -> None:
    key = counter.begin("", WHO).key
    assert "accept oat" in tap(counter, "avoid oat", key).talk
    assert "without oat" in list(counter.ask("milk", key, WHO))[-1].shelf
    assert "can&#39;t be noted" in tap(counter, "avoid  ", key).talk


def test_drawer_when_exported_then_the_file_holds_the_receipts(counter: Counter) -> None:
    key = counter.begin("", WHO).key
    link = tap(counter, "export", key).talk.split('href="data:application/json;charset=utf-8,')[1]
    found = json.loads(unquote(link.split('"')[0]))
    assert {row["shopper_id"] for row in found["events"]} == {WHO}


def test_drawer_when_erased_then_a_guest_and_no_file_holds_a_trace(
    counter: Counter, shop: IndexConfig, assistant: Assistant
) -> None:
    canary = "zanzibarquokka"
    key = counter.begin("", WHO).key
    list(counter.ask(f"milk {canary}", key, WHO))
    tap(counter, "up", key)
    tap(counter, f"avoid {canary}", key)
    screen = tap(counter, "erase", key)
    assert "Everything about you was erased." in screen.talk
    assert screen.person == GUEST
    assert counter.feedback is not None
    assert counter.feedback.satisfaction() == []
    assistant.close()
    held = [p for p in shop.shop.rglob("*") if p.is_file() and canary.encode() in p.read_bytes()]
    assert held == []
