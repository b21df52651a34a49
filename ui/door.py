"""What the pages and commands ask of the assistant: the shape of its door.

``assistant.wiring.Assistant`` has it; the tests bring a replay of hand-made events.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from assistant.acts import Basket, Comparison, Tap
from assistant.conditions import Condition
from assistant.interfaces import Stop
from assistant.said import Said
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

    def again(self, stop: Stop | None = None) -> Iterator[TurnEvent]:
        """The request as it stands now, answered once more; nothing where there is none."""

    def stream(self, message: str, stop: Stop | None = None) -> Iterator[TurnEvent]:
        """A turn by a message. Its cards may bring a table, choices or the basket with them."""

    def tap(self, tap: Tap, product_id: str = "", stop: Stop | None = None) -> Iterator[TurnEvent]:
        """A turn by a tap on a shown product (``UNDO`` needs none)."""

    @property
    def can_undo(self) -> bool:
        """Whether there is a refusal or a basket change to take back."""

    def compare(self, product_ids: Sequence[str]) -> Comparison:
        """A table of two to four shown products; no turn."""

    @property
    def basket(self) -> Basket:
        """What is in it, with the prices of now."""

    def put(self, product_id: str, packs: int = 1) -> Basket:
        """Have so many packs of a product in the basket; 0 takes it out. No turn."""

    def places(self, product_id: str, fact_id: str) -> tuple[int, int] | None:
        """A pick's place now, and without a fact of the history: what would change it."""

    @property
    def said(self) -> Said | None:
        """What is kept of the last reply with a thumb, as far as the shopper wants it kept."""

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
