"""``shelftalk bench turn``."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.cli.bench import bench


@bench.command("turn")
def turn(
    limit: Annotated[int, typer.Option(help="Turns to run.", min=5, max=100)] = 100,
    seed: Annotated[int, typer.Option(help="Draws the shoppers.")] = 7,
    json_to: Annotated[
        str | None, typer.Option("--json", help="Write the figures; - prints.")
    ] = None,
    decode: Annotated[bool, typer.Option(help="Measure decoding beside a bare generate.")] = True,
) -> None:
    """A hundred real turns of twenty shoppers, timed and read.

    Example: [bold]shelftalk bench turn --limit 20 --json turn.json[/]
    """
    from eval.benchmarks.turn import run

    raise typer.Exit(run(limit, seed, decode).finish(json_to))
