"""Before pages that are not for everybody: the login, and nothing else for whoever has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.gate import from_here
from ui.logins import Logins
from ui.templates import render

FORM_LIMIT = 4096
"""Bytes of a form that is sent."""


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a form; ``known_as`` tells a browser what it may fill in."""

    name: str
    label: str
    known_as: str
    longest: int
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """What the login page says and asks."""

    title: str
    line: str
    button: str
    wrong: str
    """All that anybody learns who is not let in."""
    elsewhere: str
    """Said where another site sent it."""
    fields: Sequence[Field]
    language: str = "en"


class Doorman(Protocol):
    """Knows who may come in."""

    logins: Logins

    def who(self, connection: HTTPConnection) -> str | None:
        """Whoever is behind a request; ``None`` where nobody is logged in."""

    def let_in(self, sent: Mapping[str, str], address: str) -> str | None:
        """Return a new cookie for what was filled in, or ``None``."""

    def show_out(self, connection: HTTPConnection) -> None:
        """End a login."""

    def form(self, request: Request) -> Form: ...


class LoginDoor:
    """Plain ASGI before the addresses that are ``guarded``; their login lies under ``home``."""

    def __init__(
        self, app: ASGIApp, doorman: Doorman, home: str, guarded: Callable[[str], bool]
    ) -> None:
        self.app = app
        self.doorman = doorman
        self._home, self._guarded = home, guarded
        self._in, self._out = f"{home}login", f"{home}logout"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "lifespan" or not self._guarded(path):
            await self.app(scope, receive, send)
            return
        if scope["type"] == "http" and path in (self._in, self._out):
            request = Request(scope, receive)
            response = await self._login(request) if path == self._in else self._logout(request)
            await response(scope, receive, send)
            return
        if self.doorman.who(HTTPConnection(scope)) is None:
            await self._turned_away(scope)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _login(self, request: Request) -> Response:
        form = self.doorman.form(request)
        if request.method != "POST":
            return self._page(form)
        if not from_here(request):
            return self._page(form, form.elsewhere, 403)
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > FORM_LIMIT:
                return self._page(form, form.wrong, 413)
        fields = parse_qs(body.decode("utf-8", "replace"))
        sent = {field.name: fields.get(field.name, [""])[0] for field in form.fields}
        address = request.client.host if request.client else ""
        cookie = await run_in_threadpool(self.doorman.let_in, sent, address)
        if cookie is None:
            return self._page(form, form.wrong, 401)
        return self.doorman.logins.give(RedirectResponse(self._home, 303), cookie, request)

    def _logout(self, request: Request) -> Response:
        response = RedirectResponse(self._in, 303)
        if request.method == "POST" and from_here(request):  # no other site logs anybody out
            self.doorman.show_out(request)
            self.doorman.logins.take(response)
        return response

    def _page(self, form: Form, trouble: str = "", status: int = 200) -> Response:
        html = render("login", {"form": form, "action": self._in, "trouble": trouble})
        return HTMLResponse(html, status, {"cache-control": "no-store"})

    def _turned_away(self, scope: Scope) -> Response:
        homes = (self._home, self._home.rstrip("/"))
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"] in homes:
            return RedirectResponse(self._in, 303)
        return JSONResponse({"error": {"what": "Log in first.", "remedy": self._in}}, 401)
