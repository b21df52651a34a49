"""``shelftalk chat``: a conversation in the terminal."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from ui.cli import app

if TYPE_CHECKING:
    from assistant.acts import Choice, Tap
    from assistant.interfaces import Stop
    from assistant.types import TurnEvent
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
    cards: dict[str, str] = field(default_factory=dict)
    """Number of a card to its product."""
    choices: tuple[Choice, ...] = ()

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
        """Print the turn of a message as it grows; Ctrl-C stops it, not the program."""
        return self._turn(line, talk, lambda stop: talk.stream(line, stop))

    def _turn(self, line: str, talk: Talk, ask: Callable[[Stop], Iterator[TurnEvent]]) -> Turn:
        from assistant.interfaces import Stop
        from assistant.types import CardsReady, NeedRead, SentenceReady, TurnDone
        from ui import terminal
        from ui.boundary import Trouble, guarded
        from ui.events import Stopped, Turn, advance

        turn, stop = Turn(line), Stop()
        with stopping(stop):
            for event in guarded(lambda: ask(stop)):
                noted, turn = turn.note, advance(turn, event)
                if isinstance(event, NeedRead):
                    terminal.keeping(self.console, event.need)
                elif isinstance(event, CardsReady):
                    terminal.cards(self.console, turn, talk.profile)
                    terminal.beside(self.console, event)
                    self.choices = event.choices
                elif isinstance(event, SentenceReady):
                    terminal.sentence(self.console, event.sentence, turn, talk.profile)
                elif isinstance(event, TurnDone):
                    terminal.asked(self.console, turn.note.removeprefix(noted))
                elif isinstance(event, Trouble):
                    terminal.trouble(self.console, event)
        if stop:
            self.console.print("[dim]Stopped.[/]")
        shown = {pick.id.lstrip("P"): pick.candidate.product.id for pick in turn.picks}
        if not shown.items() <= self.cards.items():  # a question is about some of the cards
            self.cards = shown
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

        commands = self._commands(rest.split(), talk)
        if name not in commands:
            self.console.print(f"The commands are {', '.join(commands)}, /shopper ID and /quit.")
            return
        if isinstance(told := attempt(commands[name]), Trouble):
            terminal.trouble(self.console, told)

    def _commands(self, words: list[str], talk: Talk) -> dict[str, Callable[[], None]]:
        from assistant.acts import Tap
        from ui import terminal

        first, second = [*words, "", ""][:2]
        return {
            "/why": lambda: self._why(first or "1", talk),
            "/drop": lambda: terminal.drop(self.console, first, talk),
            "/dial": lambda: terminal.dial(self.console, first, talk),
            "/compare": lambda: self._compare(words, talk),
            "/like": lambda: self._tap(Tap.LIKE, first, talk),
            "/not": lambda: self._tap(Tap.DISMISS, first, talk),
            "/never": lambda: self._tap(Tap.NEVER_BRAND, first, talk),
            "/undo": lambda: self._tap(Tap.UNDO, "", talk),
            "/add": lambda: self._put(first, second or "1", talk),
            "/remove": lambda: self._put(first, "0", talk),
            "/basket": lambda: terminal.basket(self.console, talk.basket),
            "/choose": lambda: self._choose(first, talk),
        }

    def _card(self, number: str) -> str | None:
        """The product of a card; a sentence where there is none of this number."""
        if number not in self.cards:
            there = f"give one of {', '.join(self.cards)}" if self.cards else "nothing is shown yet"
            self.console.print(f"There is no card {number!r}; {there}.", markup=False)
        return self.cards.get(number)

    def _compare(self, numbers: list[str], talk: Talk) -> None:
        from ui import terminal

        ids = [self._card(number) for number in numbers or list(self.cards)]
        known = [id_ for id_ in ids if id_]
        if len(known) == len(ids):
            terminal.comparison(self.console, talk.compare(known))

    def _tap(self, tap: Tap, number: str, talk: Talk) -> None:
        card = self._card(number) if number or tap != "undo" else ""
        if card is not None:
            self.last = self._turn(tap.value, talk, lambda stop: talk.tap(tap, card, stop))

    def _put(self, number: str, packs: str, talk: Talk) -> None:
        from ui import terminal

        if not packs.isdecimal():
            self.console.print(f"{packs!r} is no number of packs; as in /add 1 2.", markup=False)
        elif card := self._card(number):
            terminal.basket(self.console, talk.put(card, int(packs)))

    def _choose(self, number: str, talk: Talk) -> None:
        if number.isdecimal() and 1 <= int(number) <= len(self.choices):
            self.last = self.answer(self.choices[int(number) - 1].message, talk)
        else:
            self.console.print(f"There is no choice {number!r} now.", markup=False)

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
