"""``shelftalk trail``: who did what to whose access or data."""

from __future__ import annotations

import time
from contextlib import closing
from typing import Annotated

import typer

from ui.cli import app


@app.command("trail", epilog="Example: shelftalk trail --limit 20")
def trail(limit: Annotated[int, typer.Option(help="The latest so many.", min=1)] = 50) -> None:
    """Print who was let in, made tokens, exported or erased, the latest first; times are UTC."""
    from assistant.config import Settings
    from ui.desk import open_desk
    from ui.trail import Trail

    with closing(open_desk(Settings().index)) as desk:
        for one in Trail(desk).entries(limit):
            at = time.strftime("%Y-%m-%d %H:%M", time.gmtime(one.at))
            typer.echo(f"{at}  {one.who or 'somebody':24} {one.did.value:17} {one.what}")
