"""``shelftalk drill``: harm done on purpose, and what was lost."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated

import typer
from rich.console import Console

from ui.cli import app


@app.command("drill", epilog="Example: shelftalk drill --kind kill-build --json drill.json")
def drill(
    full: Annotated[
        bool,
        typer.Option(
            "--full",
            help="The whole: over 200 kills, 10,000 rows, 5,000 messages and turns. Hours.",
        ),
    ] = False,
    kind: Annotated[
        list[str] | None,
        typer.Option(help="Only this kind of harm; may be given again. An unknown one lists all."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Draws the moments and the places.")] = 7,
    json_to: Annotated[
        str | None,
        typer.Option("--json", metavar="FILE", help="Write the figures; - is standard output."),
    ] = None,
) -> None:
    """Kill, damage, flood and lie to a small shop of its own, and count what was lost. Not yours.

    Exit code 1 where anything was lost.
    """
    from eval.drills.drill import KINDS, run
    from finetune.drill import KINDS as TRAINED
    from ui.drills.kinds import KINDS as OURS

    console = Console(stderr=True)
    kinds = {**KINDS, **TRAINED, **OURS}
    if not kind and not find_spec("trl"):
        console.print(f"left out, for want of the extra 'train': {', '.join(TRAINED)}")
        kinds = {**KINDS, **OURS}
    measured = run(full, kind or (), seed, lambda what: console.print(what, style="dim"), kinds)
    raise typer.Exit(measured.finish(json_to))
