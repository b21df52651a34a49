"""From the ledger to what is served: conversations that begin from now on get what is in force."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Lock, Thread

import yaml

from assistant.explain import Explainer
from assistant.finding import Parts
from assistant.rules import HouseRules
from assistant.speaking import check_choice
from assistant.wiring import Assistant
from finetune.adapters import Adapters
from index.errors import BadData, TellPerson
from ui.lab.drafts import draft, fingerprint, preview
from ui.lab.ledger import Entry, Kind, Ledger

LOG = logging.getLogger(__name__)
LOOK_S = 2.0
"""Seconds between two looks at what is chosen."""
LONGEST_RULES = 50_000
"""Characters of a file of rules."""


def rules_of(text: str) -> HouseRules:
    """Read house rules as they are typed.

    Raises
    ------
    BadData
        Names the line or the key.
    """
    if len(text) > LONGEST_RULES:
        raise BadData(f"The rules have more than {LONGEST_RULES:,} characters.", "Shorten them.")
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text)):
            raise BadData("The rules use a YAML alias (*name).", "Write it out.")
    except yaml.YAMLError:
        pass  # told with its line below
    return HouseRules.parse(text, "house rules")


def prompt_name(source: str) -> str:
    """Name a published draft by its hash."""
    return f"explain/{fingerprint(source)[:8]}"


class Serving:
    """What the assistant serves: what shipped, with what the ledger has in force."""

    def __init__(self, assistant: Assistant, ledger: Ledger) -> None:
        self.assistant = assistant
        self.ledger = ledger
        self._shipped = assistant.parts
        self._lock = Lock()
        """Held while parts are put together: the lab's threads and the watch must not cross."""
        self.refresh()

    def refresh(self, shipped: Parts | None = None) -> None:
        """Serve what is in force, over other parts where they are given."""
        with self._lock:
            self._shipped = parts = shipped or self._shipped
            for kind, change in _CHANGES.items():
                entry = self.ledger.current(kind)
                if entry and entry.value is not None:
                    parts = change(parts, entry.value)
            self.assistant.parts = parts

    def renew(self) -> bool:
        """Serve the adapter that is chosen now; whether another one served until now.

        Raises
        ------
        assistant.errors.BadModel
            It can't serve; the one before goes on.
        """
        shipped = self.assistant.renew(self._shipped)
        if shipped is None:
            return False
        self.refresh(shipped)
        return True

    @contextmanager
    def watched(self, every_s: float = LOOK_S) -> Iterator[None]:
        """Watch meanwhile; leaving waits for a look that is under way."""
        stop = Event()
        watcher = Thread(target=self.watch, args=[stop, every_s], daemon=True)
        watcher.start()
        try:
            yield
        finally:
            stop.set()
            watcher.join()

    def watch(self, stop: Event, every_s: float = LOOK_S) -> None:
        """Renew whenever somebody chose another adapter, here or in a terminal, until stopped.

        One that can't serve is told once, and opened again only when it was written anew.
        """
        told, failed = "", None
        while not stop.wait(every_s):
            chosen = None
            try:
                chosen = self.assistant.chosen
                if chosen != failed:
                    self.renew()
                    told, failed = "", None
            except Exception as error:  # of any kind: who watches goes on
                if str(error) != told:
                    unforeseen = not isinstance(error, TellPerson)
                    LOG.warning(
                        "The adapter that is chosen can't serve: %s", error, exc_info=unforeseen
                    )
                told, failed = str(error), chosen

    def publish(
        self, kind: Kind, value: str, who: str, why: str, seen: int, figures: str = ""
    ) -> Entry:
        """Check, note, and serve; an adapter serves once it is open, see :meth:`watch`.

        Raises
        ------
        index.errors.TellPerson
            It can't be served as it is, or somebody published meanwhile.
        """
        _CHECKS[kind](self.assistant, value)
        entry = self.ledger.publish(kind, value, who, why, seen, figures)
        self._served(kind, entry)
        return entry

    def take_back(self, kind: Kind, who: str, why: str, seen: int) -> Entry:
        """Serve what was in force before.

        Raises
        ------
        index.errors.TellPerson
            Nothing is published, or somebody published meanwhile.
        """
        entry = self.ledger.take_back(kind, who, why, seen)
        self._served(kind, entry)
        return entry

    def seen(self, kind: Kind) -> int:
        """The id by which a page names what it shows as in force."""
        entry = self.ledger.current(kind)
        return entry.id if entry else 0

    def _served(self, kind: Kind, entry: Entry) -> None:
        if kind is Kind.ADAPTER:
            adapters = Adapters(self.assistant.settings.index.home)
            if entry.value is None:
                if adapters.chosen:
                    adapters.rollback()
            else:
                adapters.use(entry.value)
        self.refresh()


def _prompt(parts: Parts, source: str) -> Parts:
    template, before = draft(source, prompt_name(source)), parts.explainer
    explainer = Explainer(before.model, template, before.retries)
    return replace(parts, explainer=explainer, hashes={**parts.hashes, "prompt": template.hash})


def _rules(parts: Parts, text: str) -> Parts:
    return replace(parts, rules=rules_of(text))


def _dial(parts: Parts, text: str) -> Parts:
    return replace(parts, dial=float(text))


_CHANGES: dict[Kind, Callable[[Parts, str], Parts]] = {
    Kind.PROMPT: _prompt,
    Kind.RULES: _rules,
    Kind.DIAL: _dial,
}
"""An adapter is merged into the weights when they are loaded: see :meth:`Serving.renew`."""


def _check_dial(_: Assistant, text: str) -> None:
    try:
        inside = 0 <= float(text) <= 1
    except ValueError:
        inside = False
    if not inside:
        raise BadData(f"The dial can't stand at {text!r}.", "Give a number from 0 to 1.")


def _check_adapter(assistant: Assistant, name: str) -> None:
    Adapters(assistant.settings.index.home).find(name)
    check_choice(assistant.settings, name)


_CHECKS: dict[Kind, Callable[[Assistant, str], object]] = {
    Kind.PROMPT: lambda _, source: preview(source),
    Kind.RULES: lambda _, text: rules_of(text),
    Kind.DIAL: _check_dial,
    Kind.ADAPTER: _check_adapter,
}
