"""The gate: every published target against the latest run, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table

from eval.report import TARGETS, Target
from eval.runs import RunFolder, runs_home


@dataclass(frozen=True, slots=True)
class Held:
    """One target, and the run that it was read from; no run: it does not hold."""

    command: str
    target: Target
    run: str | None

    @property
    def holds(self) -> bool:
        return self.run is not None and self.target.holds


def latest(home: Path | None = None) -> dict[str, RunFolder]:
    """Return the last finished run of every command, by the time of its report."""
    found: dict[str, tuple[float, RunFolder]] = {}
    for report in sorted((home or runs_home()).glob("*/report.json")):
        folder = RunFolder(report.parent)
        command, when = folder.report().command, report.stat().st_mtime
        if command not in found or when >= found[command][0]:
            found[command] = (when, folder)
    return {command: folder for command, (_, folder) in found.items()}


def wanted(path: Path = TARGETS) -> list[str]:
    """Return the commands of ``eval run`` that have targets."""
    lines = yaml.safe_load(path.read_text()) or {}
    return [command for command in lines if command.startswith("eval run ")]


def judge_runs(
    folders: Sequence[RunFolder] | None = None, path: Path = TARGETS, home: Path | None = None
) -> list[Held]:
    """Hold targets against runs.

    Parameters
    ----------
    folders
        Only these runs. ``None``: the latest run of every task that has targets; a task that
        was never run holds none of them.
    """
    if folders is not None:
        return [held for folder in folders for held in _held(folder, path)]
    there = latest(home)
    found: list[Held] = []
    for command in wanted(path):
        if command in there:
            found += _held(there[command], path)
        else:
            lines = (yaml.safe_load(path.read_text()) or {})[command]
            found += [Held(command, Target(**line), None) for line in lines]
    return found


def _held(folder: RunFolder, path: Path) -> Iterator[Held]:
    report = folder.report()
    for target in report.targets(path):
        yield Held(report.command, target, folder.path.name)


def show(found: Sequence[Held], console: Console) -> None:
    """Print what holds, what falls short and what was never run."""
    table = Table("run", "target", "got", "", title="shelftalk eval gate", title_justify="left")
    for held in found:
        t = held.target
        name = " ".join(filter(None, (t.table, t.system if t.system != "shelftalk" else "")))
        wish = f"{name} {t.metric} {t.bound.replace('_', ' ')} {t.limit:g}".strip()
        got = "" if t.value is None else f"{t.value:.4g}"
        word = "[green]holds[/]" if held.holds else "[red]falls short[/]"
        if held.run is None:
            word = f"[red]no finished run: shelftalk {held.command}[/]"
        table.add_row(held.run or held.command.removeprefix("eval run "), wish, got, word)
    console.print(table)
