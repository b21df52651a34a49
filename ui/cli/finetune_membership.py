"""``shelftalk finetune membership``: does an adapter betray who taught it?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ui.cli.finetune import _config, _needs_training, _shop, finetune


@finetune.command("membership", epilog="Example: shelftalk finetune membership --json -")
def membership(
    adapter: Annotated[str, typer.Option(help="Adapter by name.")] = "default",
    data_from: Annotated[
        Path | None,
        typer.Option("--data", help="What taught it; without, its shoppers are attacked."),
    ] = None,
    count: Annotated[int, typer.Option(help="Examples a side.", min=10)] = 400,
    seed: Annotated[int, typer.Option(help="Draws the examples.")] = 7,
    json_to: Annotated[
        str | None, typer.Option("--json", help="Write the figures; - prints.")
    ] = None,
) -> None:
    """Bet on who taught an adapter, by how likely it finds sentences about them.

    Exit code 0: the targets hold; 1: it falls short of one; 2: it could not run.
    """
    _needs_training()
    from finetune.adapters import Adapters
    from finetune.membership import measure

    config = _config()
    errors = Console(stderr=True)
    measured = measure(
        Adapters(config.home).find(adapter),
        _shop(config),
        config,
        data_from,
        count,
        seed,
        lambda system, done, of: errors.print(f"{system}: {done} of {of}", highlight=False),
    )
    raise typer.Exit(measured.finish(json_to))
