"""Events of the prompt lab, without a page: values in, words and markup out."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from assistant.errors import BadPrompt
from assistant.interfaces import Stop
from assistant.prompts import load
from index.errors import BadData
from ui.boundary import Trouble, guarded
from ui.lab.drafts import VARIABLES, draft, preview
from ui.lab.ledger import Kind
from ui.lab.marks import write_aside
from ui.lab.matrix import Trial, figures, matrix, show, to_csv, to_json, verdicts
from ui.lab.room import Room, said, told, wrong
from ui.lab.scenarios import MOST, Read, Scenario, from_shoppers, read_csv, read_rows
from ui.lab.scenarios import to_csv as csv
from ui.lab.trial import Step, Variant, run, table
from ui.lab.work import SLOTS, Work

IN_FORCE = "in force"
EVERY = 8
"""Cells between two drawings of the matrix while a trial runs."""
Rows = Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Bill:
    """What the prompt lab shows of a trial at one moment."""

    progress: str
    matrix: str
    verdicts: str


def released() -> list[str]:
    """Every released prompt for sentences, the oldest first."""
    found: list[str] = []
    for version in count(1):
        try:
            found.append(load(f"explain/{version}").name)
        except BadPrompt:
            return found
    raise AssertionError("versions end")


def source_of(room: Room, name: str) -> str:
    """The text of a released prompt, or of the one in force."""
    if name != IN_FORCE:
        return load(name).source
    entry = room.serving.ledger.current(Kind.PROMPT)
    if entry and entry.value is not None:
        return entry.value
    serving = room.serving.assistant.parts.hashes["prompt"]
    names = released()
    return next((load(n) for n in names if load(n).hash == serving), load(names[0])).source


def previewed(source: str) -> str:
    """A draft as the model would read it, or the line that is wrong."""
    return said(lambda: show("preview", samples=preview(source), variables=VARIABLES))


def scenarios_of(rows: Rows) -> Read:
    """Read the table as it is typed."""
    return read_rows(list(rows))


def from_file(path: str | None, rows: Rows) -> tuple[list[list[str]], str]:
    """Return the table with a CSV file's rows after its own, and what was left out."""
    if path is None:
        return [list(map(str, row)) for row in rows], ""
    if Path(path).stat().st_size > 1_000_000:
        raise BadData("The file is larger than a megabyte.", f"{MOST} rows are the most.")
    found = read_csv(Path(path).read_bytes())
    both = read_rows([*rows, *(one.row for one in found.scenarios)])
    text = f"{len(found.scenarios)} rows were read."
    if found.wrong:
        text = f"{text} Left out: {' '.join(found.wrong)}"
    return [one.row for one in both.scenarios], told(text, good=not found.wrong)


def from_people(room: Room, number: float) -> list[list[str]]:
    """Make a table of so many scenarios of real shoppers."""
    wanted = max(1, min(MOST, int(number)))
    return [one.row for one in from_shoppers(room.serving.assistant, wanted)]


def variants(sources: Sequence[str]) -> list[Variant]:
    """Return a variant for every slot that holds something, each tried before.

    Raises
    ------
    index.errors.TellPerson
        Names the slot and what is wrong; or there is none.
    """
    found = []
    for slot, source in zip(SLOTS, sources, strict=True):
        if source.strip():
            try:
                preview(source)
            except BadPrompt as error:
                raise BadPrompt(f"{slot}: {error.what}", error.remedy) from error
            found.append(Variant(slot, draft(source, f"explain/{slot}")))
    if not found:
        raise BadData("There is no prompt to try.", "Choose one to start from.")
    return found


def trial_of(room: Room, sources: Sequence[str], rows: Rows) -> Trial:
    """What is answered so far of the drafts and scenarios on the bench; nothing is asked."""
    scenarios = scenarios_of(rows).scenarios
    columns = [
        Variant(slot, draft(source, f"explain/{slot}"))
        for slot, source in zip(SLOTS, sources, strict=True)
        if source.strip()
    ]
    if not columns:
        raise BadData("There is no prompt to try.", "Choose one to start from.")
    return _trial(room, columns, scenarios)


def _trial(room: Room, columns: Sequence[Variant], scenarios: Sequence[Scenario]) -> Trial:
    prompts = {v.name: v.template.hash for v in columns}
    found = table(room.serving.assistant, columns, scenarios, room.cells)
    return Trial(scenarios, prompts, found, room.marks.golden(), room.marks.notes())


def tried(
    room: Room, who: str, sources: Sequence[str], rows: Rows, only: bool, stop: Stop
) -> Iterator[Bill]:
    """Run the trial on the bench, drawing it as it grows; what is wrong is the last bill."""
    kept = room.bench.load(who) or Work()
    plain = [list(map(str, row)) for row in rows]
    room.bench.keep(who, replace(kept, sources=list(sources), rows=plain))
    for event in guarded(lambda: _tried(room, sources, rows, only, stop)):
        yield Bill(wrong(event), "", "") if isinstance(event, Trouble) else event


def _tried(
    room: Room, sources: Sequence[str], rows: Rows, only: bool, stop: Stop
) -> Iterator[Bill]:
    read = scenarios_of(rows)
    if not read.scenarios:
        raise BadData("There is no scenario to try.", " ".join(read.wrong) or "Make some first.")
    columns = variants(sources)
    trial = _trial(room, columns, read.scenarios)
    filled = {name: dict(cells) for name, cells in trial.table.items()}
    trial = replace(trial, table=filled)
    step: Step | None = None
    for step in run(room.serving.assistant, columns, read.scenarios, room.cells, stop):
        filled[step.variant][step.cell.scenario] = step.cell
        if step.done < step.of:
            line = f"{step.done} of {step.of} cells; now {step.variant}."
            yield Bill(told(line), "" if step.done % EVERY else matrix(trial, only), "")
    done, of = (step.done, step.of) if step else (0, 0)
    ended = "Done" if step and done == of else "Stopped; Run goes on from here"
    line = f"{ended}: {done} of {of} cells. {' '.join(read.wrong)}"
    yield Bill(told(line, good=not read.wrong), matrix(trial, only), verdicts(trial))


def redrawn(room: Room, sources: Sequence[str], rows: Rows, only: bool) -> tuple[str, str]:
    """The matrix and the verdicts of what is answered so far."""
    trial = trial_of(room, sources, rows)
    return matrix(trial, only), verdicts(trial)


def marked(
    room: Room, sources: Sequence[str], rows: Rows, place: float, slot: str, note: str | None
) -> str:
    """Note words beside a cell, or with ``None`` make it golden; returns how it went."""
    trial = trial_of(room, sources, rows)
    number = int(place)
    if not 1 <= number <= len(trial.scenarios):
        raise BadData(f"There is no scenario {number}.", f"There are {len(trial.scenarios)}.")
    scenario = trial.scenarios[number - 1]
    cell = trial.table.get(slot, {}).get(scenario.key)
    if cell is None:
        raise BadData(f"{slot} has not answered “{scenario.message}”.", "Run it first.")
    if note is None:
        room.marks.make_golden(cell)
        return told(f"{slot}'s answer to “{scenario.message}” is golden.")
    room.marks.note(scenario.key, trial.prompts[slot], note)
    return told("Noted.")


def files(room: Room, sources: Sequence[str], rows: Rows) -> list[str]:
    """Write what is answered as CSV and JSON, and the scenarios; returns the paths."""
    trial = trial_of(room, sources, rows)
    folder = room.folder / "out" / secrets.token_hex(8)
    texts = {
        "trial.csv": to_csv(trial),
        "trial.json": to_json(trial),
        "scenarios.csv": csv(trial.scenarios),
    }
    for name, text in texts.items():
        write_aside(folder / name, text)
    return [str(folder / name) for name in texts]


def published(
    room: Room, who: str, sources: Sequence[str], rows: Rows, slot: str, why: str, seen: int
) -> str:
    """Publish a draft with the figures of its trial; returns how it went."""
    source = sources[SLOTS.index(slot)]
    if not source.strip():
        raise BadData(f"{slot} is empty.", "Choose a prompt to start from.")
    told_figures = figures(trial_of(room, sources, rows), slot)
    room.serving.publish(Kind.PROMPT, source, who, why, seen, told_figures)
    return told(f"{slot} is in force for every conversation that begins from now on.")
