"""``shelftalk rules``: the shop's house rules, checked and tried before they are served."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ui.cli import app

rules = typer.Typer(help="Check and try the shop's house rules.", no_args_is_help=True)
app.add_typer(rules, name="rules")

File = Annotated[Path, typer.Argument(help="A YAML file of house rules.")]


@rules.command("check", epilog="Example: shelftalk rules check house.yaml")
def check(file: File) -> None:
    """Read a file of rules and list them; what is wrong is named with its place."""
    from assistant.rules import KINDS, HouseRules

    found = HouseRules.read(file)
    for rule in found.rules:
        kind = next(kind for kind in KINDS if getattr(rule, kind) is not None)
        typer.echo(f"{kind:12} {rule.name}")
    typer.echo(f"{len(found.rules)} rules, all right. Serve them with SHELFTALK_HOUSE_RULES={file}")


@rules.command("preview", epilog="Example: shelftalk rules preview house.yaml --ask milk")
def preview(
    file: File,
    ask: Annotated[str, typer.Option(help="What the shoppers ask.")] = "surprise me",
    shoppers: Annotated[int, typer.Option(help="How many shoppers.", min=1, max=500)] = 10,
) -> None:
    """Show what the rules change in the answers to the shoppers with most purchases."""
    from assistant.config import ModelConfig, Settings
    from assistant.rules import HouseRules
    from assistant.wiring import open_assistant

    new, changed = HouseRules.read(file), 0
    quiet = Settings().model_copy(update={"model": ModelConfig(backend="none")})
    table = Table("shopper", "as served", "with these rules", title=escape(f"“{ask}”"))
    with open_assistant(quiet) as assistant:
        cards = assistant.shoppers(shoppers)
        for card in cards:
            before = assistant.cards(card.id, ask)
            after = assistant.cards(card.id, ask, new)
            lists = [[p.candidate.product.title for p in picks] for picks in (before, after)]
            if lists[0] != lists[1]:
                changed += 1
                table.add_row(card.id, *(escape("\n".join(titles)) for titles in lists))
    Console().print(table)
    typer.echo(f"{changed} of {len(cards)} shoppers see something else.")
