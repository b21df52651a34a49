"""Query and title side by side: the candidates of every way to search, and what each says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from eval.baselines.term_matrix import TermMatrix, best, stems, tokens, trigrams
from eval.baselines.translation import Translation
from index.collaborative.histories import Floats, Ints
from index.interfaces import Vectors
from index.spelling import Spelling
from index.text import stem

BY_WORDS, BY_LETTERS, BY_MEANING, BY_ALL = 150, 60, 80, 80
"""Candidates of each way to search."""
CORRECTED = 0.7
"""Weight of a word that was not written but probably meant."""
FEEDBACK, FEEDBACK_WORDS = 15, 15
"""Best titles by words whose other words are searched for too, and how many of these."""
TAIL = frozenset({stem("in"), stem("with"), stem("for")})
"""Words that a title's head noun stands before."""


@dataclass(frozen=True, slots=True)
class SearchPairs:
    """One query's candidates, titles ascending."""

    title: Ints
    """*Shape:* (pairs,)."""
    features: Floats
    """*Shape:* (pairs, names)."""
    names: tuple[str, ...]


class SearchSources:
    """Words with corrected spelling, letters, learned synonyms, feedback and, given vectors,
    meaning, over titles by number.

    Parameters
    ----------
    vectors
        One a title; ``None`` searches without meaning. *Shape:* (titles, dimension).
    """

    def __init__(self, titles: Sequence[str], vectors: Vectors | None = None) -> None:
        self.titles = [stems(title) for title in titles]
        self.words = TermMatrix(self.titles, k1=0.6, b=0.5)
        self._letters = TermMatrix([trigrams(title) for title in titles], k1=1.2, b=0.4)
        self._spelling = Spelling(Counter(t for title in titles for t in tokens(title)))
        self._vectors = vectors
        self._length = np.array([len(title) for title in self.titles], dtype=np.float32)
        self._pairs = [frozenset(pairwise(title)) for title in self.titles]
        self._heads = [_head(title) for title in self.titles]

    def meant(self, query: str) -> dict[str, float]:
        """Return the query's stems that titles have, in order, with their weights."""
        found: dict[str, float] = {}
        for token in tokens(query):
            if stem(token) in self.words.terms:
                found[stem(token)] = 1.0
            else:
                for word in self._spelling.meant(token):
                    found.setdefault(stem(word), CORRECTED)
        return found

    def pairs(
        self, query: str, translation: Translation, vector: Vectors | None = None
    ) -> SearchPairs:
        """Return the candidates. ``vector`` is the query's, where titles have vectors."""
        meant = self.meant(query)
        asked = self.words.weights(meant)
        by_words = self.words.score(asked)
        scores = {
            "words": by_words,
            "letters": self._letters.score(self._letters.weights(trigrams(query))),
            "synonyms": self._beside(self.words.weights(translation.of(meant))),
            "feedback": self._beside(self._feedback(by_words, asked)),
        }
        every = _scaled(by_words) + 0.3 * (
            _scaled(scores["synonyms"]) + _scaled(scores["feedback"])
        )
        found = [best(by_words, BY_WORDS), best(scores["letters"], BY_LETTERS), best(every, BY_ALL)]
        if self._vectors is not None and vector is not None:
            scores["meaning"] = self._vectors @ vector
            found.append(best(scores["meaning"], BY_MEANING))
        title = np.unique(np.concatenate(found))
        columns: dict[str, NDArray[np.floating]] = {}
        for name, score in scores.items():
            columns[name] = score[title]
            columns[f"{name}_share"] = _scaled(score)[title]
            columns[f"{name}_rank"] = _ranks(score[title])
        columns |= self._of_words(title, asked) | self._of_order(title, list(meant))
        columns["best_words"] = np.full(len(title), by_words.max(initial=0))
        table = np.stack(list(columns.values()), axis=1).astype(np.float32)
        return SearchPairs(title, table, tuple(columns))

    def _beside(self, weights: Floats) -> Floats:
        """Score titles by words beside the query's own, long titles damped."""
        scores: Floats = (self.words.having @ weights) / np.sqrt(self._length + 1)
        return scores

    def _feedback(self, by_words: Floats, asked: Floats) -> Floats:
        """Weigh what the best titles say beyond what was asked (Lavrenko & Croft, SIGIR 2001)."""
        first = best(by_words, FEEDBACK)
        share = by_words[first] / max(float(by_words[first].sum()), 1e-6)
        weights: Floats = (self.words.having[first].T @ share) * self.words.idf
        weights[asked > 0] = 0
        kept = best(weights, FEEDBACK_WORDS)
        found = np.zeros_like(weights)
        found[kept] = weights[kept]
        return found

    def _of_words(self, title: Ints, asked: Floats) -> dict[str, NDArray[np.floating]]:
        """How much of what was asked stands in the title."""
        worth = self.words.idf * (asked > 0)
        having = self.words.having[title]
        rarest = int(worth.argmax()) if len(worth) else 0
        return {
            "worth_found": (having @ worth) / max(float(worth.sum()), 1e-6),
            "words_found": (having @ (asked > 0)) / max(int((asked > 0).sum()), 1),
            "words_asked": np.full(len(title), float((asked > 0).sum())),
            "rarest": np.full(len(title), worth.max(initial=0)),
            "has_rarest": having[:, [rarest]].toarray()[:, 0],
            "length": self._length[title],
        }

    def _of_order(self, title: Ints, meant: Sequence[str]) -> dict[str, NDArray[np.floating]]:
        """Whether words stand together and where, and whether the numbers agree."""
        asked = list(pairwise(meant))
        numbers = [word for word in meant if word[0].isdigit()]
        texts = [(self.titles[n], self._pairs[n], self._heads[n]) for n in title.tolist()]
        rows = [
            (
                sum(pair in pairs for pair in asked),
                head in meant,
                head == meant[-1] if meant else False,
                meant[0] in words if meant else False,
                meant[-1] in words if meant else False,
                sum(number in words for number in numbers) - len(numbers),
            )
            for words, pairs, head in texts
        ]
        names = ("together", "head_asked", "head_last", "first", "last", "numbers_missing")
        table = np.array(rows, dtype=np.float32).reshape(len(rows), len(names))
        return {name: table[:, n] for n, name in enumerate(names)}


def _head(title: Sequence[str]) -> str:
    """Return the last word before "in", "with" or "for": mostly what the product is."""
    end = next((n for n, word in enumerate(title) if n > 1 and word in TAIL), len(title))
    return title[end - 1] if title else ""


def _scaled(scores: Floats) -> Floats:
    """Return shares of the best score."""
    return scores / np.float32(max(float(scores.max(initial=0)), 1e-6))


def _ranks(scores: Floats) -> Floats:
    """Return each score's place from 0, ties by place."""
    return np.argsort(np.argsort(-scores, kind="stable")).astype(np.float32)
