"""``shelftalk data forget``: what has been kept long enough."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.cli.data import data

Days = Annotated[int | None, typer.Option(min=1, help="Days to keep; else as the settings say.")]


@data.command("forget", epilog="Example: shelftalk data forget --conversations 90 --feedback 365")
def forget(purchases: Days = None, conversations: Days = None, feedback: Days = None) -> None:
    """Forget purchases, conversations and feedback that are older, for good."""
    from assistant.config import Settings
    from assistant.retention import forget_old
    from ui.trail import Deed, noted

    settings = Settings()
    said = {"purchases": purchases, "conversations": conversations, "feedback": feedback}
    given = {name: days for name, days in said.items() if days is not None}
    gone = forget_old(settings.index, settings.keep.model_copy(update=given))
    if gone:
        noted(settings.index, Deed.FORGOTTEN, str(gone))
    for table, count in gone.items():
        typer.echo(f"{count:,} rows of {table} forgotten.")
    if not gone:
        typer.echo("Nothing is older than what is kept.")
