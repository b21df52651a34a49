"""``shelftalk serve``: the web page, on this machine only."""

from __future__ import annotations

import socket
import threading
from contextlib import closing
from functools import partial
from typing import Annotated

import typer
from rich.console import Console

from index.errors import TellPerson
from ui.cli import app

HOST = "127.0.0.1"
NAMES = (HOST, "localhost")


@app.command(epilog="Example: shelftalk serve --port 7860")
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free one.")] = 7860,
    name: Annotated[
        list[str] | None,
        typer.Option(help="A name under which a proxy passes requests on; again for more."),
    ] = None,
    sign_in: Annotated[
        bool | None,
        typer.Option(
            help="Whether a shopper needs a token of the scope 'page'; by default with --name."
        ),
    ] = None,
) -> None:
    """Open the assistant in the browser; it listens on loopback and prints the address.

    Requests for other names are refused, so that a page of another site can't pass itself off
    as this machine. Without a sign-in whoever opens the page picks the shopper that they are.
    """
    console = Console(highlight=False)
    listener = listen(port)  # before the wait, so that a taken port is told at once
    with listener:
        with console.status("Opening the shop …"):
            import uvicorn

            from assistant.config import Settings
            from assistant.consent import WishBook
            from assistant.retention import forget_old
            from assistant.wiring import open_assistant
            from ui.api.clients import Clients
            from ui.app import build_app
            from ui.desk import open_desk
            from ui.drawer import ShopProfiles
            from ui.feedback import FeedbackLog
            from ui.lab.ledger import Ledger
            from ui.lab.mount import staff
            from ui.lab.serving import Serving
            from ui.prices import ShopPrices
            from ui.sign_in import SignIn
            from ui.trail import Deed, Trail, Trailed, mark_of, noted

            settings = Settings()
            if gone := forget_old(settings.index, settings.keep):
                noted(settings.index, Deed.FORGOTTEN, str(gone))
            assistant = open_assistant(settings)
        shop = assistant.settings.index
        with assistant, closing(open_desk(shop)) as desk, closing(WishBook.open(shop)) as book:
            threading.Thread(target=assistant.warm, daemon=True).start()
            log = FeedbackLog(desk, remembers=settings.remember)
            mark = partial(mark_of, shop)
            profiles = Trailed(ShopProfiles(shop, book), Trail(desk), mark)
            serving = Serving(assistant, Ledger(desk))
            mount = staff(serving, desk, log)
            hosts, prices = [*NAMES, *(name or ())], ShopPrices(assistant.search.purchases)
            asked = bool(name) if sign_in is None else sign_in
            web = build_app(
                assistant,
                mount,
                feedback=log,
                profiles=profiles,
                prices=prices,
                hosts=hosts,
                sign_in=SignIn(Clients(desk), Trail(desk), mark) if asked else None,
            )
            config = uvicorn.Config(web, log_config=None, timeout_graceful_shutdown=3)
            address = f"http://{HOST}:{listener.getsockname()[1]}"
            console.print(f"Shelftalk is open at {address}  (Ctrl-C closes it)")
            with serving.watched():  # closed by Ctrl-C too, and before the assistant is
                uvicorn.Server(config).run(sockets=[listener])


def listen(port: int) -> socket.socket:
    """A listening loopback socket.

    Raises
    ------
    TellPerson
        Where the port is taken or not allowed.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise TellPerson(
            f"Port {port} can't be used: {error.strerror}.",
            f"Choose another one: shelftalk serve --port {port + 1 if port < 65535 else 7861}",
        ) from error
    return listener
