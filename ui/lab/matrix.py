"""A trial as a page and as files: the matrix, the verdicts, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from index.text import money
from ui.lab.cell import Cell
from ui.lab.expect import Outcome, outcomes
from ui.lab.scenarios import Scenario
from ui.lab.versus import compare, pick_changes, regressions, word_changes
from ui.words import plain


def _shown(value: object) -> object:
    """Text without marks that reorder or hide it; markup of our own stays as it is."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


_PAGES = Environment(
    finalize=_shown,
    loader=FileSystemLoader(Path(__file__).parent / "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES.filters["price"] = lambda cents: "" if cents is None else money(cents, "USD")
_PAGES.filters["share"] = lambda value: f"{value:.0%}"
Table = Mapping[str, Mapping[str, Cell]]


def show(name: str, **values: Any) -> str:
    """Render a page of the lab; everything that is put in is escaped, and reorders nothing."""
    return _PAGES.get_template(f"{name}.html.jinja").render(values)


@dataclass(frozen=True, slots=True)
class Trial:
    """What was asked of whom, and what is answered so far."""

    scenarios: Sequence[Scenario]
    prompts: Mapping[str, str]
    """Variant's name to its prompt's hash, in the order of the columns."""
    table: Table
    golden: Mapping[str, Cell]
    notes: Mapping[str, str]


def matrix(trial: Trial, only_regressions: bool = False) -> str:
    """Return the matrix: a row a scenario, a column a variant, the first is what it is held to."""
    names = list(trial.prompts)
    rows = []
    for scenario in trial.scenarios:
        cells = [_cell(trial, scenario, name, names[0]) for name in names]
        if not only_regressions or any(cell and cell["lost"] for cell in cells):
            rows.append({"scenario": scenario, "cells": cells})
    return show("matrix", names=names, rows=rows, all=len(trial.scenarios), only=only_regressions)


def _cell(trial: Trial, scenario: Scenario, name: str, first: str) -> dict[str, Any] | None:
    cell, one = (trial.table[n].get(scenario.key) for n in (name, first))
    if cell is None:
        return None
    golden = trial.golden.get(scenario.key)
    beside = one is not None and name != first
    return {
        "cell": cell,
        "outcomes": _outcomes(trial, scenario, cell),
        "lost": regressions(scenario, one, cell, golden) if one and beside else [],
        "picks": pick_changes(one, cell) if one and beside else [],
        "words": word_changes(one.words, cell.words)
        if one and beside and one.words != cell.words
        else [],
        "golden": golden == cell,
        "note": trial.notes.get(f"{scenario.key}/{trial.prompts[name]}", ""),
    }


def _outcomes(trial: Trial, scenario: Scenario, cell: Cell) -> list[Outcome]:
    return outcomes(scenario.expect, cell, trial.golden.get(scenario.key))


def verdicts(trial: Trial) -> str:
    """Return the paired figures of every later variant against the first, in plain words."""
    first, *others = trial.prompts
    tables = [
        (
            other,
            compare(
                trial.scenarios, trial.table[first], trial.table[other], (first, other),
                trial.golden,
            ),
        )
        for other in others
    ]  # fmt: skip
    return show("verdicts", first=first, tables=tables)


def figures(trial: Trial, other: str) -> str:
    """Return the verdicts of one variant against the first, a line a figure, for the ledger."""
    first = next(iter(trial.prompts))
    if other == first or other not in trial.table:
        return ""
    found = compare(
        trial.scenarios, trial.table[first], trial.table[other], (first, other), trial.golden
    )
    return "\n".join(f"{one.figure.name}: {one.words}" for one in found)


def to_json(trial: Trial) -> str:
    """Everything of a trial."""
    told = {
        "prompts": dict(trial.prompts),
        "scenarios": [asdict(one) | {"key": one.key} for one in trial.scenarios],
        "cells": {
            name: [
                trial.table[name][s.key].as_json()
                | {"expected": [asdict(o) for o in _outcomes(trial, s, trial.table[name][s.key])]}
                for s in trial.scenarios
                if s.key in trial.table[name]
            ]
            for name in trial.prompts
        },
        "notes": dict(trial.notes),
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def to_csv(trial: Trial) -> str:
    """A row a cell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    heading = "variant,prompt,shopper,message,picks,words,held,of,by_model,grounded,seconds,tokens"
    writer.writerow(heading.split(","))
    for name, prompt in trial.prompts.items():
        for scenario in trial.scenarios:
            cell = trial.table[name].get(scenario.key)
            if cell is None:
                continue
            held = [one.holds for one in _outcomes(trial, scenario, cell)]
            row = [
                name, prompt, scenario.shopper or "guest", scenario.message,
                "; ".join(p.title for p in cell.picks), cell.words or cell.trouble or cell.note,
                sum(held), len(held), f"{cell.by_model:.3f}", f"{cell.grounded:.3f}",
                cell.seconds, cell.tokens,
            ]  # fmt: skip
            writer.writerow([_no_formula(value) for value in row])
    return out.getvalue()


def _no_formula(value: object) -> object:
    """A text that a spreadsheet would run is quoted (OWASP, CSV injection)."""
    risky = isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{value}" if risky else value
