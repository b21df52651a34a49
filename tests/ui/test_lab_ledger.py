"""The ledger: who published what, one click back, and that nothing in it changes unseen."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.database import Database
from index.errors import BadData
from ui.lab.ledger import Kind, Ledger, Overtaken


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = Database(tmp_path / "desk.sqlite")
    yield found
    found.close()


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return Ledger(database, clock=lambda: 1_700_000_000.0)


def value(ledger: Ledger) -> str | None:
    entry = ledger.current(Kind.DIAL)
    return entry.value if entry else None


def put(ledger: Ledger, text: str, who: str = "ann") -> None:
    standing = ledger.current(Kind.DIAL)
    ledger.publish(Kind.DIAL, text, who, "to try", standing.id if standing else 0)


def back(ledger: Ledger) -> str | None:
    standing = ledger.current(Kind.DIAL)
    return ledger.take_back(Kind.DIAL, "bob", "", standing.id if standing else 0).value


def test_publish_when_two_do_it_at_once_then_the_second_is_told_by_whom(ledger: Ledger) -> None:
    ledger.publish(Kind.DIAL, "0.2", "ann", "calmer", seen=0)
    with pytest.raises(Overtaken, match="ann published another dial at 22:13 UTC: “calmer”"):
        ledger.publish(Kind.DIAL, "0.9", "bob", "wilder", seen=0)
    assert value(ledger) == "0.2"
    ledger.publish(Kind.RULES, "rules: []", "bob", "other things are not in the way", seen=0)


def test_take_back_when_clicked_then_what_was_before_each_time(ledger: Ledger) -> None:
    for text in ("0.1", "0.2", "0.3"):
        put(ledger, text)
    assert [back(ledger), back(ledger)] == ["0.2", "0.1"]
    put(ledger, "0.7")
    assert [back(ledger), back(ledger)] == ["0.1", None]
    with pytest.raises(BadData, match="No dial is published"):
        back(ledger)
    assert len(ledger.entries()) == 8
    assert ledger.broken() is None


def test_publish_when_no_reason_is_given_then_refused(ledger: Ledger) -> None:
    with pytest.raises(BadData, match="without a reason"):
        ledger.publish(Kind.DIAL, "0.2", "ann", "  ", seen=0)


@pytest.mark.parametrize("sql", ["UPDATE ledger SET who = 'eve'", "DELETE FROM ledger"])
def test_log_when_changed_through_sql_then_the_file_refuses(
    ledger: Ledger, database: Database, sql: str
) -> None:
    put(ledger, "0.2")
    with pytest.raises(sqlite3.IntegrityError, match="only written on"):
        database.connection.execute(sql)


@pytest.mark.parametrize(
    "sql", ["UPDATE ledger SET who = 'eve' WHERE id = 2", "DELETE FROM ledger WHERE id = 2"]
)
def test_log_when_the_guards_are_taken_off_then_the_chain_shows_it(
    ledger: Ledger, database: Database, sql: str
) -> None:
    for text in ("0.1", "0.2", "0.3"):
        put(ledger, text)
    for trigger in ("ledger_stands", "ledger_stays"):
        database.connection.execute(f"DROP TRIGGER {trigger}")
    database.connection.execute(sql)
    assert ledger.broken() in (2, 3)
