"""What is published, by whom and why: a book that is only ever written on.

Every entry carries the hash of the one before, so that a changed or missing entry shows; the
file itself refuses changes. What is in force is the last entry of each kind.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from index.database import Database, Migration, migrate
from index.errors import BadData, TellPerson

MIGRATIONS = [
    Migration(
        "ui.lab.ledger",
        1,
        """
        CREATE TABLE ledger (
            id INTEGER PRIMARY KEY, at REAL NOT NULL, who TEXT NOT NULL, kind TEXT NOT NULL,
            value TEXT, why TEXT NOT NULL, figures TEXT NOT NULL, undoes INTEGER,
            before TEXT NOT NULL, hash TEXT NOT NULL UNIQUE);
        CREATE TRIGGER ledger_stands BEFORE UPDATE ON ledger
            BEGIN SELECT RAISE(ABORT, 'the ledger is only written on'); END;
        CREATE TRIGGER ledger_stays BEFORE DELETE ON ledger
            BEGIN SELECT RAISE(ABORT, 'the ledger is only written on'); END
        """,
    )
]


class Kind(StrEnum):
    """What can be published."""

    PROMPT = "prompt"
    RULES = "rules"
    ADAPTER = "adapter"
    DIAL = "dial"


class Overtaken(TellPerson):
    """Somebody else published meanwhile."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One act. ``value`` is ``None`` where what ships is in force again."""

    id: int
    at: float
    who: str
    kind: Kind
    value: str | None
    why: str
    figures: str
    undoes: int | None
    """The entry that this one took back."""
    before: str
    """Hash of the entry before, of whatever kind."""
    hash: str


class Ledger:
    """The ledger of one shop."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        migrate(database.connection, MIGRATIONS)

    def entries(self, limit: int = 200) -> list[Entry]:
        """The latest first."""
        return self._read("ORDER BY id DESC LIMIT ?", limit)

    def current(self, kind: Kind) -> Entry | None:
        """What is in force; ``None`` where nothing was ever published."""
        return next(iter(self._read("WHERE kind = ? ORDER BY id DESC LIMIT 1", kind.value)), None)

    def publish(
        self, kind: Kind, value: str | None, who: str, why: str, seen: int, figures: str = ""
    ) -> Entry:
        """Put something in force.

        Parameters
        ----------
        seen
            Id of the entry of this kind that the person saw in force; 0 for none.

        Raises
        ------
        Overtaken
            Another one is in force by now: who published it is told.
        BadData
            No reason is given.
        """
        return self._write(kind, value, who, why, seen, figures, None)

    def take_back(self, kind: Kind, who: str, why: str, seen: int) -> Entry:
        """Put in force again what was before; taken back twice, what was before that.

        Raises
        ------
        Overtaken
            As ``publish``.
        BadData
            Nothing is published.
        """
        standing = self.current(kind)
        if standing is None or standing.value is None:
            raise BadData(f"No {kind.value} is published.", "What ships is in force.")
        undone = {e.undoes for e in self._read("WHERE kind = ?", kind.value)}
        acts = [
            e
            for e in self._read("WHERE kind = ? ORDER BY id", kind.value)
            if e.undoes is None and e.id not in undone
        ]
        value = acts[-2].value if len(acts) > 1 else None
        return self._write(kind, value, who, why or "taken back", seen, "", acts[-1].id)

    def broken(self) -> int | None:
        """Return the first entry whose chain does not hold, or ``None``."""
        before = ""
        for number, entry in enumerate(self._read("ORDER BY id"), start=1):
            if entry.id != number or entry.before != before or entry.hash != _hash(entry):
                return entry.id
            before = entry.hash
        return None

    def _write(
        self, kind: Kind, value: str | None, who: str, why: str, seen: int, figures: str,
        undoes: int | None,
    ) -> Entry:  # fmt: skip
        if not why.strip():
            raise BadData("Nothing is published without a reason.", "Write a few words why.")
        with self._database.transaction() as connection:
            now = self.current(kind)
            if now and now.id != seen:
                when = time.strftime("%H:%M", time.gmtime(now.at))
                raise Overtaken(
                    f"{now.who} published another {kind.value} at {when} UTC: “{now.why}”.",
                    "Look at what is in force now, then publish again.",
                )
            last = self._read("ORDER BY id DESC LIMIT 1")
            id_, before = (last[0].id + 1, last[0].hash) if last else (1, "")
            bare = Entry(id_, self._clock(), who, kind, value, why.strip(), figures, undoes,
                         before, "")  # fmt: skip
            row = asdict(bare) | {"kind": kind.value, "hash": _hash(bare)}
            marks = ",".join("?" * len(row))
            connection.execute(f"INSERT INTO ledger VALUES ({marks})", list(row.values()))
        return _entry(row)

    def _read(self, rest: str, *values: object) -> list[Entry]:
        cursor = self._database.connection.execute(f"SELECT * FROM ledger {rest}", values)
        names = [column[0] for column in cursor.description]
        return [_entry(dict(zip(names, row, strict=True))) for row in cursor]


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(**{**row, "kind": Kind(row["kind"])})


def _hash(entry: Entry) -> str:
    told = asdict(entry) | {"kind": entry.kind.value, "hash": ""}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
