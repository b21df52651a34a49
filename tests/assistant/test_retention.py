"""What is older than the shop keeps is forgotten, and nothing else."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from assistant.config import KeepConfig
from assistant.conversation import ConversationState
from assistant.memory import ConversationStore
from assistant.retention import DAY_S, forget_old
from assistant.traces import holding
from index.config import IndexConfig
from index.database import Database, Migration, migrate
from index.purchases import Purchases
from tests.index.small_shop import TODAY, bought, make_shop

NOW = 1000.0 * DAY_S
CANARY = "zanzibarquokka"


@pytest.fixture
def shop(tmp_path: Path) -> IndexConfig:
    config = make_shop(tmp_path)
    purchases = Purchases.open(config, readonly=False)
    purchases.add(bought("old-one", "oat", 21, 14, 7))
    purchases.database.close()
    return config


def talk(config: IndexConfig, name: str, *ages: float) -> None:
    """A conversation of one turn for every age in days."""
    clock = iter(NOW - age * DAY_S for age in ages)
    with closing(ConversationStore(Database(config.database), lambda: next(clock))) as store:
        for turn, _ in enumerate(ages, start=1):
            store.save(name, "s1", ConversationState(turns=turn), f"milk {CANARY} {name}")


def test_conversations_when_their_last_turn_is_old_then_gone_from_the_file(
    shop: IndexConfig,
) -> None:
    talk(shop, "long ago", 40, 31)
    talk(shop, "goes on", 40, 1)
    gone = forget_old(shop, KeepConfig(conversations=30), NOW)
    assert gone == {"turns": 2}
    assert holding(shop.shop, f"{CANARY} long ago") == []
    with closing(ConversationStore(Database(shop.database))) as store:
        assert (store.turns("goes on"), store.turns("long ago")) == (2, 0)


def test_purchases_when_old_by_the_shops_day_then_gone_whatever_the_clock_says(
    shop: IndexConfig,
) -> None:
    def days() -> list[int]:
        purchases = Purchases.open(shop)
        found = [(TODAY - e.at.date()).days for e in purchases.history("old-one", TODAY)]
        purchases.database.close()
        return found

    before = days()
    kept = [age for age in before if age <= 14]
    gone = forget_old(shop, KeepConfig(purchases=14), NOW)
    assert len(kept) < len(before)
    assert days() == kept
    assert gone["events"] >= len(before) - len(kept)


def test_feedback_when_old_then_gone(shop: IndexConfig) -> None:
    sql = "CREATE TABLE feedback (id INTEGER PRIMARY KEY, at REAL NOT NULL, shopper_id TEXT)"
    with closing(Database(shop.shop / "desk.sqlite")) as desk:
        migrate(desk.connection, [Migration("test", 1, sql)])
        rows = [(NOW - 31 * DAY_S, "s1"), (NOW, None), (NOW - 40 * DAY_S, None)]
        desk.connection.executemany("INSERT INTO feedback (at, shopper_id) VALUES (?, ?)", rows)
        assert forget_old(shop, KeepConfig(feedback=30), NOW) == {"feedback": 2}
        assert desk.connection.execute("SELECT COUNT(*) FROM feedback").fetchone() == (1,)


def test_nothing_when_the_settings_say_for_ever_then_all_stays(shop: IndexConfig) -> None:
    talk(shop, "long ago", 4000)
    assert forget_old(shop, KeepConfig(), NOW) == {}
    assert holding(shop.shop, CANARY)
