"""``shelftalk bench batch``."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.cli.bench import bench


@bench.command("batch", epilog="Example: shelftalk bench batch --shoppers 200 --turns 0")
def batch(
    shoppers: Annotated[int, typer.Option(help="Shoppers to pick for.", min=2)] = 1000,
    turns: Annotated[int, typer.Option(help="Whole turns with the model.", min=0)] = 200,
    seed: Annotated[int, typer.Option(help="Of who is drawn.", min=0)] = 0,
    json_to: Annotated[
        str | None,
        typer.Option("--json", metavar="FILE", help="Write the figures; - is standard output."),
    ] = None,
) -> None:
    """How long many shoppers take; fewer than the targets speak of are multiplied up."""
    from assistant.config import Settings
    from eval.benchmarks.batch import run

    raise typer.Exit(run(Settings(), shoppers, turns, seed).finish(json_to))
