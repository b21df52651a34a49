"""The table of trials: for the terminal, as Markdown, and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from eval.report import Measurement, Row
from finetune.trials import Trial, differing

HEADS = {
    "examples": "examples read",
    "minutes": "minutes",
    "adapter_mb": "MB",
    "validation_best": "best loss",
    "validation_last": "last loss",
    "reference_valid": "reference_valid",
    "claims_supported": "claims_supported",
    "unverifiable": "unverifiable",
    "slots_f1": "slots_f1",
}
"""Metrics in the order of the columns, with what stands above each."""
_FIGURES = (
    ("explain", "", "reference_valid"),
    ("explain", "", "claims_supported"),
    ("explain", "", "unverifiable"),
    ("explain", "free", "reference_valid"),
    ("explain", "free", "claims_supported"),
    ("explain", "free", "unverifiable"),
    ("understand", "messages", "slots_f1"),
)
"""Job, table and metric of an evaluation; of one metric the last that is there is shown."""
_BETTER: Mapping[str, Callable[[Sequence[float]], float]] = {
    "validation_best": min,
    "validation_last": min,
    "reference_valid": max,
    "claims_supported": max,
    "unverifiable": min,
    "slots_f1": max,
}


class TrialsMeasured(Measurement):
    """Shown as a column a run, which fits a terminal; otherwise as every measurement."""

    def show(self, console: Console) -> None:
        table = Table(title=f"shelftalk {self.command}", title_justify="left", box=box.SIMPLE)
        names, *lines = zip(*cells(self.as_json()), strict=True)
        for name in names:
            table.add_column(name, overflow="fold")
        for line in lines:
            table.add_row(*(f"[green]{c[2:-2]} *[/]" if c.startswith("**") else c for c in line))
        console.print(table)
        for note in self.notes:
            console.print(note)


def measured(trials: Sequence[Trial]) -> TrialsMeasured:
    """Put trials that may stand together into rows, the run being the system."""
    other = differing([trial.settings for trial in trials])
    own = differing([trial.recipe for trial in trials])
    one_validation = "jobs" not in other
    first = trials[0]
    notes = ["A loss is that of the validation examples, nats a token."]
    if len(trials) > 1:
        notes.append("The best of a column is marked; what lies inside the intervals is chance.")
    if not one_validation:
        notes.append("Each mix is validated on its own examples: those losses can't be compared.")
    return TrialsMeasured(
        "finetune trials",
        [row for trial in trials for row in _rows(trial)],
        protocol={
            "runs": {trial.name: trial.settings for trial in trials},
            "differs": list(other),
            "recipe": {k: v for k, v in first.recipe.items() if k not in own},
            "base_fingerprint": first.told["base_fingerprint"],
            "start": first.start,
            "cut": first.told["data"]["cut"],
            "validation": f"loss of the first {first.recipe['validation']} examples of the data, "
            "never trained on, nats a token",
            "one_validation": one_validation,
        },
        dataset=first.told["data"]["dataset"],
        seed=int(first.recipe["seed"]),
        hashes={
            **{f"adapter {t.name}": t.adapter_hash for t in trials},
            **{f"data {t.name}": t.told["data"]["files"]["train.jsonl"][:16] for t in trials},
        },
        notes=notes,
    )


def cells(told: Mapping[str, Any]) -> list[list[str]]:
    """Return the table as text, head first; the best of a column stands between asterisks.

    Parameters
    ----------
    told
        What :func:`measured` gives as JSON.
    """
    protocol = told["protocol"]
    rows = {(row["system"], row["metric"]): row for row in told["rows"]}
    metrics = [m for m in HEADS if any(metric == m for _, metric in rows)]
    best = {metric: _best(metric, rows, protocol) for metric in metrics}
    found = [["run", *protocol["differs"], *(HEADS[m] for m in metrics)]]
    for name, settings in protocol["runs"].items():
        line = [name, *(f"{settings[key]}" for key in protocol["differs"])]
        line += [_cell(rows.get((name, metric)), best[metric]) for metric in metrics]
        found.append(line)
    return found


def markdown(told: Mapping[str, Any]) -> list[str]:
    """Return the table and its notes as lines of Markdown."""
    head, *lines = cells(told)
    found = [head, ["---"] * len(head), *lines]
    return ["| " + " | ".join(line) + " |" for line in found] + ["", *told["notes"]]


def _rows(trial: Trial) -> Iterator[Row]:
    yield Row("examples", float(trial.examples), trial.name)
    yield Row("minutes", float(trial.told["minutes"]), trial.name)
    yield Row("adapter_mb", trial.adapter_bytes / 2**20, trial.name)
    if losses := [loss for _, loss in trial.validation]:
        n = int(trial.recipe["validation"])
        yield Row("validation_best", min(losses), trial.name, n=n)
        yield Row("validation_last", losses[-1], trial.name, n=n)
    for job, table, metric in _FIGURES:
        for row in trial.evaluations.get(job, {"rows": ()})["rows"]:
            if (row["system"], row["table"], row["metric"]) == ("tuned", table, metric):
                between = tuple(row["ci95"]) if row["ci95"] else None
                yield Row(metric, row["value"], trial.name, table, between, row["n"])


def _best(
    metric: str, rows: Mapping[tuple[str, str], Mapping[str, Any]], protocol: Mapping[str, Any]
) -> float | None:
    """The best value of a column; ``None`` where there is none, or nothing to compare."""
    values = [row["value"] for (_, name), row in rows.items() if name == metric]
    alone = metric.startswith("validation") and not protocol["one_validation"]
    if metric not in _BETTER or alone or len(values) < 2:
        return None
    return _BETTER[metric](values)


def _cell(row: Mapping[str, Any] | None, best: float | None) -> str:
    if row is None:
        return ""
    told = f"{row['value']:,.0f}" if row["metric"] == "examples" else f"{row['value']:.3g}"
    if row["ci95"]:
        told += f" ({row['ci95'][0]:.3g} to {row['ci95'][1]:.3g})"
    return f"**{told}**" if row["value"] == best else told
