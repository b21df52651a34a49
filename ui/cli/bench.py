"""``shelftalk bench``: what is measured against a published target, a module each."""

from __future__ import annotations

import typer

from ui.cli import app

bench = typer.Typer(
    help="Measure against the targets. Exit code 1 where one falls short.", no_args_is_help=True
)
app.add_typer(bench, name="bench")
