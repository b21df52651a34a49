"""``shelftalk bench live``."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.cli.bench import bench


@bench.command("live", epilog="Example: shelftalk bench live --json live.json")
def live(
    changes: Annotated[int, typer.Option(help="Prices to change.", min=1)] = 50,
    json_to: Annotated[
        str | None,
        typer.Option("--json", metavar="FILE", help="Write the figures; - is standard output."),
    ] = None,
) -> None:
    """How soon a changed price is on the card of a conversation in another process."""
    from assistant.config import Settings
    from eval.benchmarks.live_update import run

    raise typer.Exit(run(Settings().index, changes).finish(json_to))
