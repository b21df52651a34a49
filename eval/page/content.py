"""What stands on the page: figures by table, bars by kind, the worst cases."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from eval.report import Measurement, Row, Target
from eval.runs import RunFolder

WORST = 12
"""Cases shown of each system."""
BAD: Mapping[str, bool] = {
    "groundedness": False,
    "kill_rate": False,
    "false_alarm": True,
    "agreement": False,
    "success@5": False,
    "jaccard@5": False,
    "hit_rate@10": False,
}
"""Metric that says which cases are worst, and whether more of it is worse."""
SIDE = frozenset({"prepare_s", "answer_s"})
CURVE = "curve.svg"
"""A picture that a run's folder may hold."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a bar chart; ends and value from 0 to 1."""

    name: str
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Bars:
    """One metric over many tables."""

    metric: str
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence, and the claim that it makes, if any."""

    text: str
    verdict: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One of the worst."""

    name: str
    system: str
    about: str
    pieces: Sequence[Piece] = ()
    claims: Sequence[Mapping[str, str]] = ()
    turns: Sequence[tuple[str, Sequence[str]]] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One run."""

    name: str
    report: Measurement
    targets: Sequence[Target]
    tables: Mapping[str, Sequence[Row]]
    side: Sequence[Row]
    bars: Sequence[Bars]
    cases: Sequence[Case]
    picture: str = ""


def section(folder: RunFolder) -> Section:
    """Read a finished run."""
    report = folder.report()
    rows = [row for row in report.rows if row.metric not in SIDE]
    tables: dict[str, list[Row]] = {}
    for row in rows:
        tables.setdefault(row.table, []).append(row)
    picture = folder.path / CURVE
    has_cases = (folder.path / "cases").is_dir()
    return Section(
        name=folder.path.name,
        report=report,
        targets=report.targets(),
        tables=dict(sorted(tables.items(), key=lambda item: item[0] != "")),
        side=[row for row in report.rows if row.metric in SIDE],
        bars=bars(rows),
        cases=worst(folder.cases()) if has_cases else (),
        picture=_without_prolog(picture.read_text(encoding="utf-8")) if picture.exists() else "",
    )


def bars(rows: Sequence[Row]) -> list[Bars]:
    """Return a chart for every share that stands in at least three tables of one system."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row.table and row.ci95 and 0 <= row.ci95[0] <= row.value <= row.ci95[1] <= 1:
            found.setdefault((row.metric, row.system), []).append(row)
    return [
        Bars(
            f"{metric}, {system}",
            [Bar(r.table, r.value, *(r.ci95 or (r.value, r.value)), r.n) for r in of_it],
        )
        for (metric, system), of_it in found.items()
        if len(of_it) >= 3
    ]


def worst(cases: pl.DataFrame) -> list[Case]:
    """Return the cases with something told that score worst, a few of each system."""
    if "told" not in cases.columns:
        return []
    found: list[Case] = []
    told = cases.filter(pl.col("told").fill_null("") != "")
    for metric in (m for m in BAD if m in cases.columns):
        more = BAD[metric]
        bad = told.drop_nulls(metric)
        bad = bad.filter(pl.col(metric) > 0 if more else pl.col(metric) < 1)
        for _, part in bad.group_by("system", maintain_order=True):
            rows = part.sort([metric, "case"], descending=[more, False])
            found += [_case(row, metric) for row in rows.head(WORST).iter_rows(named=True)]
    return found


def _case(row: Mapping[str, Any], metric: str) -> Case:
    told = json.loads(row["told"])
    about = f"{metric} {row[metric]:.3g}"
    if "turns" in told:
        turns = [(said, cards) for said, cards in told["turns"]]
        about = f"{about}; in mind: {told['target']} ({told['temper']})"
        return Case(row["case"], row["system"], about, turns=turns)
    if message := told.get("message"):
        about = f"{about}; asked: {message}"
    claims = told.get("claims", [])
    return Case(row["case"], row["system"], about, coloured(told["text"], claims), claims)


def coloured(text: str, claims: Sequence[Mapping[str, str]]) -> list[Piece]:
    """Cut a sentence where its claims stand; words that two claims share go to the worse."""
    order = {"contradicted": 0, "unverifiable": 1, "supported": 2}
    marks: list[tuple[int, int, Mapping[str, str]]] = []
    for claim in sorted(claims, key=lambda c: order.get(c["verdict"], 3)):
        found = re.search(re.escape(claim["words"].strip()), text, re.IGNORECASE)
        if claim["words"].strip() and found:
            start, end = found.span()
            if all(end <= a or b <= start for a, b, _ in marks):
                marks.append((start, end, claim))
    pieces, place = [], 0
    for start, end, claim in sorted(marks, key=lambda mark: mark[0]):
        pieces += [Piece(text[place:start])] if start > place else []
        pieces.append(Piece(text[start:end], claim["verdict"], claim["because"]))
        place = end
    return [*pieces, Piece(text[place:])] if place < len(text) else pieces


def _without_prolog(svg: str) -> str:
    return svg[svg.index("<svg") :]
