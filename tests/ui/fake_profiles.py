"""Profiles for tests of the page: wishes are kept in memory, nothing else is held."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from assistant.consent import Wish, Wishes


class FakeProfiles:
    """Of one shopper; knows words to avoid and facts to forget."""

    def __init__(self) -> None:
        self.held = Wishes()

    def wishes(self, shopper: str) -> Wishes:
        return self.held

    def say(self, shopper: str, wish: Wish, value: str) -> None:
        if wish is Wish.FORGET:
            self.held = replace(self.held, forgotten=self.held.forgotten | {value})
        if wish is Wish.NEVER_WORD:
            self.held = replace(self.held, never_words=(*self.held.never_words, value))

    def unsay(self, shopper: str, wish: Wish, value: str) -> None:
        self.held = Wishes()

    def export(self, shopper: str) -> dict[str, Any]:
        return {"events": [{"shopper_id": shopper}]}

    def erase(self, shopper: str) -> None:
        self.held = Wishes()
