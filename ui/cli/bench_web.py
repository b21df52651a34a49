"""``shelftalk bench web``."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from ui.cli.bench import bench


@bench.command("web")
def web(
    chats: Annotated[int, typer.Option(help="Conversations at once.", min=2, max=64)] = 50,
    turns: Annotated[int, typer.Option(help="Messages of each.", min=1, max=20)] = 4,
    think: Annotated[
        float, typer.Option(help="Mean seconds before each message; 0 asks without a pause.", min=0)
    ] = 10.0,
    json_to: Annotated[
        str | None, typer.Option("--json", help="Write the figures; - prints.")
    ] = None,
) -> None:
    """Fifty conversations at once over the API, on a scripted model.

    Example: [bold]shelftalk bench web --json web.json[/]
    """
    from eval.benchmarks.web import measure
    from ui.cli._scripted import open_scripted
    from ui.loopback import served

    with open_scripted() as assistant:
        assistant.warm()
        shoppers = [card.id for card in assistant.shoppers(chats)]
        with tempfile.TemporaryDirectory() as folder, served(assistant, Path(folder)) as site:
            found = measure(*site, shoppers, turns, think)
        found.dataset = assistant.search.catalogue.dataset()
    raise typer.Exit(found.finish(json_to))
