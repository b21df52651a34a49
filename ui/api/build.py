"""The API put together and mounted: an application of its own under /v1."""

from __future__ import annotations

import time

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.errors import TellPerson
from ui.api.backroom import Backroom
from ui.api.clients import Clients
from ui.api.figures import Figures
from ui.api.guard import Guard
from ui.api.line import Line
from ui.api.refusals import answer_refused
from ui.api.routes import Api, v1, watched
from ui.api.talks import Talks
from ui.bounds import counted, over, too_long
from ui.door import Door
from ui.feedback import FeedbackLog
from ui.visits import Visits

BODY_LIMIT = 256 * 1024
"""Bytes of a request; 500 receipt lines are about half of it."""
TELLS = (
    "Conversations, picks, products and purchases of one shop. Every route needs a token with "
    "its scope, sent as a bearer. Money is in minor units beside its currency."
)


class Bounded:
    """Refuses bodies over the limit before they are read, and counts what was answered."""

    def __init__(self, app: ASGIApp, figures: Figures, limit: int = BODY_LIMIT) -> None:
        self.app = app
        self.figures = figures
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "other")
                self.figures.requests.labels(route, str(message["status"])).inc()
            await send(message)

        if over(scope, self.limit):
            await too_long(noted, self.limit)
            return
        await self.app(scope, counted(receive, self.limit), noted)


def mount_api(
    app: FastAPI,
    door: Door,
    backroom: Backroom,
    clients: Clients,
    feedback: FeedbackLog,
    line: Line | None = None,
    visits: Visits | None = None,
) -> Api:
    """Mount the routes; whoever opened what is given closes it."""
    line = line or Line()
    talks = Talks(door, Visits() if visits is None else visits)
    figures = Figures(line)
    api = Api(Guard(clients, time.monotonic), talks, backroom, line, figures, feedback)
    inner = FastAPI(
        title="Shelftalk", version="1", description=TELLS, docs_url=None, redoc_url=None,
        openapi_url="/openapi.json",
    )  # fmt: skip
    inner.state.api = app.state.api = api
    inner.include_router(v1)
    inner.add_middleware(Bounded, figures=figures)
    for kind in (TellPerson, RequestValidationError, HTTPException, Exception):
        inner.add_exception_handler(kind, answer_refused)
    app.add_exception_handler(TellPerson, answer_refused)
    app.include_router(watched)
    app.mount("/v1", inner)
    return api
