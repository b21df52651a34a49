"""``shelftalk bench index``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.cli.bench import bench


@bench.command(
    "index",
    epilog="Example: shelftalk bench index --growth --picture growth.svg",
    no_args_is_help=False,
)
def index(
    seed: Annotated[int, typer.Option(help="Draws the filtered queries.")] = 7,
    growth: Annotated[
        bool, typer.Option("--growth", help="Also fill the stores at 1 and 10 times the size.")
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="As --growth, and at 100 times: minutes, and 4 GB.")
    ] = False,
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw that growth as an SVG.")
    ] = None,
    json_to: Annotated[
        str | None,
        typer.Option("--json", metavar="FILE", help="Write the figures; - is standard output."),
    ] = None,
) -> None:
    """The whole index build beside a bare encode loop; then Chroma and filters against exact.

    With --growth the stores alone are filled with ever more vectors (jittered copies of the
    shop's own), beside a bare Chroma upsert; nothing is embedded for that.
    """
    from assistant.config import Settings
    from eval.benchmarks.index_build import run
    from eval.benchmarks.index_growth import growth_rows
    from eval.benchmarks.retrieval import SIZES, WHOLE
    from eval.picture import growth_svg
    from index.stores.files import put

    config = Settings().index
    sizes = WHOLE if full else SIZES if growth or picture else ()
    rows, counts = growth_rows(config.vectors, sizes) if sizes else ([], {})
    found = run(config, seed)
    found.rows += rows
    if picture:
        words = ("seconds to fill the store", "How filling the stores grows with the catalogue")
        put(picture, growth_svg(rows, counts, "store_s", *words).encode())
    raise typer.Exit(found.finish(json_to))
