"""From a matrix of scores to the lists that a table asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from eval.datasets.split import Questions
from index.collaborative.histories import Floats
from index.collaborative.top import NEVER, top_columns


class Among(StrEnum):
    """Which items compete, and which of the purchases count."""

    ANY = "any"
    NOVEL = "novel"
    """Only what the shopper never bought."""
    REPEAT = "repeat"
    """Only what the shopper bought before."""


@dataclass(frozen=True, slots=True)
class Table:
    """One question asked of every case."""

    name: str
    among: Among
    about: str
    """In a sentence, for the protocol."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One case's list in one table."""

    row: int
    """Of the batch."""
    picks: tuple[str, ...]
    targets: frozenset[str]
    """What was bought and counts in this table; never empty."""
    bought: frozenset[str]
    """What the shopper had bought before."""


def rank(scores: Floats, batch: Questions, table: Table, k: int) -> Iterator[Answer]:
    """Yield an answer for each case that has something to find in this table.

    Candidates and targets are cut to the table's items first, then the best ``k`` are taken.
    *Shape of scores:* (cases, items); it is not changed.
    """
    items = batch.histories.items
    seen = batch.histories.seen().toarray() > 0
    open_to = {Among.ANY: np.True_, Among.NOVEL: ~seen, Among.REPEAT: seen}[table.among]
    best = top_columns(np.where(open_to, scores, NEVER), k)
    for row, targets in enumerate(batch.targets):
        bought = frozenset(np.flatnonzero(seen[row]).tolist())
        match table.among:
            case Among.NOVEL:
                targets = targets - bought
            case Among.REPEAT:
                targets = targets & bought
        if targets:
            yield Answer(
                row,
                tuple(items[c] for c in best[row].tolist() if c >= 0),
                frozenset(items[c] for c in targets),
                frozenset(items[c] for c in bought),
            )
