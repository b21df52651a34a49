"""The whole application as it is served, over the small shop, with somebody of every role."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount
from starlette.testclient import TestClient

from assistant.consent import WishBook
from tests.eval.small_assistant import small_shop
from tests.ui.lab_parts import open_small
from ui.api.clients import ANYONE, Clients, Scope
from ui.app import build_app
from ui.desk import open_desk
from ui.drawer import ShopProfiles
from ui.feedback import FeedbackLog
from ui.lab.ledger import Ledger
from ui.lab.mount import staff
from ui.lab.people import People
from ui.lab.serving import Serving
from ui.sign_in import SignIn
from ui.trail import Trail

PASSWORD = "a long password"
FORM = {"name": "ann", "password": PASSWORD}


@dataclass
class WholeSite:
    """Open it with ``with``; roles are made when it opens."""

    folder: Path
    now: float = field(default_factory=time.time)
    signs_in: bool = False
    """Whether the shopper's page asks who is there."""

    def __enter__(self) -> WholeSite:
        self._open = ExitStack()
        self.shop = small_shop(self.folder)
        assistant = self._open.enter_context(open_small(self.shop))
        self.desk = self._open.enter_context(closing(open_desk(self.shop)))
        book = self._open.enter_context(closing(WishBook.open(self.shop)))
        log, profiles = FeedbackLog(self.desk), ShopProfiles(self.shop, book)
        mount = staff(Serving(assistant, Ledger(self.desk)), self.desk, log)
        self.clients = Clients(self.desk)
        self.sign_in = SignIn(self.clients, Trail(self.desk)) if self.signs_in else None
        self.app: FastAPI = build_app(
            assistant, mount, feedback=log, profiles=profiles, sign_in=self.sign_in
        )
        People(self.desk).add("ann", PASSWORD)
        self.http = TestClient(self.app, raise_server_exceptions=False, follow_redirects=False)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def token(self, name: str, *scopes: Scope, shopper: str | None = ANYONE, **more: float) -> str:
        return self.clients.create(name, scopes, shopper, per_minute=100_000, **more)  # type: ignore[arg-type]

    def logged_in(self) -> TestClient:
        """A merchandiser's browser."""
        http = TestClient(self.app, raise_server_exceptions=False, follow_redirects=False)
        assert http.post("/lab/login", data=FORM).status_code == 303
        return http

    def signed_in(self, token: str) -> TestClient:
        """A shopper's browser."""
        http = TestClient(self.app, raise_server_exceptions=False, follow_redirects=False)
        assert http.post("/login", data={"token": token}).status_code == 303
        return http


def routes(app: FastAPI) -> set[tuple[str, str]]:
    """Every method and path under which anything at all is reachable, mounts included."""
    return set(_walk(app.routes, ""))


def _walk(found: object, before: str) -> Iterator[tuple[str, str]]:
    for one in found:  # type: ignore[attr-defined]
        if isinstance(one, Mount):
            yield from _walk(one.routes, before + one.path)
            continue
        for context in iter_route_contexts([one]):
            for method in getattr(context, "methods", None) or {"GET"}:
                yield method, before + context.path
