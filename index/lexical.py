"""Word search over the catalogue with SQLite's FTS5: porter stems, BM25."""

from __future__ import annotations

import json

from index.config import IndexConfig
from index.database import Database
from index.text import words
from index.types import Scored

WEIGHTS = (0.0, 4.0, 2.0, 1.5, 1.5, 0.5)
"""BM25 column weights: id (not searched), title, kind, category, attributes, description."""
MAX_WORDS = 32
"""Of a query; a pasted page is not a query."""
FEW = 2_000
"""Allowed ids up to which the database leaves out the others, rather than we."""


class FtsIndex:
    """``LexicalIndex`` over the table that ``index.catalogue`` keeps beside the products."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, config: IndexConfig) -> FtsIndex:
        """Open the shop's word index; ``MissingIndex`` where nothing has been imported."""
        return cls(Database(config.database, readonly=True))

    def query(self, text: str, k: int, allowed: frozenset[str] | None = None) -> list[Scored]:
        """Any of the words matches; more and rarer words score higher."""
        tokens = list(dict.fromkeys(word.casefold() for word in words(text)))[:MAX_WORDS]
        if not tokens or k < 1 or (allowed is not None and not allowed):
            return []
        # Every token is quoted: in FTS5 "and", "near" and "*" would be operators.
        match = " OR ".join(f'"{token}"' for token in tokens)
        values = [match]
        within = ""
        if allowed is not None and len(allowed) <= FEW:
            # Left out before they are scored; "+" keeps SQLite from asking row by row.
            within = (
                " AND +rowid IN (SELECT row FROM products"
                " WHERE id IN (SELECT value FROM json_each(?)))"
            )
            values.append(json.dumps(list(allowed)))
        sql = (
            f"SELECT id, -bm25(product_words, {', '.join(map(str, WEIGHTS))}) AS score"
            f" FROM product_words WHERE product_words MATCH ?{within} ORDER BY score DESC, id"
        )
        found: list[Scored] = []
        for product_id, score in self._database.connection.execute(sql, values):
            if allowed is None or product_id in allowed:
                found.append(Scored(product_id, score))
                if len(found) == k:
                    break
        return found

    def close(self) -> None:
        """Close the connections."""
        self._database.close()
