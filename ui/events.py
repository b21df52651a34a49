"""From the events of a turn to what the page shows. Pure: no browser, no clock, no state."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

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
from ui.boundary import Trouble
from ui.cards import card
from ui.reasons import Context
from ui.words import conditions, plain


class Stage(StrEnum):
    """How far a turn has come."""

    READING = "reading"
    LOOKING = "looking"
    WRITING = "writing"
    DONE = "done"
    STOPPED = "stopped"
    TROUBLE = "trouble"


DOING = {
    Stage.READING: "Reading your message",
    Stage.LOOKING: "Looking through the shelves",
    Stage.WRITING: "Writing the reasons",
}


EMPTY: dict[str, Any] = {
    "chips": [],
    "cards": [],
    "nearest": None,
    "skeletons": 0,
    "empty": True,
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
    trouble: Trouble | None = None

    @property
    def is_over(self) -> bool:
        return self.stage not in DOING


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
        )
    if isinstance(event, Trouble):
        return replace(turn, stage=Stage.TROUBLE, trouble=event)
    return replace(turn, stage=Stage.STOPPED)


def spans(sentence: Sentence) -> list[tuple[str, Reference | None]]:
    """The sentence's text cut where its references stand.

    The literal parts are found in the resolved text in order; what lies between them is what
    the references became. Where that can't be told apart, the text comes whole: highlighting
    is an ornament, the words are not.
    """
    pattern, references = "", []
    for part in sentence.parts:
        if isinstance(part, Reference):
            if pattern.endswith("(.+?)"):
                return [(sentence.text, None)]
            pattern += "(.+?)"
            references.append(part)
        else:
            pattern += r"\s*".join(map(re.escape, re.split(r"\s+", part)))
    found = re.fullmatch(rf"\s*{pattern}\W*", sentence.text, re.IGNORECASE | re.DOTALL)
    if not found:
        return [(sentence.text, None)]
    cut: list[tuple[str, Reference | None]] = []
    at = 0
    for group, reference in enumerate(references, start=1):
        start, end = found.span(group)
        cut += [(sentence.text[at:start], None), (sentence.text[start:end], reference)]
        at = end
    cut.append((sentence.text[at:], None))
    return [piece for piece in cut if piece[0]]


def bubble(turn: Turn, is_latest: bool) -> dict[str, Any]:
    """One turn of the conversation for the template.

    Only sentences whose every claim is supported are shown, whatever came in. References of
    earlier turns are no links: their cards have left the shelf.
    """
    return {
        "message": plain(turn.message),
        "note": plain(turn.note),
        "lines": [_line(s, is_latest) for s in turn.sentences if s.is_shown],
        "doing": DOING.get(turn.stage, ""),
        "stopped": turn.stage is Stage.STOPPED,
        "trouble": turn.trouble,
    }


def _line(sentence: Sentence, is_latest: bool) -> dict[str, Any]:
    return {
        "card": sentence.pick_id if is_latest else "",
        "number": sentence.pick_id.lstrip("P"),
        "pieces": [
            {
                "text": plain(text),
                "target": str(reference)[1:-1] if reference else "",
                "card": _card_of(reference, sentence) if reference and is_latest else "",
            }
            for text, reference in spans(sentence)
        ],
    }


def _card_of(reference: Reference, sentence: Sentence) -> str:
    """The card that a reference lights up: its own, or its sentence's for history and need."""
    return reference.target if reference.target.startswith("P") else sentence.pick_id


def shelf(turn: Turn | None, profile: Profile) -> dict[str, Any]:
    """The right-hand side for the template: chips, cards, the closest card, skeletons."""
    if turn is None:
        return EMPTY
    need = turn.need or Need(turn.message)
    shown = (*turn.picks, *((turn.nearest,) if turn.nearest else ()))
    context = Context.of(need, shown, profile)
    said = {s.pick_id: s for s in turn.sentences if s.is_shown}
    currency = shown[0].candidate.product.currency if shown else "USD"
    waiting = turn.stage in (Stage.READING, Stage.LOOKING)
    return {
        "chips": conditions(need, currency) if turn.need else [],
        "cards": [card(p, context, profile, said.get(p.id)) for p in turn.picks],
        "nearest": card(turn.nearest, context, profile) if turn.nearest else None,
        "skeletons": need.count if waiting else 0,
        "empty": not shown and not waiting,
    }
