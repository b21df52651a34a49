"""People who may use the lab: a name and a sealed password."""

from __future__ import annotations

import time
from collections.abc import Callable

from index.database import Database, Migration, migrate
from index.errors import BadData
from ui.api.secrets import NOBODY, opens, seal

MIGRATIONS = [
    Migration(
        "ui.lab.people",
        1,
        "CREATE TABLE people (name TEXT PRIMARY KEY, seal TEXT NOT NULL, since REAL NOT NULL)",
    )
]
SHORTEST = 10
"""Characters of a password."""


class People:
    """The people of one shop."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        migrate(database.connection, MIGRATIONS)

    def add(self, name: str, password: str) -> None:
        """Let somebody in; a known name gets the new password.

        Raises
        ------
        BadData
            The password is short, or the name is no name.
        """
        if len(password) < SHORTEST:
            raise BadData(f"A password has at least {SHORTEST} characters.", "Choose a longer one.")
        if not name.strip() or len(name) > 60 or not name.isprintable():
            raise BadData("That is no name for a person.", "Use up to 60 letters.")
        with self._database.transaction() as connection:
            row = (name.strip(), seal(password), self._clock())
            connection.execute("INSERT OR REPLACE INTO people VALUES (?, ?, ?)", row)

    def remove(self, name: str) -> None:
        """Shut somebody out; who is logged in is out at the next click.

        Raises
        ------
        BadData
            There is nobody of this name.
        """
        with self._database.transaction() as connection:
            if not connection.execute("DELETE FROM people WHERE name = ?", (name,)).rowcount:
                raise BadData(f"There is nobody named {name!r}.", "See: lab people.")

    def all(self) -> list[str]:
        """Every name."""
        sql = "SELECT name FROM people ORDER BY name"
        return [row[0] for row in self._database.connection.execute(sql)]

    def seal_of(self, name: str) -> str | None:
        """What is kept of a password; another one shuts old logins out."""
        sql = "SELECT seal FROM people WHERE name = ?"
        row = self._database.connection.execute(sql, (name,)).fetchone()
        return row[0] if row else None

    def knows(self, name: str, password: str) -> bool:
        """Whether the password is theirs; takes as long where there is no such person."""
        sealed = self.seal_of(name)
        return opens(password, sealed or NOBODY) and sealed is not None
