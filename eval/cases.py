"""One system's answer to one case, and tables of them on disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

FIXED: dict[str, pl.DataType] = {
    "table": pl.String(),
    "system": pl.String(),
    "case": pl.String(),
    "shopper": pl.String(),
    "picks": pl.List(pl.String()),
    "defaulted": pl.Boolean(),
    "told": pl.String(),
}
"""The columns that every case has; all others are metrics."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """What a report's figures are means of."""

    table: str
    system: str
    case: str
    """Stable between runs of the same data: two runs are compared case by case."""
    shopper: str
    """Intervals draw these."""
    picks: tuple[str, ...]
    """What was listed, best first."""
    values: Mapping[str, float | None]
    """Metric to value; ``None`` where the metric has none for this case."""
    defaulted: bool = False
    """No answer came, and the values are the stated default."""
    told: str = ""
    """What was said and found, as JSON, for the report's worst cases; may be empty."""


def to_frame(rows: Sequence[CaseRow]) -> pl.DataFrame:
    """Return a row a case, a column a metric."""
    metrics = list(dict.fromkeys(name for row in rows for name in row.values))
    table = [
        {
            **{name: getattr(row, name) for name in FIXED if name != "picks"},
            "picks": list(row.picks),
            **{name: row.values.get(name) for name in metrics},
        }
        for row in rows
    ]
    schema = {**FIXED, **dict.fromkeys(metrics, pl.Float64())}
    return pl.DataFrame(table, schema=schema)


def metrics_of(frame: pl.DataFrame) -> list[str]:
    """Return the names of the metric columns."""
    return [name for name in frame.columns if name not in FIXED]


def write_cases(rows: Sequence[CaseRow], path: Path) -> None:
    """Write aside and put in place, so that a file is whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(path.name + ".part")
    to_frame(rows).write_parquet(aside)
    aside.replace(path)


def read_cases(paths: Sequence[Path]) -> pl.DataFrame:
    """Return all rows of these files; a metric that a file lacks is null there."""
    frames = [pl.read_parquet(path) for path in paths]
    return pl.concat(frames, how="diagonal") if frames else to_frame([])
