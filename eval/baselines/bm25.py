"""BM25 by SQLite FTS5: word search, and word search by the titles bought last."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping

import numpy as np

from index.collaborative.histories import Floats, Histories
from index.collaborative.top import NEVER

WORD = re.compile(r"\w+")


class TitleIndex:
    """Titles by number, in memory, with Porter stemming and SQLite's BM25 (k1 1.2, b .75)."""

    def __init__(self, titles: Iterable[tuple[int, str]]) -> None:
        self._connection = sqlite3.connect(":memory:")
        self._connection.execute(
            "CREATE VIRTUAL TABLE titles USING fts5(title, tokenize = 'porter unicode61')"
        )
        self._connection.executemany("INSERT INTO titles (rowid, title) VALUES (?, ?)", titles)

    def query(self, text: str, k: int) -> list[tuple[int, float]]:
        """Return (number, score) of the best ``k``, higher better, ties by number.

        Any of the words may match; every word is quoted, so that nothing in it is an
        operator. No usable word, no results.
        """
        words = dict.fromkeys(WORD.findall(text.casefold()))
        if not words:
            return []
        found = self._connection.execute(
            "SELECT rowid, -rank FROM titles WHERE titles MATCH ? ORDER BY rank, rowid LIMIT ?",
            (" OR ".join(f'"{word}"' for word in words), k),
        )
        return [(number, score) for number, score in found]


class HistoryText:
    """A ``Baseline``: what reads like the titles of the shopper's latest visit."""

    name = "bm25"
    chosen = ""
    DEPTH = 200
    """Matches kept a shopper: what is masked afterwards leaves enough."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        self.titles = titles

    def fit(self, train: Histories) -> None:
        known = train.known()
        self._index = TitleIndex(
            (column, self.titles.get(item, ""))
            for column, item in enumerate(train.items)
            if known[column]
        )

    def score(self, histories: Histories) -> Floats:
        latest: dict[int, list[str]] = {}
        for row, column in zip(
            histories.row[histories.step == 0].tolist(),
            histories.column[histories.step == 0].tolist(),
            strict=True,
        ):
            latest.setdefault(row, []).append(self.titles.get(histories.items[column], ""))
        scores = np.full(histories.shape, NEVER, dtype=np.float32)
        for row, titles in latest.items():
            for column, score in self._index.query(" ".join(titles), self.DEPTH):
                scores[row, column] = score
        return scores
