"""What clients send, each with an example for the OpenAPI description."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from index.types import Interaction
from ui.feedback import Thought

Id = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f]+$")]
Dial = Annotated[float, Field(ge=0, le=1)]
MANY = 500
"""Receipt lines of one request."""


def _shape(**example: Any) -> ConfigDict:
    return ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [example]})


class Ask(BaseModel):
    """A message: the first of a conversation, or the next of one that was begun here."""

    model_config = _shape(message="something for breakfast under $4", shopper="1228")

    message: Annotated[str, Field(min_length=1, max_length=20_000)]
    session: Annotated[str, Field(max_length=200)] | None = None
    """Goes on with a conversation; its shopper was settled when it began."""
    shopper: Id | None = None
    """Whose history is used, where a conversation begins; left out it is a guest's."""
    dial: Dial | None = None
    """Personalisation of this conversation from now on."""
    stream: bool = False
    """Server-sent events instead of one JSON object."""


class Recommend(BaseModel):
    """Picks without words, in no conversation."""

    model_config = _shape(shopper="1228", request="5 snacks without nuts")

    request: Annotated[str, Field(min_length=1, max_length=2_000)] = "surprise me"
    shopper: Id | None = None
    dial: Dial | None = None


class Feedback(BaseModel):
    """What the shopper of a conversation thought or did about its last answer."""

    model_config = _shape(session="…", kind="up", product_id="j0123456789")

    session: Annotated[str, Field(max_length=200)]
    kind: Thought
    product_id: Id | None = None
    seconds: Annotated[float, Field(ge=0, le=86_400)] | None = None
    """For ``dwell``: how long a card was looked at."""


class Purchase(BaseModel):
    """One line of a receipt."""

    model_config = _shape(
        shopper_id="1228", product_id="j0123456789", at="2017-12-31T17:05:00", quantity=2,
        paid=498, basket_id="b77",
    )  # fmt: skip

    shopper_id: Id
    product_id: Id
    at: datetime
    quantity: Annotated[int, Field(ge=1, le=9_999)] = 1
    paid: Annotated[int, Field(ge=0, le=10**9)] | None = None
    """For the whole line, in minor units of the currency."""
    basket_id: Annotated[str, Field(max_length=128)] = ""
    store_id: Annotated[str, Field(max_length=128)] = ""

    def line(self) -> Interaction:
        """As the index keeps it, in the shop's own time."""
        return Interaction(0, **{**self.model_dump(), "at": self.at.replace(tzinfo=None)})


class Events(BaseModel):
    """Receipt lines, written all or none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    events: Annotated[list[Purchase], Field(min_length=1, max_length=MANY)]
