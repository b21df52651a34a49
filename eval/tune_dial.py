"""``shelftalk eval tune-dial``: the position of the dial, chosen from the measured curve."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from assistant.wiring import Assistant
from eval.curve import Point, hypervolume, knee, pareto
from eval.dial import AHEAD, DIALS, HELD_BACK, Told, points, sweep
from eval.report import Measurement, Row
from eval.runs import runs_home
from eval.summary import OURS
from eval.wordings import load_wordings
from index.errors import BadData

SETTINGS = Path("shelftalk.toml")
_LINE = re.compile(r"^dial[ \t]*=.*$", re.MULTILINE)


def measure(assistant: Assistant, seed: int, tell: Told | None = None) -> list[Point]:
    """Sweep the dial on the validation day that the assistant was opened on."""
    wordings = load_wordings(assistant.settings.index.catalogue)
    return points(sweep(assistant, wordings, seed, tell=tell), seed)


def as_measurement(found: Sequence[Point], assistant: Assistant, seed: int) -> Measurement:
    """Put the curve into the one shape of every figure; the knee stands without a table."""
    rows = []
    for p in found:
        table = f"dial {p.dial:g}"
        rows += [
            Row("jaccard@5", p.consistency, OURS, table, p.consistency_band, p.needs),
            Row("inter_user_distance@5", p.personal, OURS, table, p.personal_band, p.shoppers),
            Row("hit_rate@5", p.hits, OURS, table, p.hits_band, p.shoppers),
        ]
    chosen, front = knee(found), {p.dial for p in pareto(found)}
    rows += [
        Row("hypervolume", hypervolume(found), n=len(found)),
        Row("on_the_front", len(front), n=len(found)),
        Row("knee", chosen.dial),
    ]
    return Measurement(
        command="eval tune-dial",
        rows=rows,
        protocol={
            "asked_on": str(assistant.search.as_of),
            "hits": f"bought within {AHEAD} days, {HELD_BACK} days before the end of the data",
            "dials": list(DIALS),
        },
        dataset=assistant.search.catalogue.dataset(),
        seed=seed,
        hashes=dict(assistant.session().parts.hashes),
        notes=[f"on the front: {', '.join(f'{d:g}' for d in sorted(front))}"],
    )


def keep(measured: Measurement, drawn: str, home: Path | None = None) -> Path:
    """Put the report and its picture among the runs, so that a page can show them."""
    folder = (home or runs_home()) / f"tune-dial-{measured.seed}"
    folder.mkdir(parents=True, exist_ok=True)
    report = json.dumps(measured.as_json(), indent=2) + "\n"
    for name, text in (("curve.svg", drawn), ("report.json", report)):
        aside = folder / f"{name}.part"
        aside.write_text(text, encoding="utf-8")
        aside.replace(folder / name)
    return folder


def write_dial(dial: float, path: Path = SETTINGS) -> None:
    """Put the position into the settings file; everything else in it stays.

    Raises
    ------
    BadData
        The file cannot be written.
    """
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    head, bracket, tables = text.partition("\n[") if not text.startswith("[") else ("", "", text)
    line = f"dial = {dial:g}"
    head = _LINE.sub(line, head) if _LINE.search(head) else f"{line}\n{head}"
    aside = path.with_name(path.name + ".part")
    try:
        aside.write_text(f"{head}{bracket}{tables}", encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        raise BadData(f"{path} can't be written ({error.strerror}).") from error
