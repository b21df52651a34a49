"""What a tap does to a conversation: a turn of it, or a change between two turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from assistant.acts import Tap
from assistant.consent import Wish
from assistant.interfaces import Stop
from assistant.said import Said
from assistant.types import TurnEvent
from index.errors import BadData
from ui.acts import Act, Verb
from ui.drawer import Profiles, as_json
from ui.events import Turn, on_shelf
from ui.feedback import FeedbackLog, Thought
from ui.language import language
from ui.visits import Visit
from ui.words import plain

TAPS = {
    Verb.LIKE: Tap.LIKE,
    Verb.DISMISS: Tap.DISMISS,
    Verb.NEVER: Tap.NEVER_BRAND,
    Verb.UNDO: Tap.UNDO,
}
"""Taps that are turns."""
THOUGHTS = {Verb.DISMISS: Thought.DISMISS, Verb.ADD: Thought.ADD}
THUMBS = {Verb.UP: Thought.UP, Verb.DOWN: Thought.DOWN}
WISHES = {
    Verb.FORGET: (Wish.FORGET, True),
    Verb.RECALL: (Wish.FORGET, False),
    Verb.FORBID: (Wish.OFF, True),
    Verb.ALLOW: (Wish.OFF, False),
    Verb.AVOID: (Wish.NEVER_WORD, True),
    Verb.ACCEPT: (Wish.NEVER_WORD, False),
}
"""What is said about the profile, and whether it is said or taken back."""
MOST_MARKED = 4

TurnOf = tuple[str, Callable[[Stop], Iterator[TurnEvent]]]
"""What the conversation says of a turn, and its events."""


def do(act: Act, visit: Visit, feedback: FeedbackLog | None) -> TurnOf | None:
    """Do it; returns the turn that has to be run for it, ``None`` where there is none.

    Raises
    ------
    index.errors.TellPerson
        It can't be done; nothing changed.
    """
    talk, about, words = visit.talk, act.about, language(visit.language)
    if act.verb in THOUGHTS:
        _note(visit, feedback, THOUGHTS[act.verb], about)
    if act.verb in TAPS:
        tap, name = TAPS[act.verb], _title(visit, about) or words("tap.this")
        return words(f"tap.{act.verb.value}", name=name), lambda stop: talk.tap(tap, about, stop)
    if act.verb is Verb.DROP:
        said = next((one.words for one in talk.kept if one.key == about), "")
        if not talk.drop(about):
            return None
        return words("tap.drop", name=plain(said)), talk.again
    if act.verb is Verb.DIAL:
        talk.dial = _share(about)
        return ("", talk.again) if any(turn.need for turn in visit.turns) else None
    if act.verb in (Verb.ADD, Verb.LESS):
        packs = next((line.packs for line in talk.basket.lines if line.product.id == about), 0)
        talk.put(about, packs + (1 if act.verb is Verb.ADD else -1))
    elif act.verb is Verb.COMPARE:
        others = tuple(one for one in visit.marked if one != about)
        visit.marked = others if about in visit.marked else (*others, about)[-MOST_MARKED:]
    elif act.verb in THUMBS and visit.rated != act.verb:
        visit.rated = act.verb.value
        _note(visit, feedback, THUMBS[act.verb], said=talk.said)
    return None


def tell(act: Act, visit: Visit, profiles: Profiles) -> bool:
    """Do what the drawer's buttons say; returns whether the act was one of theirs.

    Raises
    ------
    index.errors.TellPerson
        It can't be noted; nothing changed.
    """
    if act.verb not in (*WISHES, Verb.EXPORT):
        return False
    if visit.shopper and act.verb is Verb.EXPORT:
        visit.exported = as_json(profiles.export(visit.shopper))
    elif visit.shopper:
        wish, said = WISHES[act.verb]
        (profiles.say if said else profiles.unsay)(visit.shopper, wish, act.about)
    return True


def _share(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadData(f"{text!r} is no number.", "Give one from 0 to 1.") from None


def _title(visit: Visit, product_id: str) -> str:
    """How the card calls itself; "" where the product is not on the shelf."""
    turn: Turn | None = on_shelf(visit.turns)
    for pick in turn.picks if turn else ():
        if pick.candidate.product.id == product_id:
            return plain(pick.candidate.product.title)
    return ""


def _note(
    visit: Visit,
    feedback: FeedbackLog | None,
    thought: Thought,
    product_id: str | None = None,
    said: Said | None = None,
) -> None:
    if feedback is not None:
        feedback.add(thought, visit.hashes, visit.shopper, product_id, said=said)
