"""What the pages and commands ask of the assistant: the shape of its door.

``assistant.wiring.Assistant`` has it; the tests bring a replay of hand-made events.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from assistant.conditions import Condition
from assistant.interfaces import Stop
from assistant.types import Profile, Reply, TurnEvent


class ShopperLine(Protocol):
    """One line of the shopper picker."""

    @property
    def id(self) -> str: ...

    @property
    def label(self) -> str: ...


class Talk(Protocol):
    """A conversation. One turn at a time."""

    @property
    def profile(self) -> Profile: ...

    @property
    def conversation_id(self) -> str | None:
        """Resumes it; ``None`` where it is not kept."""

    dial: float
    """Personalisation of this conversation, from 0 to 1."""

    @property
    def kept(self) -> Sequence[Condition]:
        """The conditions that a changed request goes on with."""

    def drop(self, key: str) -> bool:
        """Take one of them away; whether there was one."""

    def stream(self, message: str, stop: Stop | None = None) -> Iterator[TurnEvent]: ...

    def ask(self, message: str) -> Reply: ...


class Door(Protocol):
    """The assistant of one shop."""

    @property
    def ready(self) -> bool: ...

    @property
    def status(self) -> str: ...

    def session(self, shopper_id: str | None = None, keep: bool = False) -> Talk: ...

    def resume(self, conversation_id: str) -> Talk: ...

    def shoppers(self, limit: int = 50) -> Sequence[ShopperLine]: ...
