"""Many shoppers' pasts at once, as columns: what batched models fit on and score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from index.types import Interaction

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Histories:
    """Purchases by shopper (row) and product (column), with how long ago in visits.

    A visit is everything that one shopper bought at one moment. Events lie sorted by row,
    then time, then column; build it with one of the ``from_`` methods.
    """

    shoppers: tuple[str, ...]
    """Row to shopper id. A shopper without events is legal."""
    items: tuple[str, ...]
    """Column to product id, ascending, so that lower column breaks ties as lower id does."""
    row: Ints
    """*Shape:* (events,)."""
    column: Ints
    """*Shape:* (events,)."""
    step: Ints
    """Visits the shopper made after this one; 0 is the latest. *Shape:* (events,)."""
    moment: Ints
    """When, as any integer that grows with time. *Shape:* (events,)."""
    asked: Ints
    """The moment at which each shopper is asked about, no earlier than their last event.

    *Shape:* (shoppers,).
    """

    @classmethod
    def from_events(
        cls,
        shoppers: Sequence[str],
        items: Sequence[str],
        row: ArrayLike,
        column: ArrayLike,
        moment: ArrayLike,
        asked: int | None = None,
    ) -> Histories:
        """Build from parallel columns in any order.

        Parameters
        ----------
        moment
            Any integer that grows with time; equal moments of a shopper are one visit.
        asked
            When every shopper is asked about; ``None``: each at their latest event.

        Raises
        ------
        ValueError
            Items not strictly ascending, columns of unequal length, or a number out of range.
        """
        rows, columns, moments = (np.asarray(a, dtype=np.int64) for a in (row, column, moment))
        if any(a >= b for a, b in pairwise(items)):
            raise ValueError("items must be strictly ascending, for ties are broken by column")
        if not rows.shape == columns.shape == moments.shape:
            raise ValueError(f"unequal columns: {rows.shape}, {columns.shape}, {moments.shape}")
        for name, numbers, limit in (("row", rows, shoppers), ("column", columns, items)):
            if len(numbers) and not 0 <= numbers.min() <= numbers.max() < len(limit):
                raise ValueError(f"a {name} number lies outside 0 to {len(limit) - 1}")
        order = np.lexsort((columns, moments, rows))
        rows, columns, moments = rows[order], columns[order], moments[order]
        starts = np.ones(len(rows), dtype=bool)
        starts[1:] = (rows[1:] != rows[:-1]) | (moments[1:] != moments[:-1])
        visit = np.cumsum(starts)
        last = np.zeros(len(shoppers), dtype=np.int64)
        np.maximum.at(last, rows, visit)
        now = np.full(len(shoppers), 0 if asked is None else asked, dtype=np.int64)
        if asked is None:
            now[rows] = moments  # sorted by time, so that the latest of a shopper stays
        step = last[rows] - visit
        return cls(tuple(shoppers), tuple(items), rows, columns, step, moments, now)

    @classmethod
    def from_sequences(
        cls, shoppers: Sequence[str], items: Sequence[str], sequences: Sequence[Ints]
    ) -> Histories:
        """Build from one column-number sequence a shopper, oldest first, each its own visit."""
        row = np.repeat(np.arange(len(sequences)), [len(s) for s in sequences])
        column = np.concatenate([*sequences, np.zeros(0, dtype=np.int64)])
        return cls.from_events(shoppers, items, row, column, np.arange(len(column)))

    @classmethod
    def from_interactions(
        cls,
        interactions: Sequence[Interaction],
        column_of: Mapping[str, int],
        items: Sequence[str],
        before: date,
    ) -> Histories:
        """Build from receipt lines before a day; products without a column are left out."""
        kept = [i for i in interactions if i.at.date() < before and i.product_id in column_of]
        number = {s: n for n, s in enumerate(sorted({i.shopper_id for i in kept}))}
        at = np.array([i.at.replace(tzinfo=None) for i in kept], dtype="datetime64[us]")
        return cls.from_events(
            list(number),
            items,
            [number[i.shopper_id] for i in kept],
            [column_of[i.product_id] for i in kept],
            at.astype(np.int64),
            int(np.datetime64(before, "us").astype(np.int64)),
        )

    @property
    def shape(self) -> tuple[int, int]:
        """(shoppers, items)."""
        return len(self.shoppers), len(self.items)

    def take(self, rows: ArrayLike) -> Histories:
        """Return these shoppers, in this order. *Shape of rows:* (n,)."""
        chosen = np.asarray(rows, dtype=np.int64)
        first, last = (np.searchsorted(self.row, chosen + ahead) for ahead in (0, 1))
        sizes = last - first
        within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        events = np.repeat(first, sizes) + within
        return Histories(
            tuple(self.shoppers[n] for n in chosen.tolist()),
            self.items,
            np.repeat(np.arange(len(chosen)), sizes),
            self.column[events],
            self.step[events],
            self.moment[events],
            self.asked[chosen],
        )

    def earlier(self, visits: int) -> Histories:
        """Return the same shoppers before their last so many visits.

        They are asked about at the first of those.
        """
        kept = self.step >= visits
        asked = self.asked.copy()
        np.minimum.at(asked, self.row[~kept], self.moment[~kept])
        return Histories(
            self.shoppers,
            self.items,
            self.row[kept],
            self.column[kept],
            self.step[kept] - visits,
            self.moment[kept],
            asked,
        )

    def counts(self) -> Any:
        """Times bought. *Shape:* (shoppers, items), float32 CSR."""
        return self._matrix(np.ones(len(self.row), dtype=np.float32))

    def seen(self) -> Any:
        """1 where bought at least once. *Shape:* (shoppers, items), float32 CSR."""
        matrix = self.counts()
        matrix.data[:] = 1.0
        return matrix

    def decayed(self, decay: float) -> Any:
        """Sum of ``decay ** step`` over the purchases. *Shape:* (shoppers, items), float32 CSR."""
        return self._matrix(np.power(np.float32(decay), self.step.astype(np.float32)))

    def visits(self) -> Ints:
        """Visits of each shopper. *Shape:* (shoppers,)."""
        found = np.zeros(len(self.shoppers), dtype=np.int64)
        np.maximum.at(found, self.row, self.step + 1)
        return found

    def known(self) -> NDArray[np.bool_]:
        """Whether anyone bought the item. *Shape:* (items,)."""
        return np.bincount(self.column, minlength=len(self.items)) > 0

    def _matrix(self, values: Floats) -> Any:
        matrix = sparse.csr_matrix((values, (self.row, self.column)), self.shape, dtype=np.float32)
        matrix.sum_duplicates()
        return matrix
