"""One SQLite file, a connection a thread, tables registered by the rooms."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from index.database import Database, Migration, OutOfReach, connect, migrate
from index.errors import MissingIndex

FIRST = Migration("room", 1, "CREATE TABLE a (x INTEGER); CREATE TABLE b (y INTEGER)")
SECOND = Migration("room", 2, "ALTER TABLE a ADD COLUMN z TEXT")


def test_connect_when_readonly_and_missing_then_the_remedy_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingIndex, match="shelftalk data import"):
        connect(tmp_path / "none.sqlite", readonly=True)
    assert not (tmp_path / "none.sqlite").exists()


def test_connect_when_readonly_then_writing_is_refused(tmp_path: Path) -> None:
    migrate(connect(tmp_path / "s.sqlite"), [FIRST])
    reader = connect(tmp_path / "s.sqlite", readonly=True)
    with pytest.raises(sqlite3.OperationalError):
        reader.execute("INSERT INTO a VALUES (1)")


def test_migrate_when_run_again_then_only_the_new_step_is_applied(tmp_path: Path) -> None:
    connection = connect(tmp_path / "s.sqlite")
    migrate(connection, [FIRST])
    connection.execute("INSERT INTO a VALUES (7)")
    migrate(connection, [SECOND, FIRST])
    assert connection.execute("SELECT * FROM a").fetchall() == [(7, None)]


def test_migrate_when_a_step_fails_then_nothing_of_it_stays(tmp_path: Path) -> None:
    connection = connect(tmp_path / "s.sqlite")
    bad = Migration("room", 1, "CREATE TABLE kept (x INTEGER); CREATE TABLE kept (x INTEGER)")
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, [bad])
    migrate(connection, [Migration("room", 1, "CREATE TABLE kept (x INTEGER)")])
    assert connection.execute("SELECT COUNT(*) FROM kept").fetchone() == (0,)


def test_transaction_when_it_fails_then_all_is_undone(tmp_path: Path) -> None:
    database = Database(tmp_path / "s.sqlite")
    migrate(database.connection, [FIRST])

    def break_off() -> None:
        with database.transaction() as connection:
            connection.execute("INSERT INTO a VALUES (1)")
            raise ValueError("half way")

    with pytest.raises(ValueError, match="half"):
        break_off()
    assert database.connection.execute("SELECT COUNT(*) FROM a").fetchone() == (0,)


def test_connection_when_used_by_threads_then_each_has_its_own(tmp_path: Path) -> None:
    database = Database(tmp_path / "s.sqlite")
    migrate(database.connection, [FIRST])
    seen: list[sqlite3.Connection] = [database.connection]

    def write() -> None:
        with database.transaction() as connection:
            connection.execute("INSERT INTO a VALUES (1)")
        seen.append(database.connection)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(connection) for connection in seen}) == 5
    assert database.connection.execute("SELECT COUNT(*) FROM a").fetchone() == (4,)
    database.close()


def test_connection_when_it_can_not_be_opened_now_then_a_sentence_and_later_it_can(
    tmp_path: Path,
) -> None:
    database = Database(tmp_path / "s.sqlite")
    migrate(database.connection, [FIRST])
    database.close()
    (tmp_path / "s.sqlite").rename(tmp_path / "away.sqlite")
    (tmp_path / "s.sqlite").mkdir()
    with pytest.raises(OutOfReach, match="Ask again"):
        _ = database.connection
    (tmp_path / "s.sqlite").rmdir()
    (tmp_path / "away.sqlite").rename(tmp_path / "s.sqlite")
    assert database.connection.execute("SELECT COUNT(*) FROM a").fetchone() == (0,)
    database.close()


def test_connection_when_threads_come_and_go_then_no_handle_is_left_of_them(tmp_path: Path) -> None:
    database = Database(tmp_path / "s.sqlite")
    migrate(database.connection, [FIRST])

    def look() -> None:
        database.connection.execute("SELECT * FROM a").fetchall()

    def held() -> int:
        return sum(1 for _ in Path("/proc/self/fd").iterdir())

    counts = []
    for _ in range(12):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        counts.append(held())
    assert counts[-1] <= counts[1]
    database.close()
