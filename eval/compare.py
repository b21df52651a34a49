"""Two runs, case by case: what improved, what regressed, what only one of them met."""

from __future__ import annotations

import polars as pl

from eval.cases import metrics_of
from eval.intervals import paired_difference
from eval.protocol import DifferentProtocols, Protocol, require_same
from eval.report import Measurement, Row
from eval.runs import RunFolder
from eval.summary import paired
from index.errors import BadData

JUDGES = {
    "ndcg@10": 1,
    "groundedness": 1,
    "success@5": 1,
    "jaccard@5": 1,
    "kill_rate": 1,
    "false_alarm": -1,
}
"""The first of these that the runs have says whether a case improved, and which way is better;
else their first metric does, more being better."""


def compare(before: RunFolder, after: RunFolder, system: str | None = None) -> Measurement:
    """Return ``after`` minus ``before`` for every table and system that both have.

    Rows a table and system: ``delta_METRIC`` with the paired interval over the cases that
    both met, and how many cases ``improved``, ``regressed`` and stayed the ``same`` by the
    first of ``JUDGES`` that they have, are ``new`` or ``missing`` in the second run, or
    ``abstained`` there: no answer where there was one.

    Raises
    ------
    DifferentProtocols
        The runs differ in protocol or data; the reason is in the message.
    BadData
        They have no system in common.
    """
    one, other = before.report(), after.report()
    require_comparable(one, other)
    left, right = before.cases(), after.cases()
    shared = sorted(set(left["system"]) & set(right["system"]))
    shared = [name for name in shared if system in (None, name)]
    if not shared:
        raise BadData(
            f"The runs share no system ({sorted(set(left['system']))} against "
            f"{sorted(set(right['system']))}).",
            "Run both with the same --system.",
        )
    rows: list[Row] = []
    for table in left["table"].unique(maintain_order=True):
        for name in shared:
            mine = (pl.col("table") == table) & (pl.col("system") == name)
            rows += _rows(str(table), name, left.filter(mine), right.filter(mine), other.seed)
    return Measurement(
        command="eval compare",
        rows=rows,
        protocol=other.protocol,
        dataset=other.dataset,
        seed=other.seed,
        notes=[f"before: {before.path.name}", f"after: {after.path.name}"],
    )


def require_comparable(one: Measurement, other: Measurement) -> None:
    """Do nothing where two reports may stand side by side, else raise ``DifferentProtocols``."""
    require_same(Protocol.from_json(one.protocol), Protocol.from_json(other.protocol))
    if one.dataset["sha256"] != other.dataset["sha256"]:
        raise DifferentProtocols(
            f"These figures were measured on different data: {one.dataset['name']} "
            f"{one.dataset['sha256'][:8]} against {other.dataset['name']} "
            f"{other.dataset['sha256'][:8]}.",
            "Run both on the same data.",
        )


def _rows(
    table: str, system: str, before: pl.DataFrame, after: pl.DataFrame, seed: int
) -> list[Row]:
    metrics = [m for m in metrics_of(before) if m in metrics_of(after)]
    rows = []
    for metric in metrics:
        pairs = paired(before, after, metric)
        if not pairs.is_empty():
            value, low, high = paired_difference(
                pairs["after"].to_numpy(),
                pairs["before"].to_numpy(),
                pairs["shopper"].to_list(),
                seed=seed,
            )
            rows.append(Row(f"delta_{metric}", value, system, table, (low, high), len(pairs)))
    if not metrics:
        return rows
    counts = _counts(before, after, next((m for m in JUDGES if m in metrics), metrics[0]))
    met = len(set(before["case"]) | set(after["case"]))
    return rows + [Row(name, n, system, table, None, met) for name, n in counts.items()]


def _counts(before: pl.DataFrame, after: pl.DataFrame, metric: str) -> dict[str, int]:
    pairs = paired(before, after, metric)
    change = (pairs["after"] - pairs["before"]).sign() * JUDGES.get(metric, 1)
    old, new = set(before["case"]), set(after["case"])
    silent = set(after.filter("defaulted")["case"]) & set(
        before.filter(~pl.col("defaulted"))["case"]
    )
    return {
        "improved": int((change > 0).sum()),
        "regressed": int((change < 0).sum()),
        "same": int((change == 0).sum()),
        "new": len(new - old),
        "missing": len(old - new),
        "abstained": len(silent),
    }
