"""What the parts of the index promise one another. The docstrings are the law; the
contract tests under ``tests/contracts`` are these docstrings, a test a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.types import Interaction, Scored

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Text to unit vectors."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the vectors would: weights, pooling, template version."""

    @property
    def dimension(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one L2-normalised float32 row per text. *Shape:* (len(texts), dimension).

        No text gives shape (0, dimension).
        """


class Reranker(Protocol):
    """Query and text to how well they match."""

    def score(self, query: str, texts: Sequence[str]) -> Vectors:
        """Return a score a text, higher better. *Shape:* (len(texts),).

        A text's score does not depend on the others. No text, no score.
        """


class VectorStore(Protocol):
    """Vectors by product id.

    ``query`` returns at most ``k`` results sorted by cosine similarity, best first, ties by
    id. With ``allowed``, only those ids are considered, and they are considered before the
    cut to ``k``. An empty store or an empty ``allowed`` gives an empty list. A vector of
    another dimension raises ``ValueError`` naming both dimensions. ``upsert`` of a known id
    replaces its vector; ids and vectors of different lengths raise ``ValueError``. ``remove``
    of an unknown id changes nothing.
    """

    @property
    def dimension(self) -> int: ...

    def __len__(self) -> int: ...

    def upsert(self, ids: Sequence[str], vectors: Vectors) -> None: ...

    def remove(self, ids: Iterable[str]) -> None: ...

    def query(
        self, vector: Vectors, k: int, allowed: frozenset[str] | None = None
    ) -> list[Scored]: ...

    def close(self) -> None: ...


class LexicalIndex(Protocol):
    """Word search. Scores are BM25 with the sign turned so that higher is better."""

    def query(self, text: str, k: int, allowed: frozenset[str] | None = None) -> list[Scored]:
        """Return at most ``k`` matches, best first, ties by id; no usable word, no results."""


class CollaborativeModel(Protocol):
    """What the purchases of all say about one shopper. Learned from events before a cut.

    ``recommend`` returns at most ``k`` products, best first, ties by id, each at most once;
    with ``allowed`` only from it. An empty history is legal.
    """

    def recommend(
        self,
        history: Sequence[Interaction],
        as_of: date,
        k: int,
        allowed: frozenset[str] | None = None,
    ) -> list[Scored]: ...
