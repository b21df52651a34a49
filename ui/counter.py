"""The counter where a shopper is served: conversations behind the page, without the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from assistant.consent import Purpose
from assistant.interfaces import Stop
from assistant.types import TurnDone, TurnEvent
from ui.acts import Verb, read
from ui.boundary import Trouble, attempt, guarded
from ui.doing import do, tell
from ui.door import Door
from ui.drawer import Profiles
from ui.dwell import read as read_dwell
from ui.events import Stopped, Turn, advance
from ui.feedback import FeedbackLog, Thought
from ui.language import NAMES, language
from ui.prices import Prices
from ui.screen import GUEST, Screen, Screens, nobody, told, trouble
from ui.visits import Visit, Visits


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
        self.profiles = profiles
        self.feedback = feedback
        self.visits = visits if visits is not None else Visits()
        self._screens = Screens(door, profiles, prices)

    def begin(self, key: str, person: str | None, tongue: str = "en") -> Screen:
        """Leave the conversation under ``key`` and start one as ``person``, in a language.

        An unknown person is told so, and goes on as a guest.
        """
        self.visits.close(key)
        opened = self._open(person, tongue)
        if not isinstance(opened, Trouble):
            return self._screens.of(*opened)
        instead = self._open(GUEST, tongue)
        if isinstance(instead, Trouble):
            return nobody(instead, tongue)
        return self._screens.of(*instead, extra=told(opened))

    def is_of(self, person: str | None, key: str) -> bool:
        """Whether a person may go on with the conversation under ``key``: theirs or a guest's."""
        visit = self.visits.find(key)
        return visit is not None and visit.shopper in (None, _shopper(person))

    def back(
        self, key: str, kept: str, tongue: str = "en", only: str | None = None
    ) -> Screen | None:
        """Go on with a conversation: the one under ``key``, else the kept one, as it stands now.

        ``None`` where neither is there any more, or where it is not ``only`` that person's.
        """
        visit = self.visits.find(key)
        if visit is None:
            talk = attempt(lambda: self.door.resume(kept)) if kept else None
            if talk is None or isinstance(talk, Trouble):
                return None
            if only is not None and talk.profile.shopper_id not in (None, _shopper(only)):
                return None
            key, visit = self.visits.open(talk, talk.profile.shopper_id, tongue)
            if talk.kept:
                for _ in self._turn("", visit, talk.again):
                    pass
        visit.language = tongue
        return self._screens.of(key, visit)

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
                yield nobody(opened, tongue)
                return
            key, visit = opened
            visit.turns = (told(trouble("lost", language(tongue))),)
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
            yield self._screens.of(key, visit)
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
            said = attempt(lambda: tell(act, visit, profiles))
            if said:
                wrong = told(said) if isinstance(said, Trouble) else None
                yield self._screens.of(key, visit, extra=wrong)
                return
        done = attempt(lambda: do(act, visit, self.feedback))
        if isinstance(done, Trouble):
            yield self._screens.of(key, visit, extra=told(done))
        elif done is None:
            yield self._screens.of(key, visit)
        else:
            yield from self._served(key, visit, *done)

    def _erase(self, key: str, visit: Visit, profiles: Profiles) -> Screen:
        gone = attempt(lambda: profiles.erase(visit.shopper or ""))
        if isinstance(gone, Trouble):
            return self._screens.of(key, visit, extra=told(gone))
        self.visits.close(key)
        opened = self._open(GUEST, visit.language)
        if isinstance(opened, Trouble):
            return nobody(opened, visit.language)
        return self._screens.of(*opened, extra=told(trouble("erased", language(visit.language))))

    def _served(
        self, key: str, visit: Visit, message: str, events: Callable[[Stop], Iterator[TurnEvent]]
    ) -> Iterator[Screen]:
        """Run a turn: a screen for each of its events."""
        if not visit.busy.acquire(blocking=False):
            yield self.not_taken(key, visit, trouble("busy", language(visit.language)))
            return
        try:
            visit.stop = Stop() if visit.stop else visit.stop  # a fresh one is that of the line
            visit.marked, visit.rated = (), ""
            for _ in self._turn(message, visit, events):
                if visit.gone:
                    return
                yield self._screens.of(key, visit)
        finally:
            visit.stop.set()
            if visit.is_busy:  # the page left in the middle of it
                visit.turns = (*visit.turns[:-1], advance(visit.turns[-1], Stopped()))
            visit.busy.release()

    def as_it_stands(self, key: str, visit: Visit) -> Screen:
        """The page of a conversation between two of its events."""
        return self._screens.of(key, visit)

    def not_taken(self, key: str, visit: Visit, why: Trouble) -> Screen:
        """The page where a message was not taken, with why."""
        return self._screens.of(key, visit, extra=told(why), taken=False)

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
        known_id = _shopper(person)
        talk = attempt(lambda: self.door.session(known_id, keep=True))
        if isinstance(talk, Trouble):
            return talk
        return self.visits.open(talk, known_id, tongue)


def _shopper(person: str | None) -> str | None:
    """A person of the picker as a shopper's id; ``None`` is a guest."""
    shopper = (person or "").strip()
    return None if shopper in ("", GUEST) else shopper


def _unless_stopped(event: TurnEvent | Trouble, stop: Stop) -> TurnEvent | Trouble | Stopped:
    """A turn that ends after a stop is a stopped one, though the assistant closed it well."""
    return Stopped() if stop and isinstance(event, TurnDone | Trouble) else event
