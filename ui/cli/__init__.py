"""The ``shelftalk`` command line: one module a noun, joined here."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import typer
from rich.console import Console

from index.errors import TellPerson

app = typer.Typer(
    name="shelftalk",
    help="A shopping assistant that points at products and lets the catalogue speak.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _join() -> None:
    """Import every module of this package; each adds its commands to ``app``."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        importlib.import_module(f"{__name__}.{module.name}")


def main() -> None:
    """Run; what is meant for a person is printed as a sentence, with exit code 2."""
    _join()
    try:
        app()
    except TellPerson as trouble:
        Console(stderr=True).print(f"[bold red]shelftalk:[/] {trouble.what}", highlight=False)
        if trouble.remedy:
            Console(stderr=True).print(trouble.remedy, highlight=False)
        sys.exit(2)
