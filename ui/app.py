"""The web application: the pages mounted in FastAPI, behind security headers."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # read when gradio is imported

import gradio as gr
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.api.line import Line
from ui.counter import Counter
from ui.door import Door
from ui.drawer import Profiles
from ui.feedback import FeedbackLog
from ui.gate import PageGate
from ui.pages.shop import shop_page
from ui.prices import Prices
from ui.sign_in import ShopDoor, SignIn
from ui.templates import ASSETS

QUEUE = 64
"""Events of the page that may wait for Gradio; turns wait in a line of ours."""
TOGETHER = 8
"""Events at a time that are no turns."""

POLICY = "; ".join(
    (
        "default-src 'self'",
        # Gradio compiles the templates of its HTML component, ours are constant.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob: https:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
}

HTTPS = {"strict-transport-security": "max-age=31536000"}


class SecurityHeaders:
    """Adds ``HEADERS`` to every response, and lets no other site in. Plain ASGI, so that streams
    pass untouched.

    Gradio answers every origin that it may read along, cookies included; here none may.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                secure = HEADERS | (HTTPS if scope["scheme"] == "https" else {})
                ours = [(k.encode(), v.encode()) for k, v in secure.items()]
                theirs = [h for h in message["headers"] if _may_stay(h[0].decode().lower())]
                message = {**message, "headers": [*theirs, *ours]}
            await send(message)

        await self.app(scope, receive, with_headers)


def _may_stay(header: str) -> bool:
    return header not in HEADERS and not header.startswith("access-control-")


def build_app(
    door: Door,
    *mounts: Callable[[FastAPI], None],
    feedback: FeedbackLog | None = None,
    profiles: Profiles | None = None,
    prices: Prices | None = None,
    line: Line | None = None,
    hosts: Sequence[str] = ("*",),
    sign_in: SignIn | None = None,
) -> FastAPI:
    """The application over an open assistant; whoever opened it closes it.

    ``mounts`` put more into it, before the page that takes every other address. What shoppers
    thought of their answers goes to ``feedback``; with ``profiles`` the page has a drawer where
    they see, correct, export and erase what is remembered. With ``prices`` a card's back shows
    what a pack cost. Turns of the page wait in ``line``. A request for another name than one of
    ``hosts`` is refused (DNS rebinding). With ``sign_in`` the page opens to nobody else, and
    each shops as who they are; without, whoever opens it picks a shopper.
    """
    app = FastAPI(title="Shelftalk", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz")
    def healthz() -> JSONResponse:
        body = {"ready": door.ready, "status": door.status}
        return JSONResponse(body, status_code=200 if door.ready else 503)

    app.add_middleware(PageGate)  # the first is the innermost: the logins come before it
    if sign_in is not None:
        app.add_middleware(ShopDoor, sign_in=sign_in)
    for mount in mounts:
        mount(app)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    app.add_middleware(SecurityHeaders)  # the last is the outermost: every answer has them
    people = [] if sign_in else [(line.label, line.id) for line in door.shoppers()]
    counter = Counter(door, feedback=feedback, profiles=profiles, prices=prices)
    page = shop_page(counter, people, line, signed_in=sign_in is not None)
    page.queue(max_size=QUEUE, default_concurrency_limit=TOGETHER, api_open=False)
    return gr.mount_gradio_app(  # type: ignore[no-any-return]
        app,
        page,
        path="/",
        auth_dependency=sign_in.who if sign_in else None,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"]),
        css_paths=[ASSETS / "shop.css"],
        head=f"<script>{(ASSETS / 'shop.js').read_text(encoding='utf-8')}</script>",
        footer_links=[],
        show_error=False,
        enable_monitoring=False,
        max_file_size=1,
    )
