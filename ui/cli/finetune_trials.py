"""``shelftalk finetune trials``: which rank, learning rate and mix of jobs did best?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.cli.finetune import _config, finetune


@finetune.command(
    "trials", epilog="Example: shelftalk finetune trials runs/r8 runs/r16 --keep default"
)
def trials(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Folders of finished runs.")],
    markdown: Annotated[Path | None, typer.Option(help="Write the table there.")] = None,
    json_to: Annotated[
        str | None, typer.Option("--json", help="Write the figures; - prints.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw validation loss over examples read, a .png.")
    ] = None,
    keep: Annotated[
        str | None,
        typer.Option(
            metavar="ADAPTER",
            help="Keep table and picture with this adapter; 'finetune card' then shows them.",
        ),
    ] = None,
) -> None:
    """Compare finished runs of one recipe that differ in rank, learning rate or mix of jobs.

    Make them with --set, each in a folder of its own:

        shelftalk finetune sft --set rank=8 --budget-minutes 20 --run runs/r8

    An evaluation that lies in a run's folder stands in the table too:

        shelftalk finetune evaluate --adapter runs/r8/adapter \\
            --json runs/r8/evaluation.json

    Runs that differ in anything else are refused, with what it is.
    """
    from finetune import trials_keep, trials_plot, trials_table
    from finetune.adapters import Adapters
    from finetune.trials import read_all

    found = read_all(runs)
    table = trials_table.measured(found)
    if markdown:
        markdown.write_text("\n".join(trials_table.markdown(table.as_json())) + "\n")
    if plot:
        trials_plot.draw(found, plot)
    if keep:
        trials_keep.keep(Adapters(_config().home).find(keep).path, found, table)
    raise typer.Exit(table.finish(json_to))
