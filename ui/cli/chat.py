"""``shelftalk chat``: a conversation in the terminal."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from ui.cli import app

if TYPE_CHECKING:
    from assistant.interfaces import Stop
    from ui.door import Door, Talk
    from ui.events import Turn


@app.command(epilog="Example: shelftalk chat --shopper 1228")
def chat(
    shopper: Annotated[
        str | None, typer.Option(help="Id of a shopper of the data; without it, a guest.")
    ] = None,
    resume: Annotated[
        str | None, typer.Option(help="Id of a kept conversation, printed when it was left.")
    ] = None,
) -> None:
    """Talk to the assistant here. Ctrl-C stops an answer, /quit or Ctrl-D leaves."""
    from assistant.config import Settings
    from assistant.wiring import open_assistant

    console = Console(highlight=False)
    with console.status("Opening the shop …"):
        assistant = open_assistant(Settings())
    with assistant:
        Conversation(assistant, console).run(shopper, resume)


@dataclass(slots=True)
class Conversation:
    """The loop: a line in, an answer or a command out."""

    door: Door
    console: Console
    last: Turn | None = None

    def run(self, shopper: str | None, resume: str | None = None) -> None:
        """Until /quit or the end of the input; says then how to go on.

        Raises
        ------
        TellPerson
            At the start, where the shopper or the conversation is unknown; later on,
            ``/shopper`` tells it and keeps the conversation.
        """
        talk = self._listen(self._meet(shopper, resume))
        if talk.conversation_id and (self.last or talk.conversation_id == resume):
            said = f"Go on later with: shelftalk chat --resume {talk.conversation_id}"
            self.console.print(said, markup=False, soft_wrap=True)

    def _listen(self, talk: Talk) -> Talk:
        while True:
            try:
                line = self.console.input("[bold green]you ›[/] ").strip()
            except (EOFError, KeyboardInterrupt):
                self.console.print()
                return talk
            if line in ("/quit", "/exit"):
                return talk
            if line.startswith("/shopper"):
                talk = self._change(line.removeprefix("/shopper").strip(), talk)
            elif line.startswith("/"):
                self._command(*line.partition(" ")[::2], talk)
            elif line:
                self.last = self.answer(line, talk)

    def answer(self, line: str, talk: Talk) -> Turn:
        """Print the turn as it grows; Ctrl-C stops it, not the program."""
        from assistant.interfaces import Stop
        from assistant.types import CardsReady, NeedRead, SentenceReady
        from ui import terminal
        from ui.boundary import Trouble, guarded
        from ui.events import Stopped, Turn, advance

        turn, stop = Turn(line), Stop()
        with stopping(stop):
            for event in guarded(lambda: talk.stream(line, stop)):
                turn = advance(turn, event)
                if isinstance(event, NeedRead):
                    terminal.keeping(self.console, event.need)
                elif isinstance(event, CardsReady):
                    terminal.cards(self.console, turn, talk.profile)
                elif isinstance(event, SentenceReady):
                    terminal.sentence(self.console, event.sentence, turn, talk.profile)
                elif isinstance(event, Trouble):
                    terminal.trouble(self.console, event)
        if stop:
            self.console.print("[dim]Stopped.[/]")
        return advance(turn, Stopped())

    def _meet(self, shopper: str | None, resume: str | None = None) -> Talk:
        from ui import terminal

        door = self.door
        talk = door.resume(resume) if resume else door.session(shopper or None, keep=True)
        self.last = None
        terminal.welcome(self.console, talk.profile)
        return talk

    def _change(self, shopper: str, talk: Talk) -> Talk:
        from ui import terminal
        from ui.boundary import Trouble, attempt

        met = attempt(lambda: self._meet(None if shopper in ("", "guest") else shopper))
        if isinstance(met, Trouble):
            terminal.trouble(self.console, met)
            return talk
        return met

    def _command(self, name: str, rest: str, talk: Talk) -> None:
        """What is typed with a slash; a refusal is a sentence, and the next line is read."""
        from ui import terminal
        from ui.boundary import Trouble, attempt

        commands: dict[str, Callable[[], None]] = {
            "/why": lambda: self._why(rest.strip() or "1", talk),
            "/drop": lambda: terminal.drop(self.console, rest.strip(), talk),
            "/dial": lambda: terminal.dial(self.console, rest.strip(), talk),
        }
        if name not in commands:
            self.console.print(f"The commands are {', '.join(commands)}, /shopper ID and /quit.")
            return
        if isinstance(told := attempt(commands[name]), Trouble):
            terminal.trouble(self.console, told)

    def _why(self, number: str, talk: Talk) -> None:
        from ui import terminal

        if self.last is None:
            self.console.print("Nothing has been shown yet; ask for something first.")
        else:
            terminal.why(self.console, number, self.last, talk.profile)


@contextmanager
def stopping(stop: Stop) -> Iterator[None]:
    """Within, the first Ctrl-C sets the stop; a second one is the usual interrupt."""

    def first(number: int, frame: object) -> None:
        stop.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, first)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
