"""The counter where a shopper is served: conversations behind the page, without the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.consent import Purpose
from assistant.interfaces import Stop
from assistant.types import TurnDone, TurnEvent
from ui.acts import Verb, read
from ui.boundary import Trouble, attempt, guarded
from ui.doing import do, tell
from ui.door import Door
from ui.drawer import Profiles, drawer
from ui.dwell import read as read_dwell
from ui.events import EMPTY, Beside, Stage, Stopped, Turn, advance, bubble, on_shelf, shelf
from ui.feedback import FeedbackLog, Thought
from ui.language import NAMES, Language, language
from ui.prices import Prices, Week
from ui.templates import render
from ui.visits import Visit, Visits
from ui.welcome import examples, known

GUEST = "guest"
"""Value of the picker's first line."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What the page shows at one moment."""

    key: str
    talk: str
    shelf: str
    person: str = GUEST
    language: str = "en"
    """Code of what the page is written in."""
    dial: float = 0.0
    """Personalisation of this conversation."""
    kept: str = ""
    """Resumes the conversation after a restart; empty where nothing of it is kept yet."""
    busy: bool = False
    examples: tuple[str, ...] = ()
    """Six at the start of a conversation, then none."""
    taken: bool = True
    """Whether the message was taken from the box."""


class Counter:
    """Begins conversations, answers, stops. Shared by all pages of one application."""

    def __init__(
        self,
        door: Door,
        visits: Visits | None = None,
        feedback: FeedbackLog | None = None,
        profiles: Profiles | None = None,
        prices: Prices | None = None,
    ) -> None:
        self.door = door
        self.prices = prices
        self.profiles = profiles
        self.feedback = feedback
        self.visits = visits if visits is not None else Visits()

    def begin(self, key: str, person: str | None, tongue: str = "en") -> Screen:
        """Leave the conversation under ``key`` and start one as ``person``, in a language.

        An unknown person is told so, and goes on as a guest.
        """
        self.visits.close(key)
        opened = self._open(person, tongue)
        if not isinstance(opened, Trouble):
            return self._screen(*opened)
        instead = self._open(GUEST, tongue)
        if isinstance(instead, Trouble):
            return _nobody(instead, tongue)
        return self._screen(*instead, extra=_told(opened))

    def back(self, key: str, kept: str, tongue: str = "en") -> Screen | None:
        """Go on with a conversation: the one under ``key``, else the kept one, as it stands now.

        ``None`` where neither is there any more.
        """
        visit = self.visits.find(key)
        if visit is None:
            talk = attempt(lambda: self.door.resume(kept)) if kept else None
            if talk is None or isinstance(talk, Trouble):
                return None
            key, visit = self.visits.open(talk, talk.profile.shopper_id, tongue)
            if talk.kept:
                for _ in self._turn("", visit, talk.again):
                    pass
        visit.language = tongue
        return self._screen(key, visit, busy=visit.busy.locked())

    def door_sign(self) -> Screen:
        """What stands on the page before its first event: a guest's welcome, nobody's visit."""
        screen = self.begin("", GUEST)
        self.visits.close(screen.key)
        return screen

    def ask(
        self, message: str, key: str, person: str | None, tongue: str = "en"
    ) -> Iterator[Screen]:
        """Answer a message: a screen at once, then one for every event of the turn."""
        visit = self.visits.find(key)
        if visit is None:
            opened = self._open(person, tongue)
            if isinstance(opened, Trouble):
                yield _nobody(opened, tongue)
                return
            key, visit = opened
            visit.turns = (_told(trouble("lost", language(tongue))),)
        talk = visit.talk
        yield from self._served(key, visit, message, lambda stop: talk.stream(message, stop))

    def act(self, line: str, key: str, person: str | None, tongue: str = "en") -> Iterator[Screen]:
        """Do what was tapped; an unknown line does nothing, a lost conversation starts afresh."""
        act, visit = read(line), self.visits.find(key)
        if visit is None:
            yield from self.ask("", key, person, tongue) if act else ()
            return
        if act is None:
            return
        if act.verb is Verb.SPEAK:
            visit.language = act.about if act.about in NAMES else visit.language
            yield self._screen(key, visit, busy=visit.busy.locked())
            return
        if act.verb in (Verb.SAY, Verb.AGAIN):
            message = act.about or next((t.message for t in visit.turns[::-1] if t.message), "")
            yield from self.ask(message, key, person, tongue)
            return
        if self.profiles is not None:
            profiles = self.profiles
            if act.verb is Verb.ERASE and visit.shopper:
                yield self._erase(key, visit, profiles)
                return
            told = attempt(lambda: tell(act, visit, profiles))
            if told:
                wrong = _told(told) if isinstance(told, Trouble) else None
                yield self._screen(key, visit, extra=wrong)
                return
        done = attempt(lambda: do(act, visit, self.feedback))
        if isinstance(done, Trouble):
            yield self._screen(key, visit, extra=_told(done))
        elif done is None:
            yield self._screen(key, visit)
        else:
            yield from self._served(key, visit, *done)

    def _erase(self, key: str, visit: Visit, profiles: Profiles) -> Screen:
        gone = attempt(lambda: profiles.erase(visit.shopper or ""))
        if isinstance(gone, Trouble):
            return self._screen(key, visit, extra=_told(gone))
        self.visits.close(key)
        opened = self._open(GUEST, visit.language)
        if isinstance(opened, Trouble):
            return _nobody(opened, visit.language)
        return self._screen(*opened, extra=_told(trouble("erased", language(visit.language))))

    def _served(
        self, key: str, visit: Visit, message: str, events: Callable[[Stop], Iterator[TurnEvent]]
    ) -> Iterator[Screen]:
        """Run a turn: a screen for each of its events."""
        if not visit.busy.acquire(blocking=False):
            yield self.told(key, visit, trouble("busy", language(visit.language)))
            return
        try:
            visit.stop = Stop()
            visit.marked, visit.rated = (), ""
            for _ in self._turn(message, visit, events):
                if visit.gone:
                    return
                yield self._screen(key, visit, busy=not visit.turns[-1].is_over)
        finally:
            visit.stop.set()
            visit.busy.release()

    def waiting(self, key: str, visit: Visit, message: str, ahead: int) -> Screen:
        """The page of a turn that waits in line behind so many others."""
        turn = Turn(message, Stage.WAITING, ahead=ahead)
        return self._screen(key, visit, extra=turn, busy=True)

    def left(self, key: str, visit: Visit, message: str) -> Screen:
        """The page after a turn was stopped while it waited."""
        visit.turns = (*visit.turns, Turn(message, Stage.STOPPED))
        return self._screen(key, visit)

    def told(self, key: str, visit: Visit, why: Trouble) -> Screen:
        """The page where a message was not taken, with why."""
        busy = visit.busy.locked()
        return self._screen(key, visit, extra=_told(why), busy=busy, taken=False)

    def dwelt(self, line: str, key: str) -> None:
        """Note how long cards of this conversation were looked at, where that may be used."""
        visit = self.visits.find(key)
        if visit is None or self.feedback is None or not self._may_learn(visit.shopper):
            return
        shown = {pick.candidate.product.id for turn in visit.turns for pick in turn.picks}
        for product, seconds in read_dwell(line, shown):
            self.feedback.add(Thought.DWELL, visit.hashes, visit.shopper, product, seconds)

    def _may_learn(self, shopper: str | None) -> bool:
        if shopper is None or self.profiles is None:
            return True
        return self.profiles.wishes(shopper).allows(Purpose.LEARN)

    def stop(self, key: str) -> None:
        """Stop what is being answered under ``key``; nothing to do where nothing is."""
        visit = self.visits.find(key)
        if visit is not None:
            visit.stop.set()

    def _turn(
        self, message: str, visit: Visit, events: Callable[[Stop], Iterator[TurnEvent]]
    ) -> Iterator[Turn]:
        """The turn as it grows; always the last of ``visit.turns``."""
        turn, earlier, stop = Turn(message), visit.turns, visit.stop
        visit.turns = (*earlier, turn)
        yield turn
        for event in guarded(lambda: events(stop)):
            if isinstance(event, TurnDone):
                visit.hashes = event.reply.hashes
            turn = advance(turn, _unless_stopped(event, stop))
            visit.turns = (*earlier, turn)
            yield turn
        if not turn.is_over:
            visit.turns = (*earlier, advance(turn, Stopped()))
            yield visit.turns[-1]

    def _open(self, person: str | None, tongue: str) -> tuple[str, Visit] | Trouble:
        shopper = (person or "").strip()
        known_id = None if shopper in ("", GUEST) else shopper
        talk = attempt(lambda: self.door.session(known_id, keep=True))
        if isinstance(talk, Trouble):
            return talk
        return self.visits.open(talk, known_id, tongue)

    def _drawer(self, visit: Visit) -> dict[str, Any] | None:
        """The profile of a shopper who is one; guests have none."""
        if self.profiles is None or visit.shopper is None:
            return None
        wishes, words = self.profiles.wishes(visit.shopper), language(visit.language)
        return drawer(visit.talk.profile, wishes, visit.exported, words)

    def _beside(self, visit: Visit, placed: Turn | None, busy: bool) -> Beside:
        talk, table = visit.talk, None
        if len(visit.marked) > 1:
            found = attempt(lambda: talk.compare(visit.marked))
            table = None if isinstance(found, Trouble) else found
        # While a turn is under way its own conditions stand; afterwards those to go on with.
        kept = None if busy else tuple(talk.kept)
        weeks = self._weeks(placed, talk.profile.as_of) if placed and placed.is_over else {}
        return Beside(talk.basket, visit.marked, table, kept, talk.can_undo, weeks)

    def _weeks(self, turn: Turn, today: date) -> dict[str, Sequence[Week]]:
        """What the cards' products cost; looked up once the turn is over, cards never wait."""
        if self.prices is None:
            return {}
        ids = [pick.candidate.product.id for pick in turn.picks]
        return {id_: self.prices.weeks(id_, today) for id_ in ids}

    def _screen(
        self,
        key: str,
        visit: Visit,
        extra: Turn | None = None,
        busy: bool = False,
        taken: bool = True,
    ) -> Screen:
        profile, turns, words = visit.talk.profile, visit.turns, language(visit.language)
        placed = on_shelf(turns)
        bubbles = [bubble(turn, profile, turn is placed, words) for turn in turns]
        if extra:
            bubbles.append(bubble(extra, profile, has_cards=False, words=words))
        if turns and turns[-1].stage is Stage.DONE and not extra:
            bubbles[-1] |= {"rated": visit.rated, "rateable": bool(turns[-1].picks)}
        heading, facts = known(profile, words)
        talk = {
            "status": "" if self.door.ready else self.door.status,
            "heading": heading,
            "facts": facts,
            "turns": bubbles,
            "drawer": self._drawer(visit),
        }
        begins = not any(turn.message for turn in turns)
        return Screen(
            key=key,
            talk=render("talk", talk, words),
            shelf=render(
                "shelf", shelf(placed, profile, self._beside(visit, placed, busy), words), words
            ),
            dial=visit.talk.dial,
            kept=visit.talk.conversation_id or "",
            person=visit.shopper or GUEST,
            language=words.code,
            busy=busy,
            examples=tuple(examples(profile)) if begins else (),
            taken=taken,
        )


def _unless_stopped(event: TurnEvent | Trouble, stop: Stop) -> TurnEvent | Trouble | Stopped:
    """A turn that ends after a stop is a stopped one, though the assistant closed it well."""
    return Stopped() if stop and isinstance(event, TurnDone | Trouble) else event


def _told(why: Trouble) -> Turn:
    return Turn("", stage=Stage.TROUBLE, trouble=why)


def trouble(name: str, words: Language, **values: object) -> Trouble:
    """What our own words have to say of it."""
    return Trouble(words(f"trouble.{name}", None, **values), words(f"trouble.{name}_remedy"))


def _nobody(why: Trouble, tongue: str) -> Screen:
    """The page where not even a guest can be served."""
    words = language(tongue)
    talk: dict[str, Any] = {
        "status": f"{why.what} {why.remedy}".strip(),
        "heading": "",
        "facts": [],
        "turns": [],
        "drawer": None,
    }
    return Screen(
        key="",
        talk=render("talk", talk, words),
        shelf=render("shelf", EMPTY, words),
        language=words.code,
        taken=False,
    )
