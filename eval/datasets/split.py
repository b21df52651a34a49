"""What every next-purchase benchmark comes down to: learn from this, be asked about that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from eval.datasets.files import Provenance
from eval.protocol import Protocol
from index.collaborative.histories import Histories
from index.types import Product


@dataclass(frozen=True, slots=True)
class Questions:
    """Pasts, and what was really bought next: a row a case."""

    histories: Histories
    """Row names are case ids; they may repeat where a shopper is asked about twice."""
    targets: tuple[frozenset[int], ...]
    """Columns bought next, at least one. *Length:* cases."""
    shoppers: tuple[str, ...]
    """The shopper behind each case: intervals draw shoppers, not cases."""

    def __post_init__(self) -> None:
        if not len(self.histories.shoppers) == len(self.targets) == len(self.shoppers):
            raise ValueError("histories, targets and shoppers differ in length")
        if not all(self.targets):
            raise ValueError("a case without a target is no case")

    def __len__(self) -> int:
        return len(self.targets)

    def take(self, rows: Sequence[int]) -> Questions:
        """Return these cases, in this order."""
        return Questions(
            self.histories.take(rows),
            tuple(self.targets[n] for n in rows),
            tuple(self.shoppers[n] for n in rows),
        )


@dataclass(frozen=True, slots=True)
class Fold:
    """One lesson and the questions after it; nothing in the lesson lies after a question."""

    train: Histories
    questions: Questions


@dataclass(frozen=True, slots=True)
class Split:
    """A benchmark: settings are chosen on ``tuning`` and reported on ``test``, once."""

    tuning: Fold
    test: Fold
    protocol: Protocol
    provenance: Provenance
    titles: Mapping[str, str] = field(default_factory=dict)
    """Item id to title, where there is one."""
    products: Mapping[str, Product] = field(default_factory=dict)
    """Item id to what is known of it, where more is known than a title."""


def last_visit_folds(everything: Histories) -> tuple[Fold, Fold]:
    """Return the fold whose questions are the last visits but one, and that of the last.

    A shopper without an earlier visit is not asked about. Each lesson holds all that every
    shopper bought before the visit that is asked for.
    """
    return _before_visit(everything, 1), _before_visit(everything, 0)


def _before_visit(everything: Histories, step: int) -> Fold:
    past = everything.earlier(step + 1)
    bought: dict[int, set[int]] = {}
    asked = everything.step == step
    for row, column in zip(
        everything.row[asked].tolist(), everything.column[asked].tolist(), strict=True
    ):
        bought.setdefault(row, set()).add(column)
    with_past = set(past.row.tolist())
    rows = [row for row in sorted(bought) if row in with_past]
    questions = Questions(
        past.take(rows),
        tuple(frozenset(bought[row]) for row in rows),
        tuple(everything.shoppers[row] for row in rows),
    )
    return Fold(past, questions)


def drop_last(sequences: Sequence[NDArray[np.int64]], n: int) -> list[NDArray[np.int64]]:
    """Return every sequence without its last ``n`` entries."""
    return [sequence[: len(sequence) - n] for sequence in sequences]
