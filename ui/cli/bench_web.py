"""``shelftalk bench web``."""

from __future__ import annotations

import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from assistant.wiring import Assistant
from ui.cli.bench import bench


@bench.command("web")
def web(
    chats: Annotated[int, typer.Option(help="Conversations at once.", min=2, max=64)] = 50,
    turns: Annotated[int, typer.Option(help="Messages of each.", min=1, max=20)] = 4,
    think: Annotated[
        float, typer.Option(help="Mean seconds before each message; 0 asks without a pause.", min=0)
    ] = 10.0,
    json_to: Annotated[
        str | None, typer.Option("--json", help="Write the figures; - prints.")
    ] = None,
) -> None:
    """Fifty conversations at once over the API, on a scripted model.

    Example: [bold]shelftalk bench web --json web.json[/]
    """
    from eval.benchmarks.web import measure
    from ui.cli._scripted import open_scripted

    with open_scripted() as assistant:
        assistant.warm()
        shoppers = [card.id for card in assistant.shoppers(chats)]
        with tempfile.TemporaryDirectory() as folder, _served(assistant, Path(folder)) as site:
            found = measure(*site, shoppers, turns, think)
        found.dataset = assistant.search.catalogue.dataset()
    raise typer.Exit(found.finish(json_to))


@contextmanager
def _served(assistant: Assistant, folder: Path) -> Iterator[tuple[str, str]]:
    """The address of the API on loopback, and a token that is never too fast."""
    import uvicorn
    from fastapi import FastAPI

    from index.database import Database
    from ui.api import mount_api
    from ui.api.backroom import ShopBackroom
    from ui.api.clients import ANYONE, Clients, Scope
    from ui.feedback import FeedbackLog

    desk = Database(folder / "desk.sqlite")
    clients = Clients(desk)
    token = clients.create("bench", [Scope.ASK], ANYONE, per_minute=100_000)
    app = FastAPI()
    mount_api(app, assistant, ShopBackroom(assistant), clients, FeedbackLog(desk))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", token
        server.should_exit = True
        thread.join(timeout=10)
    desk.close()
