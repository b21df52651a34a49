"""The sign-in of the shopper's page: a token of the shop opens it, as one shopper and no other."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp

from ui.api.clients import Client, Clients, Scope
from ui.api.guard import Buckets
from ui.gate import OURS, is_lab
from ui.language import language, preferred
from ui.login_door import Field, Form, LoginDoor
from ui.logins import Logins
from ui.screen import GUEST
from ui.trail import Deed, Trail

COOKIE = "shelftalk_shop"
HOME, LOGIN, LOGOUT = "/", "/login", "/logout"
TRIES_PER_MINUTE = 10


class SignIn:
    """Lets shoppers in by a token with the scope ``page``; revoked or expired, it shuts them out.

    Parameters
    ----------
    clients
        Of the shop. Whom a token may speak for is who its page is: a shopper, or a guest.
    mark
        From a shopper's id to what stands for it on the trail.
    clock
        Monotonic seconds.
    """

    def __init__(
        self,
        clients: Clients,
        trail: Trail | None = None,
        mark: Callable[[str], str] = str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.logins = Logins(COOKIE, HOME, lambda id_, _: self._client(id_) is not None, clock)
        self._clients = clients
        self._trail = trail
        self._mark = mark
        self._tries = Buckets(clock)

    def who(self, connection: HTTPConnection) -> str | None:
        """Whose page it is, in the picker's terms; ``None`` where nobody is signed in."""
        id_ = self.logins.find(connection)
        client = self._client(id_) if id_ else None
        return (client.shopper or GUEST) if client else None

    def let_in(self, sent: Mapping[str, str], address: str) -> str | None:
        """Return a new cookie, or ``None``: whatever is wrong with a token, the same is told."""
        if self._tries.wait(address, TRIES_PER_MINUTE):
            return None
        id_ = self._clients.prove(sent["token"].strip())
        client = self._client(id_) if id_ else None
        if client is None:
            self._note("", Deed.TURNED_AWAY, address)
            return None
        self._note(self._mark(client.shopper or GUEST), Deed.LET_IN)
        return self.logins.begin(client.id)

    def show_out(self, connection: HTTPConnection) -> None:
        """End a login."""
        who = self.who(connection)
        if self.logins.end(connection) and who:
            self._note(self._mark(who), Deed.LEFT)

    def form(self, request: Request) -> Form:
        """The page that asks for the token, in the browser's language."""
        words = language(preferred(request.headers.get("accept-language", "")))
        return Form(
            title=words("login.title"),
            line=words("login.line"),
            button=words("login.button"),
            wrong=words("login.wrong"),
            elsewhere=words("login.elsewhere"),
            fields=(Field("token", words("login.token"), "current-password", 200, secret=True),),
            language=words.code,
        )

    def _client(self, id_: str) -> Client | None:
        found = self._clients.get(id_)
        return found if found and Scope.PAGE in found.scopes else None

    def _note(self, who: str, did: Deed, what: str = "") -> None:
        if self._trail:
            self._trail.note(who, did, what)


class ShopDoor(LoginDoor):
    """Before the shopper's page and all that it asks for; API, lab and health have doors of
    their own.
    """

    def __init__(self, app: ASGIApp, sign_in: SignIn) -> None:
        super().__init__(
            app, sign_in, HOME, lambda path: not (is_lab(path) or OURS.fullmatch(path))
        )
