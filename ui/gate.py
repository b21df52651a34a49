"""Before everything that Gradio serves: only what our pages ask for is there at all.

Gradio brings some fifty routes, among them a proxy, uploads, a run history and an editor of its
own source. Those below are what a browser asks for on our pages; the others do not exist.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.bounds import counted, over, refuse, too_long

OURS = re.compile(r"/healthz|/metrics|/v1(/.*)?|/lab/log(in|out)")
"""Routes of our own; they look after themselves."""
READ = re.compile(
    r"/(config/?|theme\.css|favicon\.ico|robots\.txt|manifest\.json|pwa_icon"
    r"|(static|assets|svelte)/.+"
    r"|gradio_api/(queue/data|heartbeat/\w+|startup-events))?"
)
ASKED = re.compile(r"/gradio_api/queue/join")
"""All events wait in line, Stop in one without a limit."""
LAB_READ = re.compile(r"/gradio_api/(file=.+|upload_progress)")
"""Its downloads, each under a folder that can't be guessed, and how far an upload is."""
LAB_ASKED = re.compile(r"/gradio_api/upload")
PAGE_LIMIT, LAB_LIMIT = 256 * 1024, 3 * 2**20
"""Bytes of a request: a message with the page's state; a table of 500 scenarios, a CSV file."""


class PageGate:
    """Plain ASGI: 404 for what no page asks for, 403 from other sites, 413 for long bodies."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http" or OURS.fullmatch(scope["path"]):
            await self.app(scope, receive, send)
            return
        limit = LAB_LIMIT if is_lab(scope["path"]) else PAGE_LIMIT
        if not is_open(scope["method"], scope["path"]):
            await refuse(send, 404, "There is no such page.")
        elif scope["method"] == "POST" and not from_here(HTTPConnection(scope)):
            await refuse(send, 403, "This was sent by a page of another site.")
        elif over(scope, limit):
            await too_long(send, limit)
        else:
            await self.app(scope, counted(receive, limit), send)


def is_open(method: str, path: str) -> bool:
    """Whether one of our pages asks for this."""
    lab = is_lab(path)
    rest = path.removeprefix("/lab") if lab else path
    reads, asks = ([READ, LAB_READ], [ASKED, LAB_ASKED]) if lab else ([READ], [ASKED])
    known = {"GET": reads, "HEAD": reads, "POST": asks}.get(method, [])
    return any(pattern.fullmatch(rest) for pattern in known)


def is_lab(path: str) -> bool:
    """Whether an address is the lab's."""
    return path == "/lab" or path.startswith("/lab/")


def from_here(connection: HTTPConnection) -> bool:
    """Whether a page of this very address sent it (Fetch Metadata, else Origin)."""
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = connection.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == connection.headers.get("host")
