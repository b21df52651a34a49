"""Receipt lines: who bought what before a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from index.database import Database
from index.purchases import Purchases
from index.types import Interaction

LINES = [
    Interaction(1, "ann", "milk", datetime(2020, 1, 1, 9), 2, 500, "b1", "north"),
    Interaction(2, "ann", "bread", datetime(2020, 1, 1, 9), 1, None, "b1", "north"),
    Interaction(3, "ann", "milk", datetime(2020, 1, 2, 23, 59), 1, 250, "b2", "south"),
    Interaction(4, "ann", "milk", datetime(2020, 1, 3), 1, 250, "b3", "south"),
    Interaction(5, "bob", "milk", datetime(2020, 1, 1), 1, 250, "b4", ""),
]
THIRD = date(2020, 1, 3)


@pytest.fixture
def purchases(tmp_path: Path) -> Iterator[Purchases]:
    made = Purchases(Database(tmp_path / "shop.sqlite"))
    made.add(reversed(LINES))
    yield made
    made.close()


def test_history_when_asked_before_a_day_then_that_day_is_out(purchases: Purchases) -> None:
    assert purchases.history("ann", THIRD) == LINES[:3]
    assert purchases.history("ann", date(2020, 1, 4)) == LINES[:4]
    assert purchases.history("nobody", THIRD) == []


def test_all_when_read_then_everyones_oldest_first(purchases: Purchases) -> None:
    assert [line.id for line in purchases.all(THIRD)] == [5, 1, 2, 3]


def test_shoppers_when_a_least_is_asked_then_most_first(purchases: Purchases) -> None:
    assert list(purchases.shoppers().items()) == [("ann", 4), ("bob", 1)]
    assert list(purchases.shoppers(2)) == ["ann"]


def test_exists_when_asked_then_only_for_who_bought(purchases: Purchases) -> None:
    assert purchases.exists("ann")
    assert not purchases.exists("Ann")


def test_usual_store_when_baskets_tie_then_the_smaller_id(purchases: Purchases) -> None:
    assert purchases.usual_store("ann", THIRD) == "north"
    assert purchases.usual_store("ann", date(2020, 1, 4)) == "south"
    assert purchases.usual_store("bob", THIRD) is None


def test_buyers_when_one_buys_twice_then_counted_once(purchases: Purchases) -> None:
    assert purchases.buyers(THIRD) == {"milk": 2, "bread": 1}


def test_last_days_when_asked_then_the_latest_before_the_day(purchases: Purchases) -> None:
    assert ("milk", date(2020, 1, 2), 1) in set(purchases.last_days(THIRD))


def test_add_when_an_id_is_known_then_replaced(purchases: Purchases) -> None:
    purchases.add([Interaction(5, "cat", "milk", datetime(2020, 1, 1))])
    assert len(purchases) == 5
    assert purchases.exists("cat")
    assert not purchases.exists("bob")
