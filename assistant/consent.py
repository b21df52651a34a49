"""What a shopper has said about their own profile: what it may be used for, what is wrong in
it, and what holds in every request. It is read before every turn, so that off is off at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from assistant.types import Fact, FactKind, Intent, Need, Origin, Profile
from index.config import IndexConfig
from index.database import Database, Migration, migrate
from index.errors import TellPerson
from index.types import Interaction, Product

MIGRATIONS = [
    Migration(
        "assistant.consent",
        1,
        """
        CREATE TABLE wishes (
            shopper_id TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL,
            PRIMARY KEY (shopper_id, kind, value)) WITHOUT ROWID
        """,
    )
]


class Wish(StrEnum):
    """The kinds of things a shopper can say."""

    OFF = "off"
    """A ``Purpose`` that the profile may not be used for."""
    FORGET = "forget"
    """A fact that is wrong or unwanted, by ``fact_key``."""
    NEVER_BRAND = "never_brand"
    NEVER_WORD = "never_word"
    """A word that no product may contain: "nuts"."""


class Purpose(StrEnum):
    """What a profile is used for; all are on until switched off."""

    PERSONALISE = "personalise"
    """Purchases order the picks and are given as reasons."""
    REMEMBER = "remember"
    """Conversations are kept."""
    LEARN = "learn"
    """Purchases teach the shop's models: their words and the order of picks; so do thumbs on what
    the words were."""
    SHARE = "share"
    """What they say and what is known of them may go to a model that runs elsewhere."""


class BadWish(TellPerson):
    """A purpose that there is not, or an empty word."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """Everything that one shopper has said; empty for guests."""

    off: frozenset[str] = frozenset()
    forgotten: frozenset[str] = frozenset()
    never_brands: tuple[str, ...] = ()
    never_words: tuple[str, ...] = ()

    def allows(self, purpose: Purpose) -> bool:
        return purpose not in self.off

    def knows(self, event: Interaction, product: Product | None) -> bool:
        """Whether a receipt line may still tell something."""
        category = f"category:{product.category}" if product else ""
        return self.forgotten.isdisjoint({f"product:{event.product_id}", category})

    def known(self, profile: Profile) -> Profile:
        """Return a profile without the facts that are to be forgotten."""
        facts = tuple(f for f in profile.facts if fact_key(f) not in self.forgotten)
        return replace(profile, facts=facts)

    def applied(self, need: Need, waived: frozenset[str] = frozenset()) -> Need:
        """Return the need with what holds in every request, shown as kept.

        ``waived`` are keys of conditions that were taken away in this conversation.
        """
        if need.intent not in (Intent.FIND, Intent.REFINE, Intent.MORE):
            return need
        brands = [b for b in self.never_brands if f"not_brands:{b}" not in waived]
        words = [w for w in self.never_words if f"must_not:{w}" not in waived]
        added = {"not_brands": brands, "must_not": words}
        standing: dict[str, Any] = {
            name: tuple(dict.fromkeys((*getattr(need, name), *more)))
            for name, more in added.items()
            if more
        }
        origins = {name: Origin.CARRIED for name in standing if name not in need.origins}
        return replace(need, **standing, origins={**need.origins, **origins})


NO_WISHES = Wishes()


def fact_key(fact: Fact) -> str:
    """Name what a fact is about, so that it can be forgotten: "product:j01", "category:Milk"."""
    if fact.product_id:
        return f"product:{fact.product_id}"
    if fact.kind is FactKind.CATEGORY:
        return f"category:{fact.category}"
    return f"{fact.kind}:{fact.category}" if fact.category else fact.kind.value


class WishBook:
    """The wishes of all shoppers of one shop, in its SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database
        if not database.readonly:
            migrate(database.connection, MIGRATIONS)

    @classmethod
    def open(cls, config: IndexConfig) -> WishBook:
        """Open for writing; ``MissingIndex`` where nothing has been imported."""
        Database(config.database, readonly=True).close()
        return cls(Database(config.database))

    def of(self, shopper_id: str | None) -> Wishes:
        """Return what a shopper has said; a few microseconds. Nothing is known of guests."""
        if shopper_id is None or not self._is_there():
            return NO_WISHES
        sql = "SELECT kind, value FROM wishes WHERE shopper_id = ? ORDER BY kind, value"
        rows = self._database.connection.execute(sql, (shopper_id,)).fetchall()
        said = {wish: tuple(v for k, v in rows if k == wish) for wish in Wish}
        return Wishes(
            frozenset(said[Wish.OFF]),
            frozenset(said[Wish.FORGET]),
            said[Wish.NEVER_BRAND],
            said[Wish.NEVER_WORD],
        )

    def allowing(self, purpose: Purpose, shopper_ids: Iterable[str]) -> list[str]:
        """Return those of these shoppers who have not switched a purpose off, in their order."""
        if not self._is_there():
            return list(shopper_ids)
        sql = "SELECT shopper_id FROM wishes WHERE kind = ? AND value = ?"
        rows = self._database.connection.execute(sql, (Wish.OFF.value, purpose.value))
        off = {shopper_id for (shopper_id,) in rows}
        return [shopper_id for shopper_id in shopper_ids if shopper_id not in off]

    def add(self, shopper_id: str, wish: Wish, value: str) -> None:
        """Say something; said again changes nothing.

        Raises
        ------
        BadWish
            An empty value, or a purpose that there is not.
        """
        if not value.strip() or (wish is Wish.OFF and value not in set(Purpose)):
            raise BadWish(
                f"{value!r} can't be noted under {wish.value!r}.",
                f"Purposes are {', '.join(Purpose)}; everything else needs a word.",
            )
        with self._database.transaction() as connection:
            row = (shopper_id, wish.value, value.strip())
            connection.execute("INSERT OR IGNORE INTO wishes VALUES (?, ?, ?)", row)

    def take_back(self, shopper_id: str, wish: Wish, value: str) -> bool:
        """Undo something that was said; returns whether it had been."""
        sql = "DELETE FROM wishes WHERE shopper_id = ? AND kind = ? AND value = ?"
        with self._database.transaction() as connection:
            row = (shopper_id, wish.value, value.strip())
            return bool(connection.execute(sql, row).rowcount)

    def close(self) -> None:
        """Close the connections."""
        self._database.close()

    def _is_there(self) -> bool:
        """A shop that is only read may be older than this table."""
        sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'wishes'"
        return self._database.connection.execute(sql).fetchone() is not None
