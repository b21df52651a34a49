"""``shelftalk bench retrieval``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.cli.bench import bench


@bench.command("retrieval")
def retrieval(
    full: Annotated[
        bool, typer.Option("--full", help="100 times the catalogue too: minutes, and 4 GB.")
    ] = False,
    asked: Annotated[int, typer.Option(help="Searches of every size.", min=20)] = 200,
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the growth curves as an SVG.")
    ] = None,
    json_to: Annotated[
        str | None, typer.Option("--json", help="Write the figures; - prints.")
    ] = None,
) -> None:
    """A whole search at 1, 10 and 100 times the catalogue, beside numpy, Chroma and FTS5 alone.

    Example: [bold]shelftalk bench retrieval --picture growth.svg[/]
    """
    from assistant.config import Settings
    from eval.benchmarks.retrieval import SIZES, WHOLE, run
    from eval.picture import growth_svg
    from index.stores.files import put

    found = run(Settings(), WHOLE if full else SIZES, asked)
    if picture:
        put(picture, growth_svg(found.rows, found.protocol["sizes"]).encode())
    raise typer.Exit(found.finish(json_to))
