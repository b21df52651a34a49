"""From cases to figures: means with intervals, and ours against the best of the others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from eval.cases import metrics_of
from eval.intervals import Floats, mean_interval, paired_difference, wilson_interval
from eval.report import Row

OURS = "shelftalk"
HEADLINES = ("hit_rate@10", "ndcg@10", "success@5")
"""Compared with the best baseline; the first is the row ``delta_to_best``."""

WITHOUT = "without-"
"""Begins the name of ours with a part taken away, held against ours in ``delta_…`` rows."""

QUANTILES = {"_p50_ms": 0.5, "_p95_ms": 0.95}
"""Ends of metrics that are summed up by a quantile instead of a mean."""


def figures(cases: pl.DataFrame, seed: int = 0) -> list[Row]:
    """Return a row for each table, system and metric, in the order in which they first stand."""
    rows = []
    for (table, system), part in cases.group_by(["table", "system"], maintain_order=True):
        rows += _figures_of(str(table), str(system), part, seed)
    for table in cases["table"].unique(maintain_order=True):
        of_table = cases.filter(pl.col("table") == table)
        less = pl.col("system").str.starts_with(WITHOUT)
        rows += delta_to_best(of_table.filter(~less), seed)
        rows += losses(of_table.filter(less | (pl.col("system") == OURS)), seed)
    return rows


def _figures_of(table: str, system: str, part: pl.DataFrame, seed: int) -> list[Row]:
    rows = []
    for metric in metrics_of(part):
        valued = part.drop_nulls(metric)
        if valued.is_empty():
            continue
        values = valued[metric].to_numpy()
        defaulted = int(valued["defaulted"].sum())
        quantile = next((q for end, q in QUANTILES.items() if metric.endswith(end)), None)
        if quantile is None:
            value, ends = float(values.mean()), _interval(values, _groups(valued), seed)
            rows.append(Row(metric, value, system, table, ends, len(valued), defaulted))
        else:
            value = float(np.quantile(values, quantile))
            rows.append(Row(metric, value, system, table, None, len(valued), defaulted))
    return rows


def _interval(values: Floats, groups: Sequence[str] | None, seed: int) -> tuple[float, float]:
    """Return Wilson's interval for shares and the bootstrap's for all else.

    A share whose cases come several to a shopper is resampled too, unless all are alike:
    resampling can not see past zero hits, Wilson over the shoppers can.
    """
    shares = bool(np.isin(values, (0.0, 1.0)).all())
    if shares and (groups is None or values.min() == values.max()):
        n = len(values) if groups is None else len(set(groups))
        return wilson_interval(round(float(values.mean()) * n), n)
    return mean_interval(values, groups, seed=seed)[1:]


def delta_to_best(cases: pl.DataFrame, seed: int = 0) -> list[Row]:
    """Return ours minus the best other system of one table, over the same cases.

    The best is that with the highest mean, a metric at a time. Nothing where ours or every
    other is missing.
    """
    systems = cases["system"].unique(maintain_order=True).to_list()
    if OURS not in systems or len(systems) < 2:
        return []
    rows = []
    for place, metric in enumerate(m for m in HEADLINES if m in cases.columns):
        means = cases.filter(pl.col("system") != OURS).group_by("system").agg(pl.mean(metric))
        best = means.sort([metric, "system"], descending=[True, False])["system"][0]
        name = "delta_to_best" if place == 0 else f"delta_to_best_{metric}"
        rows.append(_difference(cases, str(best), OURS, metric, name, seed))
    return rows


def losses(cases: pl.DataFrame, seed: int = 0) -> list[Row]:
    """Return each of ours with a part taken away, minus ours whole, in one table.

    Nothing where ours is missing.
    """
    systems = cases["system"].unique(maintain_order=True).to_list()
    if OURS not in systems:
        return []
    return [
        _difference(cases, OURS, system, metric, f"delta_{metric}", seed)
        for system in systems
        if system != OURS
        for metric in HEADLINES
        if metric in cases.columns
    ]


def _difference(
    cases: pl.DataFrame, before: str, after: str, metric: str, name: str, seed: int
) -> Row:
    """One system minus another over the cases of both."""
    one, other = (cases.filter(pl.col("system") == system) for system in (before, after))
    pairs = paired(one, other, metric)
    value, low, high = paired_difference(
        pairs["after"].to_numpy(), pairs["before"].to_numpy(), _groups(pairs), seed=seed
    )
    return Row(name, value, after, cases["table"][0], (low, high), len(pairs))


def paired(before: pl.DataFrame, after: pl.DataFrame, metric: str) -> pl.DataFrame:
    """Return the cases that both have a value for: shopper, ``before`` and ``after``."""
    left = before.select("case", "shopper", pl.col(metric).alias("before"))
    right = after.select("case", pl.col(metric).alias("after"))
    return left.join(right, on="case", maintain_order="left").drop_nulls()


def _groups(cases: pl.DataFrame) -> Sequence[str] | None:
    """Return the shoppers, or nothing where each has one case and grouping is idle."""
    shoppers: list[str] = cases["shopper"].to_list()
    return None if len(set(shoppers)) == len(shoppers) else shoppers


def lists_by_system(cases: pl.DataFrame) -> dict[tuple[str, str], list[list[str]]]:
    """Return every list that was shown, by table and system."""
    return {
        (str(table), str(system)): part["picks"].to_list()
        for (table, system), part in cases.group_by(["table", "system"], maintain_order=True)
    }


def spread(rows: int, limit: int | None) -> list[int]:
    """Return at most ``limit`` of the numbers below ``rows``, evenly spread and ascending.

    >>> spread(10, 4)
    [0, 3, 6, 9]
    """
    if limit is None or limit >= rows:
        return list(range(rows))
    return [round(n) for n in np.linspace(0, rows - 1, limit).tolist()]
