"""``shelftalk ask``: one question, one answer, for people and for scripts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli import app

if TYPE_CHECKING:
    from assistant.config import Settings
    from assistant.types import Profile, Reply


@app.command(
    epilog="Example: shelftalk ask --shopper 1228 'something for school lunches under 5 dollars'"
    " --json"
)
def ask(
    message: Annotated[str, typer.Argument(help="What the shopper is after, in quotes.")],
    shopper: Annotated[
        str | None, typer.Option(help="Id of a shopper of the data; without it, a guest.")
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object and nothing else.")
    ] = False,
) -> None:
    """Ask once: products, true reasons, and with --json everything behind them.

    Exit code 2, with a sentence on standard error, where the question can't be read.
    """
    from contextlib import redirect_stdout

    from rich.console import Console

    from assistant.config import Settings
    from ui import terminal
    from ui.boundary import Trouble, attempt

    settings = Settings()
    with redirect_stdout(sys.stderr):  # a library that prints must not spoil the JSON
        answer = attempt(lambda: _answer(settings, message, shopper))
    if isinstance(answer, Trouble):
        terminal.trouble(Console(stderr=True), answer)
        raise typer.Exit(1 if answer.number else 2)
    reply, profile = answer
    if json:
        _print_json(reply, profile)
    else:
        _print_words(reply, profile)


def _answer(settings: Settings, message: str, shopper: str | None) -> tuple[Reply, Profile]:
    from assistant.wiring import open_assistant

    with open_assistant(settings) as assistant:
        session = assistant.session(shopper)
        return session.ask(message), session.profile


def _print_json(reply: Reply, profile: Profile) -> None:
    from json import dumps

    from ui.serialise import reply_json

    print(dumps(reply_json(reply, profile), ensure_ascii=False, indent=2))


def _print_words(reply: Reply, profile: Profile) -> None:
    from rich.console import Console

    from assistant.types import TurnDone
    from ui import terminal
    from ui.events import Turn, advance

    console = Console(highlight=False)
    turn = advance(Turn(reply.need.message), TurnDone(reply))
    terminal.keeping(console, reply.need)
    terminal.cards(console, turn, profile)
    for said in reply.sentences:
        terminal.sentence(console, said, turn, profile)
