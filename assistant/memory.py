"""Conversations on disk: one row a turn, only ever added to, until a shopper wants them gone."""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError

from assistant.conversation import ConversationState
from index.database import Database, Migration, migrate
from index.errors import BadData

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
    )
]

_STATES = TypeAdapter(ConversationState)


class ConversationStore:
    """The conversations of one shop, in its SQLite file.

    A turn is written whole or not at all, and never changed: what was said is evidence.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        if not database.readonly:
            migrate(database.connection, MIGRATIONS)

    def save(self, conversation_id: str, shopper_id: str | None, state: ConversationState) -> None:
        """Add the turn that led to this state; ``None`` is a guest's.

        Raises
        ------
        ValueError
            No turn has been taken, or this one is stored already.
        """
        if state.turns < 1 or state.turns <= self.turns(conversation_id):
            raise ValueError(f"turn {state.turns} of {conversation_id!r} can't be added")
        message = state.need.message if state.need else ""
        row = (conversation_id, state.turns, shopper_id, message, _STATES.dump_json(state).decode())
        with self._database.transaction() as connection:
            connection.execute("INSERT INTO turns VALUES (?, ?, ?, ?, ?)", row)

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

    def forget(self, shopper_id: str) -> int:
        """Delete all conversations of a shopper; returns how many turns went."""
        with self._database.transaction() as connection:
            found = connection.execute("DELETE FROM turns WHERE shopper_id = ?", (shopper_id,))
            return int(found.rowcount)
