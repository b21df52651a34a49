"""The room that all tabs share: the assistant on trial, what it serves, and the folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ui.boundary import Trouble, attempt
from ui.feedback import FeedbackLog
from ui.lab.marks import Marks
from ui.lab.matrix import show
from ui.lab.serving import Serving
from ui.lab.work import Bench


@dataclass(frozen=True, slots=True)
class Room:
    """What the events of the lab work with."""

    serving: Serving
    folder: Path
    feedback: FeedbackLog

    @property
    def bench(self) -> Bench:
        return Bench(self.folder / "bench")

    @property
    def marks(self) -> Marks:
        return Marks(self.folder)

    @property
    def cells(self) -> Path:
        return self.folder / "cells"


def told(text: str, good: bool = True) -> str:
    """A line that says how it went."""
    return show("told", text=text, good=good)


def said(call: Callable[[], str]) -> str:
    """What ``call`` returns, or its failure in words."""
    found = attempt(call)
    return wrong(found) if isinstance(found, Trouble) else found


def wrong(trouble: Trouble) -> str:
    return told(f"{trouble.what} {trouble.remedy}".strip(), good=False)
