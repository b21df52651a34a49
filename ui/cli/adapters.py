"""``shelftalk adapters``: which tuned model speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from ui.cli import app

if TYPE_CHECKING:
    from finetune.adapters import Adapters

adapters = typer.Typer(
    name="adapters", help="Choose the adapter that speaks, or go back.", no_args_is_help=True
)
app.add_typer(adapters)

Name = Annotated[str, typer.Argument(help="A name that 'shelftalk adapters list' shows.")]


@adapters.command("list", epilog="Example: shelftalk adapters list")
def list_adapters() -> None:
    """Show the adapters that ship and those trained here; each is checked by its hashes."""
    found = _adapters()
    table = Table("name", "base", "jobs", "examples", "steps", "chosen")
    for each in found.all():
        told = each.told
        table.add_row(
            each.name,
            str(told["base"]),
            ", ".join(each.prompts.values()),
            str(told["data"]["examples"]),
            str(told["steps"]),
            "yes" if each.name == found.chosen else "",
        )
    Console().print(table)


@adapters.command("use", epilog="Example: shelftalk adapters use default")
def use(name: Name) -> None:
    """Choose an adapter; conversations that begin from now on speak with it, in a shop that is
    running too. Open ones go on with theirs.
    """
    from assistant.config import Settings
    from assistant.speaking import check_choice

    check_choice(Settings(), name)
    found = _adapters().use(name)
    Console().print(f"{found.name} speaks from now on ({found.path}).", highlight=False)


@adapters.command("compare", epilog="Example: shelftalk adapters compare default mine")
def compare(left: Name, right: Name) -> None:
    """Show what differs in how two adapters were trained."""
    from finetune.adapters import differences

    found = _adapters()
    table = Table("what", left, right)
    for what, a, b in differences(found.find(left), found.find(right)):
        table.add_row(what, str(a), str(b))
    Console().print(table)


@adapters.command("rollback", epilog="Example: shelftalk adapters rollback")
def rollback() -> None:
    """Take the last choice back."""
    name = _adapters().rollback()
    Console().print(f"{name or 'The shipped default'} speaks from now on.", highlight=False)


def _adapters() -> Adapters:
    from assistant.config import Settings
    from finetune.adapters import Adapters

    return Adapters(Settings().index.home)
