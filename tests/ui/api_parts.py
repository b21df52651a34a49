"""The API over a replayed assistant, with a client for every scope and each way to be nobody."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import FastAPI
from starlette.testclient import TestClient

from index.database import Database
from tests.ui.fake_assistant import FakeAssistant
from tests.ui.fake_backroom import FakeBackroom
from ui.api import mount_api
from ui.api.clients import ANYONE, Clients, Scope
from ui.api.line import Line
from ui.feedback import FeedbackLog

ANYBODYS = frozenset(Scope) - {Scope.PAGE}
"""Scopes of a program that speaks for whomever it likes."""


@dataclass
class Site:
    """An application, and tokens by role."""

    folder: Path
    assistant: FakeAssistant = field(default_factory=FakeAssistant)
    line: Line | None = None
    now: float = field(default_factory=time.time)

    def __post_init__(self) -> None:
        desk = Database(self.folder / "desk.sqlite")
        self.clients = Clients(desk, lambda: self.now)
        self.feedback = FeedbackLog(desk)
        self.backroom = FakeBackroom()
        self.app = FastAPI()
        self.api = mount_api(
            self.app, self.assistant, self.backroom, self.clients, self.feedback, self.line
        )
        self.http = TestClient(self.app, raise_server_exceptions=False)

    def token(self, *scopes: Scope, name: str = "", shopper: str | None = ANYONE, **more) -> str:  # type: ignore[no-untyped-def]
        return self.clients.create(name or "+".join(scopes), scopes, shopper, **more)

    def post(self, path: str, token: str, **body):  # type: ignore[no-untyped-def]
        return self.http.post(f"/v1/{path}", json=body, headers=bearer(token))

    def get(self, path: str, token: str):  # type: ignore[no-untyped-def]
        return self.http.get(path, headers=bearer(token))


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"} if token else {}
