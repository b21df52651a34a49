"""The ``shelftalk`` command line: one module a noun, joined here."""

from __future__ import annotations

import importlib
import os
import pkgutil
import re
import sys
from typing import Annotated

# Before any library reads them: nothing is reported to anyone, no fork warning.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.text import Text

from index.config import default_home
from index.errors import TellPerson
from index.offline import go_offline
from ui.log import install

_SECRET = re.compile("key|token|secret|password", re.IGNORECASE)
"""Settings whose values are not printed, though they be wrong."""

app = typer.Typer(
    name="shelftalk",
    help="A shopping assistant that points at products and lets the catalogue speak.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def anywhere(
    context: typer.Context,
    offline: Annotated[
        bool,
        typer.Option("--offline", help="Reach nobody but this machine, and say who was asked for."),
    ] = False,
) -> None:
    """Hold for every command."""
    if offline:
        guard = go_offline()
        context.call_on_close(lambda: typer.echo(_asked_for(guard.refused), err=True))


def _asked_for(refused: list[str]) -> str:
    hosts = ", ".join(dict.fromkeys(refused))
    return f"offline: refused {hosts}" if hosts else "offline: no other machine was asked for"


def _join() -> None:
    """Import every module of this package; each adds its commands to ``app``."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        if not module.name.startswith("_"):
            importlib.import_module(f"{__name__}.{module.name}")


def _say(what: str, remedy: str) -> None:
    console = Console(stderr=True)
    console.print(Text.assemble(("shelftalk: ", "bold red"), what))
    if remedy:
        console.print(Text(remedy))


def main() -> None:
    """Run; what is meant for a person is printed as a sentence, with exit code 2."""
    _join()
    install(default_home())
    try:
        app()
    except TellPerson as trouble:
        _say(trouble.what, trouble.remedy)
        sys.exit(2)
    except ValidationError as trouble:
        for error in trouble.errors():
            name = ".".join(str(part) for part in error["loc"])
            got = "a secret" if _SECRET.search(name) else repr(error["input"])
            _say(f"the setting {name!r}: {error['msg']} (got {got}).", "")
        _say("settings come from shelftalk.toml and SHELFTALK_… variables.", "")
        sys.exit(2)
