"""The teacher of ``shelftalk finetune data``, as its options name it."""

from __future__ import annotations

from collections.abc import Sequence

import typer
from rich.progress import Progress, TaskID

from finetune.lessons import Lessons
from finetune.teacher import Teacher
from index.config import IndexConfig


def lessons(
    url: str | None,
    model: str | None,
    share: float,
    languages: Sequence[str],
    config: IndexConfig,
) -> Lessons | None:
    """Prepare the teacher, if one is named; nothing is sent yet."""
    if url and model:
        return Lessons(
            Teacher.at(url, model, config.home / "runs"), share, tuple(dict.fromkeys(languages))
        )
    if url or model or languages:
        raise typer.BadParameter(
            "A teacher has an address and a name: give --teacher URL and --teacher-model NAME.",
            param_hint="--teacher",
        )
    return None


class Bars:
    """A bar for each thing that a teacher is asked for."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._by_name: dict[str, TaskID] = {}

    def __call__(self, what: str, done: int, of: int) -> None:
        if what not in self._by_name:
            self._by_name[what] = self._bars.add_task(what)
        self._bars.update(self._by_name[what], completed=done, total=of)
