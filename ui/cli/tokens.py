"""``shelftalk tokens``: programs that may use the API."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from ui.api.clients import ANYONE, GUEST, Clients, Scope
from ui.cli import app
from ui.trail import Deed, noted

tokens = typer.Typer(help="Let programs in and out of the API.", no_args_is_help=True)
app.add_typer(tokens, name="tokens")

Name = Annotated[str, typer.Argument(help="What the program is called.")]


def _clients() -> Clients:
    from assistant.config import Settings
    from ui.desk import open_desk

    return Clients(open_desk(Settings().index))


def _note(did: Deed, what: str) -> None:
    from assistant.config import Settings

    noted(Settings().index, did, what)


@tokens.command("create", epilog="Example: shelftalk tokens create till --scope events --for any")
def create(
    name: Name,
    scope: Annotated[list[Scope], typer.Option(help="What it opens; give it again for more.")],
    speaks_for: Annotated[
        str, typer.Option("--for", help="Whom it may speak for: guest, any, or a shopper's id.")
    ] = "guest",
    per_minute: Annotated[int, typer.Option(help="Requests a minute.", min=1, max=100_000)] = 120,
    days: Annotated[float | None, typer.Option(help="Ends after so many days.", min=0.01)] = None,
) -> None:
    """Make a token and print it, this once: only its hash is kept."""
    shopper = {"any": ANYONE, "guest": GUEST}.get(speaks_for, speaks_for)
    clients = _clients()
    token = clients.create(name, scope, shopper, per_minute, days)
    clients.close()
    _note(Deed.TOKEN_MADE, f"{name}: {' '.join(sorted(scope))}")
    typer.echo(token)
    typer.echo("Keep it now: it is not shown again.", err=True)


@tokens.command("list", epilog="Example: shelftalk tokens list")
def list_() -> None:
    """Print every client with its scopes; no token."""
    clients = _clients()
    for one in clients.all():
        whom = {ANYONE: "any", GUEST: "guest"}.get(one.shopper, one.shopper)
        ended = one.revoked or (one.expires if one.expires and one.expires < time.time() else None)
        state = f"ended {time.strftime('%Y-%m-%d', time.gmtime(ended))}" if ended else "open"
        typer.echo(f"{one.name:20} {' '.join(sorted(one.scopes)):40} for {whom:8} {state}")
    clients.close()


@tokens.command("revoke", epilog="Example: shelftalk tokens revoke till")
def revoke(name: Name) -> None:
    """Shut a program out, from its next request on."""
    clients = _clients()
    clients.revoke(name)
    clients.close()
    _note(Deed.TOKEN_REVOKED, name)
    typer.echo(f"{name} is shut out.")
