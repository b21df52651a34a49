"""Conversations that survive a reload, a restart and a kill, over the small real shop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.config import ModelConfig, Settings
from assistant.memory import Overtaken, UnknownConversation
from assistant.prompts import load
from assistant.wiring import Assistant, assemble
from index import open_search
from index.build import catalogue_texts, embed
from index.config import IndexConfig
from index.database import Database
from tests.index.small_shop import WordEncoder, make_shop


def opened(config: IndexConfig, remember: bool = True) -> Assistant:
    settings = Settings(index=config, model=ModelConfig(backend="none"), remember=remember)
    search = open_search(config, chroma=False, encoder=WordEncoder())
    return assemble(settings, search, None, load("explain/1"))


@pytest.fixture
def shop(tmp_path: Path) -> IndexConfig:
    config = make_shop(tmp_path)
    embed(catalogue_texts(config), WordEncoder(), config.vectors, config.text_template)
    return config


@pytest.fixture
def assistant(shop: IndexConfig) -> Iterator[Assistant]:
    with opened(shop) as found:
        yield found


def test_resume_when_restarted_then_conditions_and_cards_go_on(shop: IndexConfig) -> None:
    with opened(shop) as before:
        session = before.session("s1", keep=True)
        shown = session.ask("milk under 5 dollars, not goat").picks
        session.ask("thanks")
        key = session.conversation_id or ""
    with opened(shop) as after:
        resumed = after.resume(key)
        assert (resumed.profile.shopper_id, resumed.state.turns) == ("s1", 2)
        assert resumed.state.shown_ids == tuple(p.candidate.product.id for p in shown)
        assert [p.evidence for p in resumed.state.shown] == [p.evidence for p in shown]
        then = resumed.ask("cheaper than the first one")
        assert "goat" in then.need.must_not
        assert [p.candidate.product.id for p in then.picks] == ["milk"]


def test_why_when_resumed_then_what_would_change_it_is_still_known(shop: IndexConfig) -> None:
    with opened(shop) as before:
        session = before.session("s1", keep=True)
        session.ask("milk")
        key = session.conversation_id or ""
        said = session.ask("why the first one?").note
        fact = next(f.id for f in session.profile.facts if f.product_id == "oat")
    assert "would stand at number 2" in said
    with opened(shop) as after:
        assert after.resume(key).places("oat", fact) == (1, 2)
        assert after.resume(key).ask("why the first one?").note == said


def test_basket_when_resumed_then_still_there(assistant: Assistant) -> None:
    session = assistant.session("s1", keep=True)
    session.ask("milk")
    session.put("oat", 2)
    resumed = assistant.resume(session.conversation_id or "")
    assert resumed.basket.total == 2 * 399
    assert assistant.session("s1").basket.lines == ()


def test_resume_when_a_condition_was_dropped_then_it_stays_dropped(assistant: Assistant) -> None:
    session = assistant.session(keep=True)
    session.ask("milk under 5 dollars")
    session.drop("price")
    resumed = assistant.resume(session.conversation_id or "")
    assert [c.key for c in resumed.kept] == ["named"]


def test_resume_when_the_price_has_changed_then_the_price_of_now(
    shop: IndexConfig, assistant: Assistant
) -> None:
    session = assistant.session("s1", keep=True)
    session.ask("milk")
    database = Database(shop.database)
    database.connection.execute("UPDATE products SET price = 123 WHERE id = 'oat'")
    database.close()
    shown = assistant.resume(session.conversation_id or "").state.shown
    assert shown[0].candidate.price_today == 123


def test_resume_when_the_id_is_unknown_then_a_sentence(assistant: Assistant) -> None:
    with pytest.raises(UnknownConversation, match="not kept"):
        assistant.resume("guessed")


def test_session_when_nothing_may_be_kept_then_no_id_and_no_row(shop: IndexConfig) -> None:
    with opened(shop, remember=False) as assistant:
        session = assistant.session("s1", keep=True)
        session.ask("milk")
        assert session.conversation_id is None
        with pytest.raises(UnknownConversation, match="remember"):
            assistant.resume("any")


def test_turn_when_it_went_on_elsewhere_then_told_and_nothing_overwritten(
    assistant: Assistant,
) -> None:
    one = assistant.session(keep=True)
    one.ask("milk")
    two = assistant.resume(one.conversation_id or "")
    two.ask("bread")
    with pytest.raises(Overtaken, match="elsewhere"):
        one.ask("beer")
    assert assistant.resume(one.conversation_id or "").state.need == two.state.need


def test_turn_when_the_file_is_locked_then_answered_all_the_same(
    shop: IndexConfig, assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    session = assistant.session(keep=True)
    assert assistant._store
    assistant._store._database.connection.execute("PRAGMA busy_timeout = 10")
    other = Database(shop.database)
    with other.transaction():
        assert session.ask("milk").picks
    other.close()
    assert "could not be kept" in caplog.text


CHILD = """
import sys, time
from pathlib import Path
from index.config import IndexConfig
from tests.assistant.test_resume import opened
session = opened(IndexConfig(home=Path(sys.argv[1]), catalogue="small", offline=True)).session(
    "s1", keep=True)
print(session.conversation_id, flush=True)
for message in ("milk under 5 dollars, not goat", "cheaper", "milk", "bread") * 1000:
    session.ask(message)
    print(session.state.turns, flush=True)
"""


@pytest.mark.slow
def test_resume_when_the_process_is_killed_then_every_answered_turn_is_there(
    shop: IndexConfig,
) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(shop.home)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout
    key = child.stdout.readline().strip()
    for _ in range(9):
        answered = int(child.stdout.readline())
    os.kill(child.pid, signal.SIGKILL)
    rest = child.stdout.read().split("\n")
    child.wait()
    answered = max([answered, *(int(line) for line in rest[:-1])])
    with opened(shop) as assistant:
        resumed = assistant.resume(key)
        assert resumed.state.turns >= answered
        assert resumed.ask("milk").picks


def test_status_when_turns_can_not_be_kept_then_says_so_until_they_can(
    shop: IndexConfig, assistant: Assistant
) -> None:
    session = assistant.session(keep=True)
    session.ask("milk")
    assert assistant._store
    assistant._store._database.connection.execute("PRAGMA busy_timeout = 10")
    other = Database(shop.database)
    other.connection.execute("BEGIN IMMEDIATE")
    session.ask("bread")
    assert assistant.status.endswith("conversations can't be kept")
    other.connection.execute("ROLLBACK")
    other.close()
    session.ask("beer")
    assert "kept" not in assistant.status
