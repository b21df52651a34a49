"""``shelftalk bench index``."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.cli.bench import bench


@bench.command(
    "index", epilog="Example: shelftalk bench index --json index.json", no_args_is_help=False
)
def index(
    seed: Annotated[int, typer.Option(help="Draws the filtered queries.")] = 7,
    json_to: Annotated[
        str | None,
        typer.Option("--json", metavar="FILE", help="Write the figures; - is standard output."),
    ] = None,
) -> None:
    """The whole index build beside a bare encode loop; then Chroma and filters against exact."""
    from assistant.config import Settings
    from eval.benchmarks.index_build import run

    raise typer.Exit(run(Settings().index, seed).finish(json_to))
