"""The lab's own login: who comes in, for how long, and nobody else under /lab."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.api.guard import Buckets
from ui.gate import from_here
from ui.lab.people import People
from ui.trail import Deed, Trail

COOKIE = "shelftalk_lab"
HOME, LOGIN, LOGOUT = "/lab/", "/lab/login", "/lab/logout"
IDLE_S, LONGEST_S = 3600.0, 12 * 3600.0
TRIES_PER_MINUTE = 10
_FORM_LIMIT = 4096
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
)
WRONG = "That name and password are not known here."


@dataclass(slots=True)
class _Login:
    name: str
    sealed: str
    born: float
    seen: float


class Doorman:
    """Logins by a random cookie, kept as its hash; they end idle, old, or with the password."""

    def __init__(
        self,
        people: People,
        clock: Callable[[], float] = time.monotonic,
        trail: Trail | None = None,
    ) -> None:
        self.people = people
        self._trail = trail
        self._clock = clock
        self._lock = threading.Lock()
        self._logins: dict[str, _Login] = {}
        self._tries = Buckets(clock)

    def who(self, connection: HTTPConnection) -> str | None:
        """The person behind a request, now seen; ``None`` where nobody is logged in."""
        key = _digest(connection.cookies.get(COOKIE, ""))
        now = self._clock()
        with self._lock:
            login = self._logins.get(key)
            if login is None:
                return None
            over = now - login.seen > IDLE_S or now - login.born > LONGEST_S
            if over or self.people.seal_of(login.name) != login.sealed:
                del self._logins[key]
                return None
            login.seen = now
            return login.name

    def let_in(self, name: str, password: str, address: str) -> str | None:
        """Return a new cookie, or ``None``: wrong, or tried too often (no more is told)."""
        if self._tries.wait(address, TRIES_PER_MINUTE):
            return None
        if not self.people.knows(name, password):
            self._note("", Deed.TURNED_AWAY, address)
            return None
        cookie, now = secrets.token_urlsafe(32), self._clock()
        sealed = self.people.seal_of(name) or ""
        with self._lock:
            self._logins[_digest(cookie)] = _Login(name, sealed, now, now)
        self._note(name, Deed.LET_IN)
        return cookie

    def show_out(self, connection: HTTPConnection) -> None:
        """End a login."""
        with self._lock:
            login = self._logins.pop(_digest(connection.cookies.get(COOKIE, "")), None)
        if login:
            self._note(login.name, Deed.LEFT)

    def _note(self, who: str, did: Deed, what: str = "") -> None:
        if self._trail:
            self._trail.note(who, did, what)


class LabDoor:
    """Plain ASGI before everything under /lab: the login page, and a login for the rest."""

    def __init__(self, app: ASGIApp, doorman: Doorman) -> None:
        self.app = app
        self.doorman = doorman

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "lifespan" or not (path == "/lab" or path.startswith(HOME)):
            await self.app(scope, receive, send)
            return
        if scope["type"] == "http" and path in (LOGIN, LOGOUT):
            request = Request(scope, receive)
            response = await self._login(request) if path == LOGIN else self._logout(request)
            await response(scope, receive, send)
            return
        if self.doorman.who(HTTPConnection(scope)) is None:
            await _turned_away(scope)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _login(self, request: Request) -> Response:
        if request.method != "POST":
            return _form()
        if not from_here(request):
            return _form("Log in from this page.", 403)
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > _FORM_LIMIT:
                return _form(WRONG, 413)
        sent = parse_qs(body.decode("utf-8", "replace"))
        name, password = (sent.get(key, [""])[0] for key in ("name", "password"))
        address = request.client.host if request.client else ""
        cookie = await run_in_threadpool(self.doorman.let_in, name, password, address)
        if cookie is None:
            return _form(WRONG, 401)
        response = RedirectResponse(HOME, 303)
        response.set_cookie(
            COOKIE, cookie, max_age=int(LONGEST_S), path="/lab", httponly=True,
            samesite="strict", secure=request.url.scheme == "https",
        )  # fmt: skip
        return response

    def _logout(self, request: Request) -> Response:
        response = RedirectResponse(LOGIN, 303)
        if request.method == "POST" and from_here(request):  # no other site logs anybody out
            self.doorman.show_out(request)
            response.delete_cookie(COOKIE, path="/lab")
        return response


def _turned_away(scope: Scope) -> Response:
    if scope["type"] == "http" and scope["method"] == "GET" and scope["path"] in ("/lab", HOME):
        return RedirectResponse(LOGIN, 303)
    return JSONResponse({"error": {"what": "Log in first.", "remedy": LOGIN}}, 401)


def _form(trouble: str = "", status: int = 200) -> Response:
    html = _PAGES.get_template("login.html.jinja").render(trouble=trouble, action=LOGIN)
    return HTMLResponse(html, status, {"cache-control": "no-store"})


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
