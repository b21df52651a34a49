"""``shelftalk index update``: what changes in a shop between two imports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ui.cli.index import index


@index.command("update", epilog="Example: shelftalk index update changes.jsonl")
def update(
    file: Annotated[Path, typer.Argument(help="One JSON object a line: see docs/importing.md.")],
) -> None:
    """Change prices, stock, promotions, coupons, products or purchases, all of a file or nothing.

    The next question sees it, in shops that are open already too; nothing is rebuilt.
    """
    from assistant.config import Settings
    from index.catalogue import Catalogue
    from index.sources.changes import read_changes
    from index.update import update as update_index

    config = Settings().index
    catalogue = Catalogue.open(config)
    currency = catalogue.currency
    catalogue.close()
    report = update_index(config, read_changes(file, currency))
    for kind, count in report.changes.items():
        Console().print(f"{kind}: {count}", highlight=False)
    Console().print(
        f"In the shop, {report.embedded} texts embedded, {report.seconds:.2f} s; "
        f"its day is {report.today}.",
        highlight=False,
    )
