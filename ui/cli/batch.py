"""``shelftalk batch``: many shoppers at once, into a file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from ui.cli import app

batch = typer.Typer(help="Answer many shoppers into a file.", no_args_is_help=True)
app.add_typer(batch, name="batch")


@batch.command(
    "recommend",
    epilog="Example: shelftalk batch recommend --shoppers ids.txt --out picks.parquet",
)
def recommend_all(
    shoppers: Annotated[
        Path,
        typer.Option(help="Parquet, JSONL or CSV with shopper_id (and message), or an id a line."),
    ],
    out: Annotated[Path, typer.Option(help="The Parquet file to write.", dir_okay=False)],
    message: Annotated[
        str, typer.Option(help="What everyone asks who brings no message of their own.")
    ] = "what should I buy again this week?",
    words: Annotated[
        bool, typer.Option("--words/--no-words", help="Write the sentences, or pick alone.")
    ] = True,
) -> None:
    """Pick products for every shopper and say why; a row a pick.

    Killed and asked again, it goes on where it was, and the file is the same.
    """
    from rich.console import Console
    from rich.progress import Progress

    from assistant.config import Settings
    from eval.batch import Recommend, read_shoppers, recommend
    from eval.report import code_hash

    settings = Settings()
    found = read_shoppers(shoppers, message)
    plan = {
        "code": code_hash(("index", "assistant")),
        "settings": hashlib.sha256(settings.model_dump_json().encode()).hexdigest()[:16],
        "words": words,
    }
    console = Console(stderr=True)
    function = Recommend(settings, words)
    try:
        with Progress(console=console, transient=True) as bars:
            bar = bars.add_task("shoppers", total=found.num_rows)
            rows = recommend(found, out, function, plan, lambda n, _: bars.update(bar, completed=n))
    finally:
        function.close()
    console.print(f"{rows} rows for {found.num_rows} shoppers in {out}", highlight=False)
