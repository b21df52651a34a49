"""The server that is flooded: the real API over the drill's shop, in a process of its own."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

from assistant.interfaces import Completion, Request, Stop
from assistant.models.scripted import ScriptedModel
from assistant.session import Session
from assistant.wiring import Assistant
from eval.drills.children import Child
from eval.drills.jobs import Tell
from eval.drills.stage import Stage
from eval.drills.writes import opened
from index.config import IndexConfig
from ui.api.line import TOGETHER, WAITING, Line
from ui.loopback import served
from ui.visits import Visits

DAWDLES_S = 30.0
"""How long the slow model thinks of a sentence, if nobody stops it."""
CAP = 40
"""Conversations that are kept open at most."""
NO_END = 10**9


@dataclass(frozen=True, slots=True)
class Serving:
    """How the server is set up; one that is not defended lacks what the flood is held against."""

    model: str = "scripted"
    """Or "slow", until it is told to be quick; or "deaf", which is slow and hears no stop."""
    shared: bool = False
    """One conversation for everybody."""
    waiting: int = WAITING
    together: int = TOGETHER
    cap: int = CAP
    """Conversations kept open."""


class SlowModel(ScriptedModel):
    """Thinks long, looks at the stop now and then, and has nothing to say."""

    def __init__(self, hears: bool, tell: Tell) -> None:
        super().__init__([])
        self.slow = False
        self._hears = hears
        self._tell = tell

    def complete(self, requests: Sequence[Request], stop: Stop | None = None) -> list[Completion]:
        """Think; what was begun slowly does not become quick."""
        if self.slow:
            self._tell("thinking", None)
        until = time.monotonic() + (DAWDLES_S if self.slow else 0.0)
        while time.monotonic() < until and not (self._hears and stop):
            time.sleep(0.01)
        return super().complete(requests, stop)


class Forgetful(ScriptedModel):
    """Says nothing, and keeps no note of what it was asked."""

    def complete(self, requests: Sequence[Request], stop: Stop | None = None) -> list[Completion]:
        """Answer nothing."""
        self.requests.clear()
        return super().complete(requests, stop)


class OneForAll:
    """A door that leads everybody into the same conversation: the control."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._session = assistant.session()
        self.ready, self.status = True, assistant.status
        self.shoppers, self.resume = assistant.shoppers, assistant.resume

    def session(self, shopper_id: str | None = None, keep: bool = False) -> Session:
        """Return the one there is."""
        return self._session


def serve(config: IndexConfig, tell: Tell, pipe: Connection, how: Serving) -> None:
    """Serve until told to stop; "quick" ends the slowness of a slow model."""
    slow = SlowModel(how.model == "slow", tell) if how.model != "scripted" else None
    with opened(config, slow or Forgetful([])) as assistant:
        assistant.warm()
        if slow:
            slow.slow = True
        door = OneForAll(assistant) if how.shared else None
        line, visits = Line(how.together, how.waiting), Visits(cap=how.cap)
        with served(assistant, config.shop, door, line, visits) as site:
            tell("serving", site)
            while (word := pipe.recv()) != "stop":
                if slow and word == "quick":
                    slow.slow = False


def start(stage: Stage, how: Serving) -> tuple[Child, str, str]:
    """Start a server over the drill's shop; returns it with its address and token."""
    child = Child(serve, stage.home("new"), since="serving", how=how)
    address, token = child.said("serving")
    return child, address, token
