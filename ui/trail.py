"""The audit trail: who did what to whose access or data, and when; only ever written on.

What is published has a ledger of its own. Shoppers stand here by the mark of the log's key, so
that an erasure is on record and the erased are not.
"""

from __future__ import annotations

import getpass
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assistant.consent import Wish, Wishes
from index.config import IndexConfig
from index.database import Database, Migration, migrate
from ui.desk import open_desk
from ui.drawer import Profiles
from ui.log import key_of
from ui.redact import Redactor

MIGRATIONS = [
    Migration(
        "ui.trail",
        1,
        """
        CREATE TABLE trail (
            id INTEGER PRIMARY KEY, at REAL NOT NULL, who TEXT NOT NULL, did TEXT NOT NULL,
            what TEXT NOT NULL);
        CREATE TRIGGER trail_stands BEFORE UPDATE ON trail
            BEGIN SELECT RAISE(ABORT, 'the trail is only written on'); END;
        CREATE TRIGGER trail_stays BEFORE DELETE ON trail
            BEGIN SELECT RAISE(ABORT, 'the trail is only written on'); END
        """,
    )
]
SHOPPER = "the shopper"


class Deed(StrEnum):
    """What is noted."""

    LET_IN = "let in"
    TURNED_AWAY = "turned away"
    LEFT = "left"
    TOKEN_MADE = "token made"
    TOKEN_REVOKED = "token revoked"
    PERSON_ADDED = "person added"
    PERSON_REMOVED = "person removed"
    CONSENT = "consent"
    EXPORTED = "exported"
    ERASED = "erased"
    FORGOTTEN = "forgotten by age"


@dataclass(frozen=True, slots=True)
class Entry:
    """One deed. ``at`` is seconds since 1970."""

    id: int
    at: float
    who: str
    did: Deed
    what: str


class Trail:
    """The trail of one shop, on its desk."""

    def __init__(self, desk: Database, clock: Callable[[], float] = time.time) -> None:
        self._desk = desk
        self._clock = clock
        migrate(desk.connection, MIGRATIONS)

    def note(self, who: str, did: Deed, what: str = "") -> None:
        """Write one deed down."""
        with self._desk.transaction() as connection:
            row = (self._clock(), who, did.value, what)
            connection.execute("INSERT INTO trail (at, who, did, what) VALUES (?, ?, ?, ?)", row)

    def entries(self, limit: int = 200) -> list[Entry]:
        """The latest first."""
        sql = "SELECT id, at, who, did, what FROM trail ORDER BY id DESC LIMIT ?"
        rows = self._desk.connection.execute(sql, (limit,))
        return [Entry(id_, at, who, Deed(did), what) for id_, at, who, did, what in rows]


def noted(config: IndexConfig, did: Deed, what: str = "") -> None:
    """Note what somebody did by a command on this machine."""
    with closing(open_desk(config)) as desk:
        Trail(desk).note(f"{getpass.getuser()}, by command", did, what)


def mark_of(config: IndexConfig, shopper_id: str) -> str:
    """What stands for a shopper in the trail and in the log."""
    return Redactor(key_of(config.home)).whose(shopper_id)


@dataclass(frozen=True, slots=True)
class Trailed:
    """Profiles whose changes are noted in a trail."""

    profiles: Profiles
    trail: Trail
    mark: Callable[[str], str]
    """From a shopper's id to what stands for it."""
    who: str = SHOPPER

    def wishes(self, shopper: str) -> Wishes:
        return self.profiles.wishes(shopper)

    def say(self, shopper: str, wish: Wish, value: str) -> None:
        self.profiles.say(shopper, wish, value)
        self._consent(shopper, wish, value, "off")

    def unsay(self, shopper: str, wish: Wish, value: str) -> None:
        self.profiles.unsay(shopper, wish, value)
        self._consent(shopper, wish, value, "on")

    def export(self, shopper: str) -> dict[str, Any]:
        found = self.profiles.export(shopper)
        self.trail.note(self.who, Deed.EXPORTED, self.mark(shopper))
        return found

    def erase(self, shopper: str) -> None:
        self.profiles.erase(shopper)
        self.trail.note(self.who, Deed.ERASED, self.mark(shopper))

    def _consent(self, shopper: str, wish: Wish, value: str, state: str) -> None:
        if wish is Wish.OFF:  # what is disliked or forgotten is nobody's business
            self.trail.note(self.who, Deed.CONSENT, f"{self.mark(shopper)} {value} {state}")
