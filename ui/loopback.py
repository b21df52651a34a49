"""An application on this machine alone: to be measured, looked at, or flooded."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from assistant.wiring import Assistant
from index.database import Database
from ui.api import mount_api
from ui.api.backroom import ShopBackroom
from ui.api.clients import ANYONE, Clients, Scope
from ui.api.line import Line
from ui.door import Door
from ui.feedback import FeedbackLog
from ui.visits import Visits


@contextmanager
def served(
    assistant: Assistant,
    folder: Path,
    door: Door | None = None,
    line: Line | None = None,
    visits: Visits | None = None,
    per_minute: int = 100_000,
) -> Iterator[tuple[str, str]]:
    """Serve the API until the block ends; yields the address and a token of its own.

    Parameters
    ----------
    folder
        Takes the desk's file.
    door, line, visits
        Others than the assistant's own, and than those that the API makes for itself.
    per_minute
        Requests of the token.
    """
    desk = Database(folder / "desk.sqlite")
    clients = Clients(desk)
    token = clients.create("loopback", [Scope.ASK], ANYONE, per_minute=per_minute)
    app = FastAPI()
    mount_api(
        app, door or assistant, ShopBackroom(assistant), clients, FeedbackLog(desk), line, visits
    )
    with listening(app) as address:
        yield address, token
    desk.close()


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """Serve an application on a free port until the block ends; yields the address."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        config = uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)
