"""Open conversations, kept on the server under random ids.

A session can't be copied, so the page's own state holds only an id; the registry belongs to
one application, never to a module.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from assistant.interfaces import Stop
from ui.door import Talk
from ui.events import Turn

IDLE_S = 3600.0
CAP = 500


@dataclass(slots=True)
class Visit:
    """One page's conversation: the session, what was shown, and a way to stop it."""

    talk: Talk
    shopper: str | None
    language: str = "en"
    """Code of what the page is written in; the conversation is in English."""
    turns: tuple[Turn, ...] = ()
    stop: Stop = field(default_factory=Stop)
    hashes: Mapping[str, str] = field(default_factory=dict)
    """Of what answered last: feedback is noted with them."""
    marked: tuple[str, ...] = ()
    """Products put side by side."""
    exported: str = ""
    """Everything that is held of the shopper as JSON, once it was asked for."""
    rated: str = ""
    """The thumb that the last answer was given."""
    waiting: Turn | None = None
    """What waits in the line of turns for its place."""
    busy: threading.Lock = field(default_factory=threading.Lock)
    """Held for the length of a turn: a session answers one question at a time."""
    seen: float = 0.0
    gone: bool = False
    """The page has left it: nothing more of it may be shown."""

    @property
    def is_busy(self) -> bool:
        """Whether something of it is answered or waits for that."""
        return self.waiting is not None or bool(self.turns and not self.turns[-1].is_over)


class Visits:
    """Visits by id: the longest unseen leaves when the cap is reached or its time is over.

    A visit whose turn is under way, or waits, never leaves.

    Parameters
    ----------
    idle_s
        Seconds without a turn after which a visit may be put away.
    cap
        How many are kept at most.
    clock
        Monotonic seconds.
    """

    def __init__(
        self,
        idle_s: float = IDLE_S,
        cap: int = CAP,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._idle_s = idle_s
        self._cap = cap
        self._clock = clock
        self._lock = threading.Lock()
        self._visits: OrderedDict[str, Visit] = OrderedDict()

    def __len__(self) -> int:
        return len(self._visits)

    def open(self, talk: Talk, shopper: str | None, language: str = "en") -> tuple[str, Visit]:
        """Keep a new conversation; returns it with its id, which can't be guessed."""
        key = secrets.token_urlsafe(24)
        visit = Visit(talk, shopper, language, seen=self._clock())
        with self._lock:
            self._visits[key] = visit
            self._put_away()
        return key, visit

    def find(self, key: str) -> Visit | None:
        """The visit, now seen; ``None`` where it was put away or never was."""
        with self._lock:
            self._put_away()
            visit = self._visits.get(key)
            if visit is not None:
                visit.seen = self._clock()
                self._visits.move_to_end(key)
            return visit

    def close(self, key: str) -> None:
        """Stop and forget a visit; an unknown id is nothing to do."""
        with self._lock:
            visit = self._visits.pop(key, None)
        if visit is not None:
            visit.gone = True
            visit.stop.set()

    def _put_away(self) -> None:
        oldest = self._clock() - self._idle_s
        surplus = len(self._visits) - self._cap
        for key, visit in list(self._visits.items()):
            if surplus <= 0 and visit.seen >= oldest:
                return
            if not (visit.busy.locked() or visit.waiting):
                del self._visits[key]
                surplus -= 1
