"""``shelftalk bench generation``."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.cli.bench import bench


@bench.command("generation")
def generation(
    limit: Annotated[int, typer.Option(help="Turns whose explanations are timed.", min=2)] = 20,
    seed: Annotated[int, typer.Option(help="Draws the shoppers.")] = 7,
    json_to: Annotated[
        str | None, typer.Option("--json", help="Write the figures; - prints.")
    ] = None,
) -> None:
    """A turn's explanations as they are served, beside a bare generate of the same prompts.

    Real shoppers ask; what the model was asked for is then timed again, ours and the peer in
    turn. Only words that passed the verifier count for us; all of its words count for the peer.

    Example: [bold]shelftalk bench generation --limit 10 --json -[/]
    """
    from assistant.config import Settings
    from eval.benchmarks.generation import run

    raise typer.Exit(run(Settings(), limit, seed).finish(json_to))
