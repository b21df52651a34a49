"""The lab's own login: who comes in, for how long, and nobody else under /lab."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp

from ui.api.guard import Buckets
from ui.gate import is_lab
from ui.lab.people import People
from ui.login_door import Field, Form, LoginDoor
from ui.logins import Logins
from ui.trail import Deed, Trail

COOKIE = "shelftalk_lab"
HOME, LOGIN, LOGOUT = "/lab/", "/lab/login", "/lab/logout"
TRIES_PER_MINUTE = 10
FORM = Form(
    title="The lab",
    line="For those who run the shop.",
    button="Log in",
    wrong="That name and password are not known here.",
    elsewhere="Log in from this page.",
    fields=(
        Field("name", "Name", "username", 60),
        Field("password", "Password", "current-password", 200, secret=True),
    ),
)


class Doorman:
    """Lets people in by their password; another password shuts old logins out."""

    def __init__(
        self,
        people: People,
        clock: Callable[[], float] = time.monotonic,
        trail: Trail | None = None,
    ) -> None:
        self.people = people
        self.logins = Logins(COOKIE, "/lab", lambda who, seal: people.seal_of(who) == seal, clock)
        self._trail = trail
        self._tries = Buckets(clock)

    def who(self, connection: HTTPConnection) -> str | None:
        """The person behind a request, now seen; ``None`` where nobody is logged in."""
        return self.logins.find(connection)

    def let_in(self, sent: Mapping[str, str], address: str) -> str | None:
        """Return a new cookie, or ``None``: wrong, or tried too often (no more is told)."""
        if self._tries.wait(address, TRIES_PER_MINUTE):
            return None
        name = sent["name"]
        if not self.people.knows(name, sent["password"]):
            self._note("", Deed.TURNED_AWAY, address)
            return None
        self._note(name, Deed.LET_IN)
        return self.logins.begin(name, self.people.seal_of(name) or "")

    def show_out(self, connection: HTTPConnection) -> None:
        """End a login."""
        if name := self.logins.end(connection):
            self._note(name, Deed.LEFT)

    def form(self, request: Request) -> Form:
        """The lab speaks English."""
        return FORM

    def _note(self, who: str, did: Deed, what: str = "") -> None:
        if self._trail:
            self._trail.note(who, did, what)


class LabDoor(LoginDoor):
    """Before everything under /lab."""

    def __init__(self, app: ASGIApp, doorman: Doorman) -> None:
        super().__init__(app, doorman, HOME, is_lab)
