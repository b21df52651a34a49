"""The one shape in which every command that measures answers (``--json``)."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import psutil
import yaml
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
TARGETS = Path(__file__).with_name("targets.yaml")
ROOMS = ("index", "assistant", "finetune", "eval", "ui")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure."""

    metric: str
    """``hit_rate@10``, ``p95_ms`` …"""
    value: float
    system: str = "shelftalk"
    table: str = ""
    ci95: tuple[float, float] | None = None
    n: int = 1
    """Cases behind the figure."""
    defaulted: int = 0
    """Cases that gave no answer and were counted with the stated default."""


@dataclass(frozen=True, slots=True)
class Target:
    """A bound on one row, with whether it holds."""

    metric: str
    bound: Literal["at_least", "at_most"]
    limit: float
    table: str = ""
    system: str = "shelftalk"
    value: float | None = None
    """The figure that was measured; ``None`` where the row is missing (it does not hold)."""

    @property
    def holds(self) -> bool:
        if self.value is None:
            return False
        return self.value >= self.limit if self.bound == "at_least" else self.value <= self.limit


def code_hash(rooms: Sequence[str] = ROOMS) -> str:
    """SHA-256 over the rooms' Python files, by name, first 16 digits."""
    digest = hashlib.sha256()
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def machine() -> dict[str, Any]:
    """Cores, memory in GB, and the name of the GPU or ``None``."""
    gpu = None
    if torch := sys.modules.get("torch"):
        gpu = torch.cuda.get_device_name(0) if torch.cuda.is_available() else None
    return {
        "cores": os.cpu_count(),
        "ram_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "gpu": gpu,
    }


@dataclass(slots=True)
class Measurement:
    """What a measuring command returns: rows, and the targets that stand for it."""

    command: str
    """As a person would type it, without ``shelftalk``: "bench turn"."""
    rows: list[Row]
    protocol: Mapping[str, Any] = field(default_factory=dict)
    dataset: Mapping[str, Any] = field(default_factory=dict)
    """name, licence_note, sha256."""
    seed: int = 0
    hashes: Mapping[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def targets(self, path: Path = TARGETS) -> list[Target]:
        """The lines of ``eval/targets.yaml`` for this command, filled with our values."""
        lines = (yaml.safe_load(path.read_text()) or {}).get(self.command, [])
        found = []
        for line in lines:
            target = Target(**line)
            value = next(
                (
                    r.value
                    for r in self.rows
                    if (r.metric, r.table, r.system) == (target.metric, target.table, target.system)
                ),
                None,
            )
            found.append(Target(**{**line, "value": value}))
        return found

    def as_json(self) -> dict[str, Any]:
        """The object of the design's section 10."""
        return {
            "command": self.command,
            "protocol": dict(self.protocol),
            "dataset": dict(self.dataset),
            "seed": self.seed,
            "hashes": {"code": code_hash(), **self.hashes},
            "machine": machine(),
            "rows": [asdict(row) for row in self.rows],
            "targets": [
                {
                    "row": " ".join(filter(None, (t.table, t.system, t.metric))),
                    t.bound: t.limit,
                    "value": t.value,
                    "holds": t.holds,
                }
                for t in self.targets()
            ],
            "notes": list(self.notes),
        }

    def show(self, console: Console) -> None:
        """Print the rows and the targets for people."""
        table = Table(title=f"shelftalk {self.command}", title_justify="left")
        for name in ("table", "system", "metric", "value", "95% interval", "n"):
            table.add_column(
                name,
                justify="right" if name in {"value", "n"} else "left",
                no_wrap=name in {"system", "metric"},
            )
        for row in self.rows:
            interval = f"{row.ci95[0]:.4g} to {row.ci95[1]:.4g}" if row.ci95 else ""
            table.add_row(
                row.table, row.system, row.metric, f"{row.value:.4g}", interval, str(row.n)
            )
        console.print(table)
        for note in self.notes:
            console.print(note)
        for target in self.targets():
            word = "[green]holds[/]" if target.holds else "[red]falls short[/]"
            name = " ".join(filter(None, (target.table, target.metric)))
            got = "no such row" if target.value is None else f"{target.value:.4g}"
            console.print(
                f"{word}: {name} {target.bound.replace('_', ' ')} {target.limit:g}, got {got}"
            )

    def finish(self, json_to: str | None, console: Console | None = None) -> int:
        """Print, write the JSON (``-`` is standard output), and return the exit code.

        Returns
        -------
        int
            0 where every target holds, 1 where one falls short.
        """
        if json_to == "-":
            json.dump(self.as_json(), sys.stdout, indent=2)
            sys.stdout.write("\n")
            self.show(console or Console(stderr=True))
        else:
            self.show(console or Console())
            if json_to:
                target = Path(json_to)
                aside = target.with_name(target.name + ".part")
                aside.write_text(json.dumps(self.as_json(), indent=2) + "\n")
                aside.replace(target)
        return 0 if all(t.holds for t in self.targets()) else 1
