"""What a conversation remembers: the need, what was shown and refused, what was said."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from assistant.acts import Choice
from assistant.basket import Packs
from assistant.commitments import Commitment, commitments
from assistant.consent import Wishes
from assistant.types import Intent, Need, Origin, Pick, Reply

NEEDS = frozenset({Intent.FIND, Intent.REFINE, Intent.MORE})
"""Intents whose need the next turn may carry on; questions leave the need before standing."""
ABOUT_SHOWN = frozenset({Intent.EXPLAIN, Intent.ASK_PRODUCT, Intent.COMPARE})
"""Intents that ask for nothing new: the picks keep the conditions that they were shown for."""
MOST_CHANGES = 20
"""Changes that can still be taken back."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that can be taken back: a refusal, or what was done to the basket."""

    ids: tuple[str, ...] = ()
    """Products that were refused."""
    brands: tuple[str, ...] = ()
    own_label: bool = False
    """Whether the shop's own label was refused for good."""
    packs: Packs | None = None
    """The basket before it."""


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
    focus: tuple[str, ...] = ()
    """Shown products that the last question was about: "it" means them."""
    never_brands: tuple[str, ...] = ()
    """Refused for this whole conversation."""
    never_own_label: bool = False
    packs: Packs = ()
    """The basket."""
    changes: tuple[Change, ...] = ()
    """What can be taken back, the latest last."""
    offered: tuple[Choice, ...] = ()
    """Answers to the question that the last turn ended with; the next turn asks none."""
    waived: frozenset[str] = frozenset()
    """Keys of conditions that were taken away: a standing wish does not bring them back."""

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
        offered=reply.choices,
        commitments=state.commitments + commitments(reply),
    )
    if need.intent not in NEEDS and not (need.intent is Intent.UNDO and reply.picks):
        return replace(after, focus=need.about or state.focus)
    shown = reply.picks or state.shown
    ids = tuple(pick.candidate.product.id for pick in reply.picks)
    goes_on = need.intent is not Intent.FIND
    return _refusing(
        replace(
            after,
            need=need,
            shown=shown,
            focus=() if reply.picks else state.focus,
            shown_for=need if reply.picks else state.shown_for,
            seen=tuple(dict.fromkeys((*(state.seen if goes_on else ()), *ids))),
        ),
        refused_by(need, state),
        need,
    )


def about_shown(need: Need, state: ConversationState) -> Need:
    """A question about what was shown keeps the conditions that it was shown for."""
    before = state.shown_for
    if need.intent not in ABOUT_SHOWN or before is None:
        return need
    return replace(
        before,
        message=need.message,
        intent=need.intent,
        about=need.about,
        asks=need.asks,
        remarks=need.remarks,
        origins={**before.origins, **need.origins},
    )


def changed(state: ConversationState, change: Change) -> ConversationState:
    """Return the state with one more change that can be taken back."""
    return replace(state, changes=(*state.changes, change)[-MOST_CHANGES:])


def undone(state: ConversationState) -> ConversationState:
    """Return the state without its last change; one without changes stays as it is."""
    if not state.changes:
        return state
    last = state.changes[-1]
    need = state.need and replace(
        state.need,
        about=(),
        refuses=False,
        not_ids=_less(state.need.not_ids, last.ids),
        not_brands=_less(state.need.not_brands, last.brands),
        store_brand=None if last.own_label else state.need.store_brand,
        lasting=False,
    )
    return replace(
        state,
        need=need,
        refused=_less(state.refused, last.ids),
        never_brands=_less(state.never_brands, last.brands),
        never_own_label=state.never_own_label and not last.own_label,
        packs=state.packs if last.packs is None else last.packs,
        changes=state.changes[:-1],
    )


def restarted(state: ConversationState) -> ConversationState:
    """Return the state without conditions and refusals; what was told and the basket stay."""
    return ConversationState(
        turns=state.turns, commitments=state.commitments, packs=state.packs, shown=state.shown,
        shown_for=state.shown_for,
    )  # fmt: skip


def unsaid(need: Need, state: ConversationState) -> Need:
    """Return the need that "undo" asks for: the request before, without the last refusal."""
    if not state.changes or state.changes[-1].packs is not None:
        return need
    before = undone(state).need or need
    return replace(before, message=need.message, intent=Intent.UNDO, remarks=())


def waive(state: ConversationState, key: str) -> ConversationState:
    """Return the state after a condition was taken away: nothing brings it back by itself."""
    name, _, value = key.partition(":")
    return replace(
        state,
        waived=state.waived | {key},
        refused=() if name == "not_ids" else state.refused,
        never_brands=_less(state.never_brands, (value,) if name == "not_brands" else ()),
        never_own_label=state.never_own_label and name != "store_brand",
    )


def standing(need: Need, state: ConversationState, wishes: Wishes) -> Need:
    """Return the need with what holds in every request, shown as kept.

    That is what the shopper has said about all requests, and the brands refused for good in
    this conversation. Who asks for the shop's own label outright gets it.
    """
    brands = tuple(dict.fromkeys((*wishes.never_brands, *state.never_brands)))
    need = replace(wishes, never_brands=brands).applied(need, state.waived)
    if need.intent in NEEDS and state.never_own_label and need.store_brand is None:
        origins = {**need.origins, "store_brand": Origin.CARRIED}
        return replace(need, store_brand=False, origins=origins)
    return need


def _less(values: tuple[str, ...], gone: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value for value in values if value not in gone)


def _refusing(state: ConversationState, ids: tuple[str, ...], need: Need) -> ConversationState:
    """Return the state with what this need refuses for good; what was refused before stays."""
    change = Change(
        _less(ids, state.refused),
        _less(need.not_brands, state.never_brands) if need.lasting else (),
        need.lasting
        and need.store_brand is False
        and need.origins.get("store_brand") is Origin.CODE
        and not state.never_own_label,
    )
    if change == Change():
        return state
    return changed(
        replace(
            state,
            refused=(*state.refused, *change.ids),
            never_brands=(*state.never_brands, *change.brands),
            never_own_label=state.never_own_label or change.own_label,
            waived=state.waived - {f"not_brands:{brand}" for brand in need.not_brands},
        ),
        change,
    )


def refused_by(need: Need, state: ConversationState) -> tuple[str, ...]:
    """Shown products that this need leaves out for good: pointed at, and waved away."""
    return tuple(i for i in need.about if need.refuses and i in state.shown_ids)
