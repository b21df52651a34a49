"""A small shop with its lab: templates speak, or a script that always says the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from assistant.interfaces import Request
from assistant.models.scripted import ScriptedModel
from assistant.wiring import Assistant
from index.config import IndexConfig
from tests.eval.small_assistant import small_assistant
from ui.desk import open_desk
from ui.feedback import FeedbackLog
from ui.lab.ledger import Ledger
from ui.lab.room import Room
from ui.lab.serving import Serving

PLAIN = "### user\n{{ values[0].mark }}: {{ hints | join('; ') }}\n"
LOUD = "### user\nSay loudly: {{ values[0].mark }}: {{ hints | join('; ') }}\n"


def scripted() -> ScriptedModel:
    """Says that a pick is what was asked for, where the plan has that; else templates speak."""
    return ScriptedModel([(_wants(f"[P{n}]:"), f"[P{n}] {_FIT}.") for n in range(1, 11)])


_FIT = "matches your request for [N.category]"


def _wants(mark: str) -> Callable[[Request], bool]:
    return lambda request: mark in asked(request) and _FIT in asked(request)


def asked(request: Request) -> str:
    return request.prompt.messages[-1].content


def room_of(assistant: Assistant, folder: Path) -> Room:
    """The lab of an open assistant."""
    desk = open_desk(assistant.settings.index)
    return Room(Serving(assistant, Ledger(desk)), folder, FeedbackLog(desk))


def open_small(shop: IndexConfig, model: ScriptedModel | None = None) -> Assistant:
    return small_assistant(shop, model)
