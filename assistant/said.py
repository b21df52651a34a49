"""What of a reply is kept with a like or a dislike: enough to write its prompts again.

No prompt is kept, and nothing of the shopper's history: a prompt is written again from the
receipts of the shop, as far as they are still there and may be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from pydantic import TypeAdapter, ValidationError

from assistant.references import render
from assistant.types import Evidence, Need, Reply
from index.errors import BadData

_SPOKEN = (
    "search_text", "asked", "must_not", "categories", "kinds", "min_price", "max_price",
)  # fmt: skip
"""Fields of a need that a sentence may be about; the message as typed is not one."""


@dataclass(frozen=True, slots=True)
class SaidPick:
    """A card of the reply."""

    id: str
    """"P1"."""
    product_id: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class SaidSentence:
    """What a model said of a card."""

    pick_id: str
    raw: str
    """In references."""
    prompt: str
    """Fingerprint of the prompt that it answers, the template's name before a blank."""


@dataclass(frozen=True, slots=True)
class Said:
    """One reply in which a model spoke."""

    day: date
    """The shop's today: facts of the shopper are those before it."""
    need: Need
    picks: tuple[SaidPick, ...]
    """All of them, since a sentence may compare."""
    sentences: tuple[SaidSentence, ...]
    typed: tuple[str, ...] = field(default=(), compare=False, repr=False)
    """The messages of the conversation, never kept: they tell what the request was reduced from,
    where a mail or a name can't be told from other words any more."""

    @property
    def words(self) -> str:
        """Everything that the shopper typed, in it and before it."""
        need = self.need
        return "\n".join((*self.typed, need.search_text, need.asked, *need.must_not))

    def as_json(self) -> str:
        return _SAID.dump_json(self, exclude={"typed"}, exclude_defaults=True).decode()

    @classmethod
    def read(cls, text: str) -> Said:
        """Read what ``as_json`` wrote.

        Raises
        ------
        BadData
            It is of another version, or torn.
        """
        try:
            return _SAID.validate_json(text)
        except ValidationError as error:
            raise BadData(
                f"{text[:40]!r} is no reply that can be read.", "It was written by another version."
            ) from error


_SAID = TypeAdapter(Said)


def said_of(reply: Reply, day: date, typed: Sequence[str]) -> Said | None:
    """Return what is kept of a reply; ``None`` where no model spoke in it.

    Parameters
    ----------
    typed
        The messages of the conversation so far.
    """
    sentences = tuple(
        SaidSentence(one.pick_id, render(one.parts), one.prompt)
        for one in reply.sentences
        if one.by_model
    )
    if not sentences:
        return None
    need = Need("", **{name: getattr(reply.need, name) for name in _SPOKEN})
    picks = tuple(SaidPick(p.id, p.candidate.product.id, p.evidence) for p in reply.picks)
    return Said(day, need, picks, sentences, tuple(typed))
