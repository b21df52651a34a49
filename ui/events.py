"""From the events of a turn to what the page shows. Pure: no browser, no clock, no state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from assistant.acts import Basket, Choice, Comparison
from assistant.conditions import Condition
from assistant.conditions import conditions as conditions_of
from assistant.references import Resolver
from assistant.types import (
    CardsReady,
    Need,
    NeedRead,
    Pick,
    Profile,
    Reference,
    Sentence,
    SentenceReady,
    TurnDone,
    TurnEvent,
)
from ui.boundary import Trouble, said_in
from ui.cards import basket_of, card, table_of
from ui.language import ENGLISH, Language
from ui.prices import Week
from ui.reasons import pointer
from ui.words import plain


class Stage(StrEnum):
    """How far a turn has come."""

    WAITING = "waiting"
    """In line: not begun yet."""
    READING = "reading"
    LOOKING = "looking"
    WRITING = "writing"
    DONE = "done"
    STOPPED = "stopped"
    TROUBLE = "trouble"


UNDER_WAY = (Stage.WAITING, Stage.READING, Stage.LOOKING, Stage.WRITING)

EMPTY: dict[str, Any] = {
    "chips": [],
    "cards": [],
    "nearest": None,
    "skeletons": 0,
    "empty": True,
    "table": None,
    "marked": (),
    "basket": None,
    "can_undo": False,
}
"""The shelf before the first question."""


class Stopped:
    """Event: the shopper pressed stop."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what has come of it so far."""

    message: str
    stage: Stage = Stage.READING
    need: Need | None = None
    picks: tuple[Pick, ...] = ()
    nearest: Pick | None = None
    note: str = ""
    sentences: tuple[Sentence, ...] = ()
    comparison: Comparison | None = None
    choices: tuple[Choice, ...] = ()
    trouble: Trouble | None = None
    ahead: int = 0
    """While it waits: how many others are before it."""

    @property
    def is_over(self) -> bool:
        return self.stage not in UNDER_WAY


def advance(turn: Turn, event: TurnEvent | Trouble | Stopped) -> Turn:
    """The turn after one event. A turn that is over stays as it is."""
    if turn.is_over:
        return turn
    if isinstance(event, NeedRead):
        return replace(turn, stage=Stage.LOOKING, need=event.need)
    if isinstance(event, CardsReady):
        return replace(
            turn,
            stage=Stage.WRITING,
            picks=event.picks,
            note=event.note,
            nearest=event.nearest,
            comparison=event.comparison,
            choices=event.choices,
        )
    if isinstance(event, SentenceReady):
        return replace(turn, sentences=(*turn.sentences, event.sentence))
    if isinstance(event, TurnDone):
        reply = event.reply
        return replace(
            turn,
            stage=Stage.DONE,
            need=reply.need,
            picks=reply.picks,
            nearest=reply.nearest,
            note=reply.note,
            sentences=reply.sentences,
            comparison=reply.comparison,
            choices=reply.choices,
        )
    if isinstance(event, Trouble):
        return replace(turn, stage=Stage.TROUBLE, trouble=event)
    return replace(turn, stage=Stage.STOPPED)


def spans(sentence: Sentence, context: Resolver) -> list[tuple[str, Reference | None]]:
    """The sentence's text cut where its references stand.

    Where the parts, resolved again, are not the very text of the sentence, the text comes
    whole: highlighting is an ornament, the words are not.
    """
    cut: list[tuple[str, Reference | None]] = []
    for part in sentence.parts:
        if isinstance(part, Reference):
            try:
                cut.append((context.resolve(part), part))
            except KeyError:
                return [(sentence.text, None)]
        else:
            cut.append((part, None))
    cut = [piece for piece in cut if piece[0]]
    if cut:
        first, reference = cut[0]
        cut[0] = (first[:1].upper() + first[1:], reference)
    whole = "".join(text for text, _ in cut)
    return cut if whole == sentence.text else [(sentence.text, None)]


def context(turn: Turn, profile: Profile) -> Resolver:
    """What the references of a turn point into: its request, its picks, the history."""
    shown = (*turn.picks, *((turn.nearest,) if turn.nearest else ()))
    return Resolver(shown, profile, turn.need or Need(turn.message), profile.as_of)


def on_shelf(turns: tuple[Turn, ...]) -> Turn | None:
    """The turn whose cards are shown: the last that was understood or is under way.

    A message that could not be read leaves the shelf as it was.
    """
    return next((t for t in reversed(turns) if t.need or not t.is_over), None)


def bubble(
    turn: Turn, profile: Profile, has_cards: bool, words: Language = ENGLISH
) -> dict[str, Any]:
    """One turn of the conversation for the template.

    Only sentences whose every claim is supported are shown, whatever came in. References are
    links only where the turn's cards stand on the shelf.
    """
    points = context(turn, profile)
    return {
        "message": plain(turn.message),
        "note": plain(turn.note),
        "lines": [_line(s, points, has_cards) for s in turn.sentences if s.is_shown],
        "doing": _doing(turn, words),
        "stopped": turn.stage is Stage.STOPPED,
        "trouble": said_in(turn.trouble, words) if turn.trouble else None,
        "choices": [{"label": plain(c.label), "say": c.message} for c in turn.choices],
        "rated": "",
        "rateable": False,
    }


def _doing(turn: Turn, words: Language) -> str:
    if turn.is_over:
        return ""
    if turn.stage is Stage.WAITING and not turn.ahead:
        return words("doing.next")
    return words(f"doing.{turn.stage.value}", turn.ahead)


def _line(sentence: Sentence, points: Resolver, has_cards: bool) -> dict[str, Any]:
    return {
        "card": sentence.pick_id if has_cards else "",
        "number": sentence.pick_id.lstrip("P"),
        "pieces": [
            {
                "text": plain(text),
                "target": pointer(reference) if reference else "",
                "card": _card_of(reference, sentence) if reference and has_cards else "",
                "fact": _fact_of(reference) if reference and has_cards else "",
            }
            for text, reference in spans(sentence, points)
        ],
    }


def _card_of(reference: Reference, sentence: Sentence) -> str:
    """The card that a reference lights up: its own, or its sentence's for history and need."""
    return reference.target if reference.target.startswith("P") else sentence.pick_id


def _fact_of(reference: Reference) -> str:
    """The fact of the history that it lights up on that card; "" where it is of another kind."""
    return reference.target if reference.target.startswith("H") else ""


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands on the shelf beside the cards."""

    basket: Basket = field(default_factory=Basket)
    marked: tuple[str, ...] = ()
    """Products put side by side."""
    comparison: Comparison | None = None
    """Of those; a turn may bring its own."""
    kept: tuple[Condition, ...] | None = None
    """The conditions to go on with; ``None``: those of the turn."""
    can_undo: bool = False
    weeks: Mapping[str, Sequence[Week]] = field(default_factory=dict)
    """Product to what a pack cost, where it is known by now."""


def shelf(
    turn: Turn | None,
    profile: Profile,
    beside: Beside | None = None,
    words: Language = ENGLISH,
) -> dict[str, Any]:
    """The right-hand side for the template: chips, cards, the closest card, table, basket."""
    beside = beside or Beside()
    around = {
        "marked": beside.marked,
        "basket": basket_of(beside.basket, words),
        "can_undo": beside.can_undo,
    }
    if turn is None:
        return {**EMPTY, **around}
    points = context(turn, profile)
    said = {s.pick_id: s for s in turn.sentences if s.is_shown}
    currency = points.picks[0].candidate.product.currency if points.picks else "USD"
    waiting = turn.stage in (Stage.READING, Stage.LOOKING)
    kept = beside.kept
    if kept is None:
        kept = conditions_of(turn.need, currency) if turn.need else ()
    table = beside.comparison or turn.comparison
    return {
        "chips": [(one.key, plain(one.words), one.carried) for one in kept],
        "cards": [
            card(
                one, points, said.get(one.id), words, beside.weeks.get(one.candidate.product.id, ())
            )
            for one in turn.picks
        ],
        "nearest": card(turn.nearest, points, words=words) if turn.nearest else None,
        "skeletons": points.need.count if waiting else 0,
        "empty": not points.picks and not waiting,
        "table": table_of(table) if table else None,
        **around,
    }
