"""BM25 as one sparse matrix, so that any weighting of words is asked for at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy import sparse

from index.collaborative.histories import Floats, Ints
from index.text import stem

TOKEN = re.compile(r"[a-z]+|\d+(?:[./-]\d+)*")


def tokens(text: str) -> list[str]:
    """Words and numbers of a text, case folded; "2x4" is two numbers and an "x".

    >>> tokens("2x4 Pine, 1-1/4 in.")
    ['2', 'x', '4', 'pine', '1-1/4', 'in']
    """
    return TOKEN.findall(text.casefold())


def stems(text: str) -> list[str]:
    """The stems of a text's tokens."""
    return [stem(token) for token in tokens(text)]


def trigrams(text: str) -> list[str]:
    """Three letters at a time of every token, its ends marked.

    >>> trigrams("oak 5")
    ['^oa', 'oak', 'ak$', '^5$']
    """
    framed = [f"^{token}$" for token in tokens(text)]
    return [word[n : n + 3] for word in framed for n in range(len(word) - 2)]


class TermMatrix:
    r"""Terms by texts, each entry the BM25 weight of the term in the text.

    .. math:: \ln\Bigl(1 + \frac{N - n_t + .5}{n_t + .5}\Bigr)
       \frac{f (k_1 + 1)}{f + k_1 (1 - b + b\,l / \bar l)}

    (Robertson & Zaragoza 2009, eq. 3.15, with the idf that stays above zero.)
    """

    def __init__(self, texts: Sequence[Sequence[str]], k1: float, b: float) -> None:
        self.terms = {term: n for n, term in enumerate(sorted({t for text in texts for t in text}))}
        counted = [Counter(text) for text in texts]
        column = np.repeat(np.arange(len(texts)), [len(c) for c in counted])
        row = np.array([self.terms[t] for c in counted for t in c], dtype=np.int64)
        times = np.array([n for c in counted for n in c.values()], dtype=np.float64)
        length = np.array([len(text) for text in texts], dtype=np.float64)
        size = len(self.terms), len(texts)
        having = np.bincount(row, minlength=size[0])
        self.idf = np.log1p((size[1] - having + 0.5) / (having + 0.5)).astype(np.float32)
        """*Shape:* (terms,)."""
        norm = k1 * (1 - b + b * length / max(length.mean(), 1.0)) if len(texts) else length
        weight = self.idf[row] * times * (k1 + 1) / (times + norm[column])
        matrix = sparse.csr_matrix((weight, (row, column)), size, dtype=np.float32)
        self.by_text: Any = matrix.T.tocsr()
        """*Shape:* (texts, terms), float32 CSR."""
        self.having: Any = self.by_text.copy()
        """1 where the text has the term. *Shape:* (texts, terms)."""
        self.having.data[:] = 1.0

    def weights(self, terms: Mapping[str, float] | Iterable[str]) -> Floats:
        """Return a weight a term, unknown ones left out. *Shape:* (terms,)."""
        given = terms if isinstance(terms, Mapping) else dict.fromkeys(terms, 1.0)
        found = np.zeros(len(self.terms), dtype=np.float32)
        for term, weight in given.items():
            if term in self.terms:
                found[self.terms[term]] = weight
        return found

    def score(self, weights: Floats) -> Floats:
        """Return every text's BM25 sum. *Shape:* (terms,) to (texts,)."""
        scores: Floats = self.by_text @ weights
        return scores


def best(scores: Floats, k: int) -> Ints:
    """Return the places of the ``k`` highest, best first, ties by place. *Shape:* (k,)."""
    k = min(k, len(scores))
    if not k:
        return np.zeros(0, dtype=np.int64)
    edge = np.partition(scores, len(scores) - k)[len(scores) - k]
    above, level = np.flatnonzero(scores > edge), np.flatnonzero(scores == edge)
    chosen = np.concatenate([above, level[: k - len(above)]])
    return chosen[np.lexsort((chosen, -scores[chosen]))]
