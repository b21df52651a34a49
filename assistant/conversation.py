"""What a conversation remembers: the need, what was shown and refused, what was said."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from assistant.types import Intent, Need, Pick, Reference, Reply, Sentence

NEEDS = frozenset({Intent.FIND, Intent.REFINE, Intent.MORE})
"""Intents whose need the next turn may carry on; questions leave the need before standing."""


@dataclass(frozen=True, slots=True)
class Commitment:
    """Something that was told; later turns may not contradict it."""

    product_id: str
    """Whom it was said of."""
    references: tuple[Reference, ...]
    """What the sentence pointed at."""
    text: str
    """As the shopper read it."""


@dataclass(frozen=True, slots=True)
class ConversationState:
    """Everything that a turn leaves to the next. Empty at the start."""

    turns: int = 0
    need: Need | None = None
    """What was looked for last."""
    shown: tuple[Pick, ...] = ()
    """The picks of the last answer that had any, in the order of the cards."""
    shown_for: Need | None = None
    """The need that these picks answered."""
    seen: tuple[str, ...] = ()
    """Ids shown for the need that goes on: "more" leaves them out."""
    refused: tuple[str, ...] = ()
    """Ids that the shopper waved away; not shown again in this conversation."""
    commitments: tuple[Commitment, ...] = field(default=())

    @property
    def shown_ids(self) -> tuple[str, ...]:
        return tuple(pick.candidate.product.id for pick in self.shown)


def advance(state: ConversationState, need: Need, reply: Reply) -> ConversationState:
    """Return the state after a turn.

    A question about what was shown, small talk and what is out of scope leave the need and
    the picks as they were, so that "cheaper" afterwards still means the same thing. A turn
    that found nothing keeps the picks before it: they are what is on the screen.
    """
    after = replace(
        state,
        turns=state.turns + 1,
        commitments=state.commitments + _commitments(reply),
    )
    if need.intent not in NEEDS:
        return after
    shown = reply.picks or state.shown
    ids = tuple(pick.candidate.product.id for pick in reply.picks)
    goes_on = need.intent is not Intent.FIND
    return replace(
        after,
        need=need,
        shown=shown,
        shown_for=need if reply.picks else state.shown_for,
        seen=tuple(dict.fromkeys((*(state.seen if goes_on else ()), *ids))),
        refused=tuple(dict.fromkeys((*state.refused, *_refused(state, need)))),
    )


def _refused(state: ConversationState, need: Need) -> tuple[str, ...]:
    """Shown products that this need leaves out for good: pointed at, and not wanted."""
    return tuple(i for i in need.about if i in need.not_ids and i in state.shown_ids)


def _commitments(reply: Reply) -> tuple[Commitment, ...]:
    products = {pick.id: pick.candidate.product.id for pick in reply.picks}
    return tuple(
        Commitment(products[s.pick_id], _pointed(s), s.text)
        for s in reply.sentences
        if s.pick_id in products
    )


def _pointed(sentence: Sentence) -> tuple[Reference, ...]:
    return tuple(part for part in sentence.parts if isinstance(part, Reference))
