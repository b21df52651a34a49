"""Conversations on disk: one row a turn, only ever added to, until a shopper wants them gone."""

from __future__ import annotations

import logging
import secrets
import sqlite3
import time
from collections.abc import Callable

from pydantic import TypeAdapter, ValidationError

from assistant.conversation import ConversationState
from index.database import Database, Migration, OutOfReach, migrate
from index.errors import BadData, TellPerson

log = logging.getLogger("shelftalk.assistant")

MIGRATIONS = [
    Migration(
        "assistant.conversation",
        1,
        """
        CREATE TABLE turns (
            conversation_id TEXT NOT NULL, turn INTEGER NOT NULL, shopper_id TEXT,
            message TEXT NOT NULL, state TEXT NOT NULL,
            PRIMARY KEY (conversation_id, turn)) WITHOUT ROWID;
        CREATE INDEX turns_by_shopper ON turns (shopper_id)
        """,
    ),
    # seconds since 1970; turns of before this step count as old
    Migration(
        "assistant.conversation", 2, "ALTER TABLE turns ADD COLUMN at REAL NOT NULL DEFAULT 0"
    ),
]


class UnknownConversation(TellPerson):
    """No turn is stored under this id."""


class Overtaken(TellPerson, ValueError):
    """Another page or process has taken the conversation further than this one knows."""


def new_id() -> str:
    """Return an id for a conversation: 192 random bits, bound to nothing."""
    return secrets.token_urlsafe(24)


_STATES = TypeAdapter(ConversationState)


class ConversationStore:
    """The conversations of one shop, in its SQLite file.

    A turn is written whole or not at all. What was said in it is never changed (it is
    evidence); only the conditions that it leaves to the next can be.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self.trouble = ""
        """Why the last write failed; empty where it did not."""
        if not database.readonly:
            migrate(database.connection, MIGRATIONS)

    def save(
        self,
        conversation_id: str,
        shopper_id: str | None,
        state: ConversationState,
        message: str = "",
    ) -> None:
        """Add the turn that led to this state; ``None`` is a guest's.

        Raises
        ------
        Overtaken
            No turn has been taken, or this one is stored already.
        """
        said = message or (state.need.message if state.need else "")
        said = said.encode("utf-8", "replace").decode()  # half a character can't be stored
        text = _STATES.dump_json(state).decode()
        with self._database.transaction() as connection:
            if state.turns < 1 or state.turns <= self.turns(conversation_id):
                raise Overtaken(
                    f"Turn {state.turns} of the conversation {conversation_id!r} can't be added.",
                    "It went on elsewhere: open it again, or start a new one.",
                )
            row = (conversation_id, state.turns, shopper_id, said, text, self._clock())
            connection.execute("INSERT INTO turns VALUES (?, ?, ?, ?, ?, ?)", row)
        self.trouble = ""

    def amend(self, conversation_id: str, state: ConversationState) -> None:
        """Keep what changed between two turns (a dropped condition); no turn, nothing to do."""
        sql = "UPDATE turns SET state = ? WHERE conversation_id = ? AND turn = ?"
        row = (_STATES.dump_json(state).decode(), conversation_id, state.turns)
        with self._database.transaction() as connection:
            connection.execute(sql, row)

    def shopper(self, conversation_id: str) -> str | None:
        """Whose conversation it is; ``None`` is a guest's.

        Raises
        ------
        UnknownConversation
            Nothing is stored under this id.
        """
        sql = "SELECT shopper_id FROM turns WHERE conversation_id = ? LIMIT 1"
        row = self._database.connection.execute(sql, (conversation_id,)).fetchone()
        if row is None:
            raise UnknownConversation(
                "This conversation is not kept here (any more).", "Start a new one."
            )
        return None if row[0] is None else str(row[0])

    def turns(self, conversation_id: str) -> int:
        """The number of the last stored turn; 0 where there is none."""
        sql = "SELECT COALESCE(MAX(turn), 0) FROM turns WHERE conversation_id = ?"
        return int(self._database.connection.execute(sql, (conversation_id,)).fetchone()[0])

    def load(self, conversation_id: str) -> ConversationState:
        """Return the state after the last turn; an unknown conversation is a fresh one.

        Raises
        ------
        BadData
            The stored turn can't be read by this version.
        """
        sql = "SELECT state FROM turns WHERE conversation_id = ? ORDER BY turn DESC LIMIT 1"
        row = self._database.connection.execute(sql, (conversation_id,)).fetchone()
        if row is None:
            return ConversationState()
        try:
            return _STATES.validate_json(row[0])
        except ValidationError as error:
            raise BadData(
                f"The stored conversation {conversation_id!r} can't be read.",
                "Start a new one; it was written by another version.",
            ) from error

    def close(self) -> None:
        """Close the connections."""
        self._database.close()

    def forget(self, shopper_id: str) -> int:
        """Delete all conversations of a shopper; returns how many turns went."""
        with self._database.transaction() as connection:
            found = connection.execute("DELETE FROM turns WHERE shopper_id = ?", (shopper_id,))
            return int(found.rowcount)


class Diary:
    """Keeps one conversation. A disk that is full or locked costs the memory, not the answer."""

    def __init__(
        self, store: ConversationStore, shopper_id: str | None, conversation_id: str | None = None
    ) -> None:
        self.conversation_id = conversation_id or new_id()
        self._store = store
        self._shopper_id = shopper_id

    def turn(self, state: ConversationState, message: str) -> None:
        """Keep a finished turn; ``Overtaken`` where the conversation went on elsewhere.

        A conversation whose earlier turns are gone was erased: it is not begun again.
        """
        self._try(lambda: self._save(state, message))

    def amend(self, state: ConversationState) -> None:
        """Keep what changed since the last turn."""
        self._try(lambda: self._store.amend(self.conversation_id, state))

    def _save(self, state: ConversationState, message: str) -> None:
        if state.turns == 1 or self._store.turns(self.conversation_id):
            self._store.save(self.conversation_id, self._shopper_id, state, message)

    def _try(self, write: Callable[[], None]) -> None:
        try:
            write()
        except (sqlite3.OperationalError, OutOfReach) as trouble:
            self._store.trouble = str(trouble)
            log.warning("a turn could not be kept: %s", trouble)
