"""A comparison as Markdown, for a pull request."""

from __future__ import annotations

from collections.abc import Sequence

from eval.report import Measurement, Row

COUNTS = ("improved", "regressed", "same", "new", "missing", "abstained")


def as_markdown(compared: Measurement) -> str:
    """Write what ``eval.compare.compare`` found: differences, then cases.

    A difference whose interval is clear of zero is bold, with an arrow; up is more, which is
    not always better.
    """
    protocol = compared.protocol
    lines = [
        f"### {protocol.get('task', compared.command)}: what changed",
        "",
        *(f"- {_safe(note)}" for note in compared.notes),
        f"- {_safe(compared.dataset.get('name', ''))}, "
        f"{protocol.get('candidates', '?')} candidates, seed {compared.seed}",
        "",
        "| table | system | metric | difference | 95% interval | n |",
        "|---|---|---|--:|---|--:|",
        *(_difference(row) for row in compared.rows if row.metric not in COUNTS),
        "",
        f"| table | system | {' | '.join(COUNTS)} |",
        f"|---|---|{'--:|' * len(COUNTS)}",
        *_counts(compared.rows),
    ]
    return "\n".join(lines) + "\n"


def _difference(row: Row) -> str:
    low, high = row.ci95 or (row.value, row.value)
    value = f"{row.value:+.4f}"
    if low > 0 or high < 0:
        value = f"**{value}** {'↑' if low > 0 else '↓'}"
    metric = row.metric.removeprefix("delta_")
    return (
        f"| {_safe(row.table)} | {row.system} | {metric} | {value} | {low:+.4f} to {high:+.4f}"
        f" | {row.n} |"
    )


def _counts(rows: Sequence[Row]) -> list[str]:
    found: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows:
        if row.metric in COUNTS:
            found.setdefault((row.table, row.system), {})[row.metric] = row.value
    return [
        f"| {_safe(table)} | {system} | {' | '.join(f'{of_it[name]:.0f}' for name in COUNTS)} |"
        for (table, system), of_it in found.items()
    ]


def _safe(text: object) -> str:
    """One cell: no bar, no line end, nothing that HTML would read."""
    line = " ".join(str(text).split())
    return line.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;")
