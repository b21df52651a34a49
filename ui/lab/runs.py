"""Events of the evaluations' tab: the harness's runs, two compared, the curve with the dial."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from eval.compare import compare
from eval.curve import Point
from eval.page.render import page
from eval.picture import curve_svg
from eval.runs import RunFolder, runs_home
from ui.lab.matrix import show
from ui.lab.room import Room

_DIAL = "dial "
"""Before a position, in the tables of its report."""


def names() -> list[str]:
    """Finished runs, the latest first."""
    found = sorted(runs_home().glob("*/report.json"), key=lambda p: p.stat().st_mtime, reverse=True)
    return [path.parent.name for path in found if (path.parent / "plan.json").is_file()]


def drawn(name: str | None) -> str:
    """One run with its plots, as the page that 'eval report --html' writes."""
    if not name:
        return show("told", text="No run yet: shelftalk eval run TASK makes one.", good=True)
    return show("framed", html=page([RunFolder.find(name)]), title=name)


def compared(before: str | None, after: str | None) -> str:
    """Two runs of one protocol, the second minus the first."""
    if not before or not after:
        return show("told", text="Choose two runs.", good=True)
    found = compare(RunFolder.find(before), RunFolder.find(after))
    return show("compared", rows=found.rows, notes=found.notes)


def satisfaction(room: Room) -> str:
    """Thumbs up over all, with interval, by prompt and adapter."""
    return show("satisfaction", rows=room.feedback.satisfaction())


def curve(room: Room) -> str:
    """The measured curve with the dial that is in force, where it was measured."""
    dial = room.serving.assistant.parts.dial
    reports = runs_home().glob("tune-dial-*/report.json")
    newest = max(reports, key=lambda p: p.stat().st_mtime, default=None)
    points = points_of(json.loads(newest.read_text())["rows"]) if newest else []
    if not points:
        line = f"The dial stands at {dial:g}. 'shelftalk eval tune-dial' measures the curve."
        return show("told", text=line, good=True)
    nearest = min(points, key=lambda p: abs(p.dial - dial))
    return show("curve", svg=Markup(curve_svg(points, nearest)), dial=dial, nearest=nearest.dial)


def points_of(rows: Sequence[Mapping[str, Any]]) -> list[Point]:
    """Read the curve back from the rows of its report."""
    found: dict[float, dict[str, tuple[float, tuple[float, float]]]] = {}
    for row in rows:
        if row["table"].startswith(_DIAL):
            of = found.setdefault(float(row["table"].removeprefix(_DIAL)), {})
            of[row["metric"]] = row["value"], tuple(row["ci95"])
    return [
        Point(dial, across[0], up[0], hits[0], across[1], up[1], hits[1])
        for dial, of in sorted(found.items())
        for across, up, hits in [
            (of["jaccard@5"], of["inter_user_distance@5"], of["hit_rate@5"]),
        ]
    ]
