"""What is served when the lab publishes and an adapter comes in, and who watches for one."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest

from assistant.errors import BadModel
from assistant.finding import Parts
from assistant.wiring import Assistant
from tests.eval.small_assistant import small_assistant, small_shop
from tests.ui.lab_parts import PLAIN, scripted
from ui.desk import open_desk
from ui.lab.ledger import Kind, Ledger
from ui.lab.serving import Serving


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    shop = small_shop(tmp_path)
    with small_assistant(shop, scripted()) as assistant, closing(open_desk(shop)) as desk:
        yield Serving(assistant, Ledger(desk))


def swapped(assistant: Assistant, parts: Parts) -> Parts:
    """What comes of another adapter."""
    return replace(parts, hashes={**parts.hashes, "adapter": "two"})


def test_renew_when_the_lab_puts_parts_together_meanwhile_then_the_new_adapter_stays(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Assistant, "renew", swapped)
    current, watch = serving.ledger.current, Thread(target=serving.renew)

    def crossed(kind: Kind) -> object:
        if not watch.ident:  # half of the old parts are together
            watch.start()
            watch.join(0.5)
        return current(kind)

    monkeypatch.setattr(serving.ledger, "current", crossed)
    serving.refresh()
    watch.join(10)
    assert serving.assistant.parts.hashes["adapter"] == "two"


def test_prompt_when_published_then_whoever_speaks_in_the_parts_speaks_from_it(
    serving: Serving,
) -> None:
    before = serving.assistant.parts.explainer
    serving.publish(Kind.PROMPT, PLAIN, "ann", "plainer", serving.seen(Kind.PROMPT))
    after = serving.assistant.parts.explainer
    assert (after.model, after.retries) == (before.model, before.retries)
    assert after.template.source == PLAIN


class Choices:
    """Adapters of which some are broken; keeps which were opened."""

    def __init__(self, **broken: Exception) -> None:
        self.chosen = "good"
        self.broken = broken
        self.opened: list[str] = []
        self.looks = 0

    def look(self, _: object) -> str:
        self.looks += 1
        return self.chosen

    def open(self, _: object, parts: Parts) -> Parts | None:
        self.opened.append(self.chosen)
        if self.chosen in self.broken:
            raise self.broken[self.chosen]
        return None

    def choose(self, name: str) -> None:
        """Choose one, and wait until it was looked at several times."""
        self.chosen, before = name, self.looks
        wait_for(lambda: self.looks > before + 5)


@pytest.fixture
def choices(monkeypatch: pytest.MonkeyPatch) -> Choices:
    found = Choices(cut=BadModel("It is cut off.", "Copy it anew."), odd=RuntimeError("no memory"))
    monkeypatch.setattr(Assistant, "chosen", property(found.look))
    monkeypatch.setattr(Assistant, "renew", lambda self, parts: found.open(self, parts))
    return found


def test_watch_when_the_chosen_one_is_broken_then_opened_once_and_told_each_time_it_is_chosen(
    serving: Serving, choices: Choices, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "ui.lab.serving"), serving.watched(0.001):
        for name in ("cut", "odd", "good", "cut"):
            choices.choose(name)
    assert [name for name in choices.opened if name != "good"] == ["cut", "odd", "cut"]
    told = [record.getMessage().partition(": ")[2] for record in caplog.records]
    assert told == ["It is cut off. Copy it anew.", "no memory", "It is cut off. Copy it anew."]
    assert [bool(record.exc_info) for record in caplog.records] == [False, True, False]


def test_watched_when_left_by_a_fault_then_nothing_is_opened_any_more(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, over = Event(), list[str]()

    def slow(self: Assistant, parts: Parts) -> None:
        begun.set()
        time.sleep(0.2)
        over.append("opened")

    def interrupted() -> None:
        with serving.watched(0.001):
            assert begun.wait(10)
            raise KeyboardInterrupt

    monkeypatch.setattr(Assistant, "renew", slow)
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert len(over) == 1  # waited for


def wait_for(happens: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.002)
