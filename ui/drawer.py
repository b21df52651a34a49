"""The profile in the shopper's hands: what is remembered, and what may be done about it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from assistant.consent import Purpose, Wish, WishBook, Wishes, fact_key
from assistant.erase import erase, export
from assistant.types import Profile
from index.config import IndexConfig
from ui.chart import history
from ui.language import ENGLISH, Language
from ui.words import fact, plain


class Profiles(Protocol):
    """What the page may do with profiles."""

    def wishes(self, shopper: str) -> Wishes:
        """What the shopper has said about being remembered."""

    def say(self, shopper: str, wish: Wish, value: str) -> None: ...

    def unsay(self, shopper: str, wish: Wish, value: str) -> None: ...

    def export(self, shopper: str) -> dict[str, Any]:
        """Everything that is held, by table."""

    def erase(self, shopper: str) -> None:
        """Delete everything that is held, for good."""


@dataclass(frozen=True, slots=True)
class ShopProfiles:
    """``Profiles`` of one shop."""

    config: IndexConfig
    book: WishBook
    """Open for writing; whoever opened it closes it."""

    def wishes(self, shopper: str) -> Wishes:
        return self.book.of(shopper)

    def say(self, shopper: str, wish: Wish, value: str) -> None:
        self.book.add(shopper, wish, value)

    def unsay(self, shopper: str, wish: Wish, value: str) -> None:
        self.book.take_back(shopper, wish, value)

    def export(self, shopper: str) -> dict[str, Any]:
        return export(self.config, shopper)

    def erase(self, shopper: str) -> None:
        erase(self.config, shopper)


def drawer(
    profile: Profile, wishes: Wishes, exported: str = "", words: Language = ENGLISH
) -> dict[str, Any]:
    """What the drawer shows: facts to forget, what was said, purposes, the export as a link.

    ``exported`` is JSON; empty where nothing was asked out yet.
    """
    facts = [one for one in profile.facts if fact_key(one) not in wishes.forgotten]
    return {
        "facts": [(fact_key(one), fact(one, words=words)) for one in facts],
        "bars": history(facts, words),
        "forgotten": [(key, _named(key)) for key in sorted(wishes.forgotten)],
        "words": [plain(word) for word in wishes.never_words],
        "purposes": [
            (one.value, words(f"purpose.{one.value}"), wishes.allows(one)) for one in Purpose
        ],
        "export": f"data:application/json;charset=utf-8,{quote(exported)}" if exported else "",
    }


def as_json(found: dict[str, Any]) -> str:
    """The export as a person may read it."""
    return json.dumps(found, ensure_ascii=False, indent=1)


def _named(key: str) -> str:
    """A forgotten fact by what it was about: "category:Milk" is Milk."""
    return plain(key.partition(":")[2] or key)
