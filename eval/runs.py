"""A run: cases answered chunk by chunk into a folder, resumable, and its report."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from eval.cases import read_cases, write_cases
from eval.report import Measurement, Row, code_hash
from eval.summary import figures, lists_by_system, spread
from eval.tasks.interface import Across, Closing, Hashed, Slow, Task
from index.config import default_home
from index.errors import BadData, TellPerson

CHUNK = 1024
"""Cases between two files; a kill loses at most these."""

Progress = Callable[[str, int, int], None]
"""Called with the system, the cases it has answered and the cases there are."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides a run's figures. Runs of equal plans share a folder."""

    task: str
    seed: int
    limit: int | None
    cases: int
    protocol: dict[str, Any]
    dataset: dict[str, Any]
    code: str
    """Hash of the rooms that can move a figure."""
    hashes: dict[str, str] = field(default_factory=dict)
    """Of the model, the prompt and what else decides, where the task has them."""

    @classmethod
    def of(cls, name: str, task: Task, seed: int, limit: int | None) -> Plan:
        """Return the plan of running a task now."""
        return cls(
            name,
            seed,
            limit,
            len(spread(len(task), limit)),
            task.protocol.as_json(),
            task.provenance.as_json(),
            code_hash(task.rooms),
            dict(task.hashes) if isinstance(task, Hashed) else {},
        )

    @property
    def fingerprint(self) -> str:
        """Eight digits over everything in the plan."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:8]


def runs_home() -> Path:
    """Return the folder in which runs lie by name."""
    return default_home() / "runs"


class RunFolder:
    """``plan.json``, ``cases/SYSTEM/START.parquet``, ``systems/SYSTEM/JOB.json``, ``report.json``
    and ``log.txt``.

    Parameters
    ----------
    job
        Which of several processes writes here: each answers its own chunks and keeps its own
        notes.
    jobs
        How many there are.
    """

    def __init__(self, path: Path, job: int = 0, jobs: int = 1) -> None:
        self.path, self.job, self.jobs = path, job, jobs

    @classmethod
    def start(cls, plan: Plan, path: Path | None = None) -> RunFolder:
        """Make the folder, or take up the one that an equal plan left.

        Raises
        ------
        TellPerson
            Another plan's run lies in the folder that was asked for.
        """
        folder = cls(path or runs_home() / f"{plan.task}-{plan.fingerprint}")
        folder.path.mkdir(parents=True, exist_ok=True)
        there = folder.path / "plan.json"
        if there.exists():
            found = json.loads(there.read_text())
            wanted = json.loads(json.dumps(asdict(plan)))
            if found != wanted:
                other = sorted(name for name in wanted if found.get(name) != wanted[name])
                raise TellPerson(
                    f"{folder.path} holds a run of another plan ({', '.join(other)} differ).",
                    "Choose another folder with --out, or remove it.",
                )
        else:
            _write_json(there, asdict(plan))
        return folder

    @classmethod
    def find(cls, name: str) -> RunFolder:
        """Return a finished run by path or by its name among the runs.

        Raises
        ------
        BadData
            There is none, or it has no report yet.
        """
        for path in (Path(name), runs_home() / name):
            if (path / "report.json").is_file():
                return cls(path)
        raise BadData(
            f"There is no finished run {name!r}, neither as a path nor in {runs_home()}.",
            "Make one with 'shelftalk eval run TASK'; its folder is printed at the end.",
        )

    def part(self, system: str, start: int) -> Path:
        """Return where a chunk's cases lie."""
        return self.path / "cases" / system / f"{start:06d}.parquet"

    def cases(self, systems: Sequence[str] | None = None) -> pl.DataFrame:
        """Return the answered cases, of these systems in this order (all, by name)."""
        names = systems or sorted(p.name for p in (self.path / "cases").iterdir())
        parts = [sorted((self.path / "cases" / name).glob("*.parquet")) for name in names]
        return read_cases([path for paths in parts for path in paths])

    def about(self, system: str) -> dict[str, Any]:
        """Return what was noted of a system: ``chosen``, ``prepare_s``, ``answer_s``.

        Of several processes the longest preparation counts, and their answers together.
        """
        found = [
            json.loads(path.read_text())
            for path in sorted((self.path / "systems" / system).glob("*.json"))
        ]
        return {
            "chosen": found[0]["chosen"] if found else "",
            "prepare_s": max((note["prepare_s"] for note in found), default=0.0),
            "answer_s": round(sum(note["answer_s"] for note in found), 2),
        }

    def note(self, system: str, chosen: str, prepare_s: float, answer_s: float) -> None:
        """Keep what was chosen and add to the times, as far as this process spent them."""
        path = self.path / "systems" / system / f"{self.job}.json"
        before = json.loads(path.read_text())["answer_s"] if path.exists() else 0.0
        path.parent.mkdir(parents=True, exist_ok=True)
        times = {"prepare_s": round(prepare_s, 2), "answer_s": round(before + answer_s, 2)}
        _write_json(path, {"chosen": chosen, **times})

    def log(self, text: str) -> None:
        """Add a line with the time to the log."""
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        with (self.path / "log.txt").open("a", encoding="utf-8") as stream:
            stream.write(f"{now} {text}\n")

    def report(self) -> Measurement:
        """Read the report back."""
        found = json.loads((self.path / "report.json").read_text())
        rows = [
            Row(**{**r, "ci95": tuple(r["ci95"]) if r["ci95"] else None}) for r in found["rows"]
        ]
        return Measurement(
            found["command"],
            rows,
            found["protocol"],
            found["dataset"],
            found["seed"],
            found["hashes"],
            found["notes"],
        )


def execute(
    task: Task,
    plan: Plan,
    folder: RunFolder,
    systems: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> Measurement:
    """Answer every case that is not answered yet, then write and return the report.

    Raises
    ------
    TellPerson
        A system that the task does not have.
    """
    chosen = answer(task, plan, folder, systems, progress)
    measured = _measure(task, plan, folder, chosen)
    _write_json(folder.path / "report.json", measured.as_json())
    folder.log(f"report of {', '.join(chosen)} over {plan.cases} cases")
    return measured


def answer(
    task: Task,
    plan: Plan,
    folder: RunFolder,
    systems: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> list[str]:
    """Answer this process's share of what no file holds yet; return the systems' names.

    Raises
    ------
    TellPerson
        A system that the task does not have.
    """
    chosen = list(systems or task.systems)
    if unknown := [name for name in chosen if name not in task.systems]:
        raise TellPerson(
            f"{plan.task} has no system {unknown[0]!r}.", f"It has: {', '.join(task.systems)}."
        )
    numbers = spread(len(task), plan.limit)
    try:
        for system in chosen:
            _answer(task, folder, system, numbers, progress)
    finally:
        if isinstance(task, Closing):
            task.close()
    return chosen


def _answer(
    task: Task, folder: RunFolder, system: str, numbers: Sequence[int], progress: Progress | None
) -> None:
    size = task.chunk if isinstance(task, Slow) else CHUNK
    ours = list(range(0, len(numbers), size))[folder.job :: folder.jobs]
    missing = [start for start in ours if not folder.part(system, start).exists()]
    if not missing:
        return
    folder.log(f"{system}: {len(missing)} of {len(ours)} chunks to answer")
    began = time.perf_counter()
    said = task.prepare(system)
    prepared = time.perf_counter() - began
    for start in missing:
        began = time.perf_counter()
        chunk = numbers[start : start + size]
        write_cases(task.answer(system, chunk), folder.part(system, start))
        folder.note(system, said, prepared, time.perf_counter() - began)
        if progress:
            progress(system, start + len(chunk), len(numbers))
    folder.log(f"{system}: done. {said}")


def _measure(task: Task, plan: Plan, folder: RunFolder, systems: Sequence[str]) -> Measurement:
    cases = folder.cases(systems)
    rows = figures(cases, plan.seed)
    for (table, system), lists in lists_by_system(cases).items():
        for metric, value in task.overall(lists):
            rows.append(Row(metric, value, system, table, None, len(lists)))
    if isinstance(task, Across):
        rows += task.across(rows)
    order = {table: n for n, table in enumerate(cases["table"].unique(maintain_order=True))}
    place = {system: n for n, system in enumerate(systems)}
    rows.sort(key=lambda row: (order.get(row.table, len(order)), place.get(row.system, 0)))
    said = dict.fromkeys(folder.about(system)["chosen"] for system in systems)
    notes = [text for text in said if text]
    notes += [f"limit: {text}" for text in plan.protocol["limits"]]
    for system in systems:
        about = folder.about(system)
        rows.append(Row("prepare_s", about["prepare_s"], system))
        rows.append(Row("answer_s", about["answer_s"], system, n=plan.cases))
    return Measurement(
        command=f"eval run {plan.task}",
        rows=rows,
        protocol={**plan.protocol, "cases": plan.cases, "limit": plan.limit},
        dataset=plan.dataset,
        seed=plan.seed,
        hashes=plan.hashes,
        notes=notes,
    )


def _write_json(path: Path, value: Any) -> None:
    aside = path.with_name(path.name + ".part")
    aside.write_text(json.dumps(value, indent=2) + "\n")
    aside.replace(path)
