"""What a next-purchase run did not find, sorted into kinds, the worst first, with examples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import polars as pl

from eval.datasets.split import Questions, Split
from eval.intervals import wilson_interval
from eval.ranking import Among, Table
from eval.report import Measurement, Row
from eval.runs import RunFolder
from eval.summary import OURS
from eval.tasks.next_purchase import NextPurchase
from eval.tasks.registry import find
from index.errors import BadData

OFTEN = 3
"""Times bought from which a product is a regular."""
RARE = 20
"""Buyers below which a product is rare."""
SHOWN = 3
"""Products of a list that an example names."""


class Kind(StrEnum):
    """What a purchase was to its shopper, and so why it is hard to foretell."""

    REGULAR = f"bought {OFTEN} times or more before"
    ONCE = f"bought before, fewer than {OFTEN} times"
    NEW_IN_KIND = "new, of a kind that they buy"
    NEW_IN_CATEGORY = "new, of a category that they buy but not the kind"
    NEW_RARE = f"new, of a strange category, fewer than {RARE} buyers"
    NEW = f"new, of a strange category, {RARE} buyers or more"


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that was bought, and whether the list held it."""

    case: str
    title: str
    kind: Kind
    found: bool
    listed: tuple[str, ...]
    """Titles of the first of the list."""


def targets(split: Split, table: Table, cases: pl.DataFrame, system: str = OURS) -> list[Target]:
    """Sort everything that was bought in a table's cases into kinds.

    Parameters
    ----------
    cases
        Of a run over this split; the other tables and systems in it are left alone.
    """
    ours = cases.filter((pl.col("system") == system) & (pl.col("table") == table.name))
    lists = dict(zip(ours["case"].to_list(), ours["picks"].to_list(), strict=True))
    questions = split.test.questions
    rows = [row for row, case in enumerate(questions.histories.shoppers) if case in lists]
    buyers = np.asarray(split.test.train.seen().sum(axis=0)).ravel()
    return list(_sorted(split, table, questions.take(rows), lists, buyers))


def _sorted(
    split: Split,
    table: Table,
    questions: Questions,
    lists: dict[str, list[str]],
    buyers: np.ndarray,
) -> Iterator[Target]:
    past, products = questions.histories, split.products
    counts = past.counts()
    for row, (case, bought) in enumerate(zip(past.shoppers, questions.targets, strict=True)):
        times = dict(zip(counts[row].indices.tolist(), counts[row].data.tolist(), strict=True))
        known = [products[past.items[c]] for c in times if past.items[c] in products]
        kinds = {(p.category, p.kind) for p in known}
        categories = {p.category for p in known}
        listed = tuple(split.titles.get(id_, id_) for id_ in lists[case][:SHOWN])
        for column in sorted(bought):
            item = past.items[column]
            product = products.get(item)
            if (table.among is Among.NOVEL and column in times) or (
                table.among is Among.REPEAT and column not in times
            ):
                continue
            if column in times:
                kind = Kind.REGULAR if times[column] >= OFTEN else Kind.ONCE
            elif product and (product.category, product.kind) in kinds:
                kind = Kind.NEW_IN_KIND
            elif product and product.category in categories:
                kind = Kind.NEW_IN_CATEGORY
            else:
                kind = Kind.NEW_RARE if buyers[column] < RARE else Kind.NEW
            title = split.titles.get(item, item)
            yield Target(case, title, kind, item in lists[case], listed)


def measure(folder: RunFolder, table: str = "", examples: int = 3) -> Measurement:
    """Sum up a finished run's misses: a row a kind, the one with the most first.

    Raises
    ------
    BadData
        The run is of another sort of task, or has no such table.
    """
    report = folder.report()
    task = find(report.command.removeprefix("eval run ")).open(report.seed or 0)
    if not isinstance(task, NextPurchase):
        raise BadData(
            f"{report.command} asks for no next purchase, so there are no misses to sort.",
            "Name a run of beauty, journey or office.",
        )
    chosen = next((t for t in task.tables if t.name == table or not table), None)
    if chosen is None:
        names = ", ".join(t.name for t in task.tables)
        raise BadData(f"There is no table {table!r} in this run.", f"There are: {names}.")
    found = targets(task.split, chosen, folder.cases([OURS]))
    missed = [target for target in found if not target.found]
    by_kind = {kind: [t for t in missed if t.kind is kind] for kind in Kind}
    worst = sorted((k for k in Kind if by_kind[k]), key=lambda k: -len(by_kind[k]))
    rows: list[Row] = []
    for kind in worst:
        of_it = by_kind[kind]
        asked = sum(t.kind is kind for t in found)
        ends = wilson_interval(len(of_it), len(missed))
        rows.append(Row("share_of_misses", len(of_it) / len(missed), kind, chosen.name, ends,
                        len(missed)))  # fmt: skip
        ends = wilson_interval(len(of_it), asked)
        rows.append(Row("missed", len(of_it) / asked, kind, chosen.name, ends, asked))
    return Measurement(
        command="eval misses",
        rows=rows,
        protocol={**report.protocol, "counted": "things bought in a visit, not visits"},
        dataset=report.dataset,
        seed=report.seed,
        hashes=report.hashes,
        notes=[
            _told(example) for kind in worst[:3] for example in _spread(by_kind[kind], examples)
        ],
    )


def _spread(targets: Sequence[Target], count: int) -> list[Target]:
    """Some of them, evenly over all."""
    places = np.linspace(0, len(targets) - 1, min(count, len(targets))).astype(int)
    return [targets[place] for place in places]


def _told(target: Target) -> str:
    listed = "; ".join(target.listed) or "nothing"
    return f"{target.kind}: {target.case} bought {target.title!r}, the list began {listed}"
