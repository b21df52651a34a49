"""The counter where a shopper is served: conversations behind the page, without the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.interfaces import Stop
from assistant.types import TurnDone, TurnEvent
from ui.boundary import Trouble, attempt, guarded
from ui.door import Door
from ui.events import EMPTY, Stage, Stopped, Turn, advance, bubble, on_shelf, shelf
from ui.templates import render
from ui.visits import Visit, Visits
from ui.welcome import examples, known

GUEST = "guest"
"""Value of the picker's first line."""
LOST = Trouble("This conversation had been put away.", "It starts afresh with your message.")
BUSY = Trouble("I am still answering.", "Wait for it or press Stop, then ask again.")


@dataclass(frozen=True, slots=True)
class Screen:
    """What the page shows at one moment."""

    key: str
    talk: str
    shelf: str
    person: str = GUEST
    busy: bool = False
    examples: tuple[str, ...] = ()
    """Six at the start of a conversation, then none."""
    taken: bool = True
    """Whether the message was taken from the box."""


class Counter:
    """Begins conversations, answers, stops. Shared by all pages of one application."""

    def __init__(self, door: Door, visits: Visits | None = None) -> None:
        self.door = door
        self.visits = visits if visits is not None else Visits()

    def begin(self, key: str, person: str | None) -> Screen:
        """Leave the conversation under ``key`` and start one as ``person``.

        An unknown person is told so, and goes on as a guest.
        """
        self.visits.close(key)
        opened = self._open(person)
        if not isinstance(opened, Trouble):
            return self._screen(*opened)
        instead = self._open(GUEST)
        if isinstance(instead, Trouble):
            return _nobody(instead)
        return self._screen(*instead, extra=opened)

    def door_sign(self) -> Screen:
        """What stands on the page before its first event: a guest's welcome, nobody's visit."""
        screen = self.begin("", GUEST)
        self.visits.close(screen.key)
        return screen

    def ask(self, message: str, key: str, person: str | None) -> Iterator[Screen]:
        """Answer a message: a screen at once, then one for every event of the turn."""
        visit = self.visits.find(key)
        if visit is None:
            opened = self._open(person)
            if isinstance(opened, Trouble):
                yield _nobody(opened)
                return
            key, visit = opened
            visit.turns = (_told(LOST),)
        if not visit.busy.acquire(blocking=False):
            yield self._screen(key, visit, extra=BUSY, busy=True, taken=False)
            return
        try:
            visit.stop = Stop()
            for _ in self._turn(message, visit):
                if visit.gone:
                    return
                yield self._screen(key, visit, busy=not visit.turns[-1].is_over)
        finally:
            visit.stop.set()
            visit.busy.release()

    def stop(self, key: str) -> None:
        """Stop what is being answered under ``key``; nothing to do where nothing is."""
        visit = self.visits.find(key)
        if visit is not None:
            visit.stop.set()

    def _turn(self, message: str, visit: Visit) -> Iterator[Turn]:
        """The turn as it grows; always the last of ``visit.turns``."""
        turn, earlier, stop = Turn(message), visit.turns, visit.stop
        visit.turns = (*earlier, turn)
        yield turn
        for event in guarded(lambda: visit.talk.stream(message, stop)):
            turn = advance(turn, _unless_stopped(event, stop))
            visit.turns = (*earlier, turn)
            yield turn
        if not turn.is_over:
            visit.turns = (*earlier, advance(turn, Stopped()))
            yield visit.turns[-1]

    def _open(self, person: str | None) -> tuple[str, Visit] | Trouble:
        shopper = (person or "").strip()
        known_id = None if shopper in ("", GUEST) else shopper
        talk = attempt(lambda: self.door.session(known_id))
        return talk if isinstance(talk, Trouble) else self.visits.open(talk, known_id)

    def _screen(
        self,
        key: str,
        visit: Visit,
        extra: Trouble | None = None,
        busy: bool = False,
        taken: bool = True,
    ) -> Screen:
        profile, turns = visit.talk.profile, visit.turns
        placed = on_shelf(turns)
        bubbles = [bubble(turn, profile, has_cards=turn is placed) for turn in turns]
        if extra:
            bubbles.append(bubble(_told(extra), profile, has_cards=False))
        heading, facts = known(profile)
        talk = {
            "status": "" if self.door.ready else self.door.status,
            "heading": heading,
            "facts": facts,
            "turns": bubbles,
        }
        begins = not any(turn.message for turn in turns)
        return Screen(
            key=key,
            talk=render("talk", talk),
            shelf=render("shelf", shelf(placed, profile)),
            person=visit.shopper or GUEST,
            busy=busy,
            examples=tuple(examples(profile)) if begins else (),
            taken=taken,
        )


def _unless_stopped(event: TurnEvent | Trouble, stop: Stop) -> TurnEvent | Trouble | Stopped:
    """A turn that ends after a stop is a stopped one, though the assistant closed it well."""
    return Stopped() if stop and isinstance(event, TurnDone | Trouble) else event


def _told(trouble: Trouble) -> Turn:
    return Turn("", stage=Stage.TROUBLE, trouble=trouble)


def _nobody(trouble: Trouble) -> Screen:
    """The page where not even a guest can be served."""
    words = f"{trouble.what} {trouble.remedy}".strip()
    talk = {"status": words, "heading": "", "facts": [], "turns": []}
    return Screen(key="", talk=render("talk", talk), shelf=render("shelf", EMPTY), taken=False)
