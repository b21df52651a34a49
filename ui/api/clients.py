"""Programs that may ask: a name, a sealed token, scopes, whom they may speak for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from index.database import Database, Migration, migrate
from index.errors import BadData
from ui.api.secrets import NOBODY, new_secret, opens, seal

MIGRATIONS = [
    Migration(
        "ui.api.clients",
        1,
        """
        CREATE TABLE clients (
            id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, seal TEXT NOT NULL,
            scopes TEXT NOT NULL, shopper TEXT, per_minute INTEGER NOT NULL,
            created REAL NOT NULL, expires REAL, revoked REAL)
        """,
    ),
    # so that erasing a shopper takes the tokens with it that spoke for nobody else
    Migration("ui.api.clients", 2, "ALTER TABLE clients RENAME COLUMN shopper TO shopper_id"),
]
PREFIX = "st"
_COLUMNS = "id, name, scopes, shopper_id, per_minute, created, expires, revoked"


class Scope(StrEnum):
    """What a token opens."""

    ASK = "ask"
    RECOMMEND = "recommend"
    PRODUCTS = "products"
    FEEDBACK = "feedback"
    EVENTS = "events"
    """Writes purchases: for the till, not for a page."""
    METRICS = "metrics"
    PAGE = "page"
    """Opens the shopper's page to one person, where that asks for a sign-in."""


ANYONE, GUEST = "*", None
"""Whom a client may speak for, beside one shopper by id."""


@dataclass(frozen=True, slots=True)
class Client:
    """One program. Times are seconds since 1970."""

    id: str
    name: str
    scopes: frozenset[Scope]
    shopper: str | None
    """``ANYONE``, one shopper's id, or ``GUEST``: nobody's history."""
    per_minute: int
    created: float
    expires: float | None = None
    revoked: float | None = None

    def may_speak_for(self, shopper: str | None) -> bool:
        """Whether a conversation of this client may be this shopper's; a guest's always may."""
        return shopper is None or self.shopper in (ANYONE, shopper)


class Clients:
    """The clients of one shop."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        migrate(database.connection, MIGRATIONS)

    def create(
        self,
        name: str,
        scopes: Iterable[Scope],
        shopper: str | None = GUEST,
        per_minute: int = 120,
        days: float | None = None,
    ) -> str:
        """Let a program in; returns its token, which is shown this once and not kept.

        Raises
        ------
        BadData
            The name is taken, no scope is given, or a page would be anybody's.
        """
        granted = sorted(set(scopes))
        if not granted or not name.strip():
            raise BadData("A token needs a name and a scope.", f"Scopes: {', '.join(Scope)}.")
        if Scope.PAGE in granted and shopper == ANYONE:
            raise BadData("A page is one shopper's, or a guest's.", "Name the shopper: --for ID.")
        id_, secret, now = new_secret()[:8].replace("_", "-"), new_secret(), self._clock()
        expires = None if days is None else now + days * 86400
        row = (id_, name.strip(), seal(secret), " ".join(granted), shopper, per_minute, now)
        with self._database.transaction() as connection:
            if connection.execute("SELECT 1 FROM clients WHERE name = ?", (row[1],)).fetchone():
                raise BadData(f"There is a token named {name!r}.", "Revoke it, or choose a name.")
            sql = "INSERT INTO clients VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)"
            connection.execute(sql, (*row, expires))
        return f"{PREFIX}_{id_}_{secret}"

    def all(self) -> list[Client]:
        """Every client, revoked ones too, oldest first."""
        sql = f"SELECT {_COLUMNS} FROM clients ORDER BY created, id"
        return [_client(row) for row in self._database.connection.execute(sql)]

    def revoke(self, name: str) -> None:
        """Shut a client out from its next request on.

        Raises
        ------
        BadData
            There is no such token that still opens anything.
        """
        with self._database.transaction() as connection:
            sql = "UPDATE clients SET revoked = ? WHERE name = ? AND revoked IS NULL"
            if not connection.execute(sql, (self._clock(), name)).rowcount:
                raise BadData(f"There is no token {name!r} to revoke.", "See: tokens list.")

    def get(self, id_: str) -> Client | None:
        """A client that may come in now: neither revoked nor expired."""
        sql = f"SELECT {_COLUMNS} FROM clients WHERE id = ?"
        row = self._database.connection.execute(sql, (id_,)).fetchone()
        found = _client(row) if row else None
        if found is None or found.revoked is not None:
            return None
        return None if found.expires and found.expires <= self._clock() else found

    def prove(self, token: str) -> str | None:
        """Return the id that a token proves, in the same time for every wrong one."""
        prefix, _, rest = token.partition("_")
        id_, _, secret = rest.partition("_")
        sql = "SELECT seal FROM clients WHERE id = ?"
        row = self._database.connection.execute(sql, (id_,)).fetchone()
        right = opens(secret, row[0] if row else NOBODY)
        return id_ if row and right and prefix == PREFIX else None

    def close(self) -> None:
        """Close the connections."""
        self._database.close()


def _client(
    row: tuple[str, str, str, str | None, int, float, float | None, float | None],
) -> Client:
    id_, name, scopes, shopper, per_minute, created, expires, revoked = row
    granted = frozenset(map(Scope, scopes.split()))
    return Client(id_, name, granted, shopper, per_minute, created, expires, revoked)
