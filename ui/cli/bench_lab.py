"""``shelftalk bench lab``."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from ui.cli.bench import bench


@bench.command("lab", epilog="Example: shelftalk bench lab --embedded --json lab.json")
def lab(
    scenarios: Annotated[int, typer.Option(help="Requests of each prompt.", min=3, max=500)] = 40,
    embedded: Annotated[
        bool, typer.Option("--embedded", help="The model that serves, in place of a script.")
    ] = False,
    json_to: Annotated[
        str | None, typer.Option("--json", metavar="FILE", help="Write the figures; - prints.")
    ] = None,
) -> None:
    """Three prompts over forty scenarios, killed at a third and gone on with."""
    from assistant.config import Settings
    from assistant.wiring import open_assistant
    from eval.report import Measurement
    from index.catalogue import Catalogue
    from ui.cli._scripted import open_scripted
    from ui.lab.clock import measure, variants

    with tempfile.TemporaryDirectory() as folder:
        open_ = open_assistant if embedded else open_scripted
        rows = measure(open_, scenarios, Path(folder))
    command = "bench lab --embedded" if embedded else "bench lab"
    prompts = {one.name: one.template.hash for one in variants()}
    found = Measurement(command, rows, {"scenarios": scenarios, "prompts": prompts})
    catalogue = Catalogue.open(Settings().index)
    found.dataset = catalogue.dataset()
    catalogue.close()
    raise typer.Exit(found.finish(json_to))
