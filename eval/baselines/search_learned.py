"""Ours in the search tables: LambdaRank over every way to search, learned from half the queries."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np

from assistant.rank_learned import TreeRanker, TreesConfig
from eval.baselines.search_pairs import SearchPairs, SearchSources
from eval.baselines.translation import Translation
from index.interfaces import Encoder, Vectors

FOLDS = 5
"""Parts of the training queries: synonyms that a query is ranked with come from the others."""
CONFIG = TreesConfig(
    objective="lambdarank", rounds=200, rate=0.05, leaves=15, least=50, negatives=1.0
)


class LearnedSearch:
    """Learn from queries with known answers, then answer others.

    Parameters
    ----------
    titles
        Product id to title.
    vectors
        One a title in the order of the ids, ascending; with ``encoder``, or neither.
    """

    def __init__(
        self,
        titles: Mapping[str, str],
        vectors: Vectors | None = None,
        encoder: Encoder | None = None,
        config: TreesConfig = CONFIG,
    ) -> None:
        self._ids = sorted(titles)
        self._number = {item: n for n, item in enumerate(self._ids)}
        self._sources = SearchSources([titles[item] for item in self._ids], vectors)
        self._encoder = encoder
        self._config = config

    def fit(self, relevant: Mapping[str, frozenset[str]]) -> None:
        """Learn from queries and the ids of their relevant products; deterministic."""
        queries = sorted(relevant)
        vectors = self._encoded(queries)
        fold = [hashlib.sha256(query.encode()).digest()[2] % FOLDS for query in queries]
        others = [
            self._translation(
                {q: relevant[q] for q, f in zip(queries, fold, strict=True) if f != n}
            )
            for n in range(FOLDS)
        ]
        pairs = [
            self._sources.pairs(query, others[part], vector)
            for query, part, vector in zip(queries, fold, vectors, strict=True)
        ]
        bought = [
            np.isin(found.title, [self._number[item] for item in relevant[query]])
            for query, found in zip(queries, pairs, strict=True)
        ]
        question = np.repeat(np.arange(len(pairs)), [len(found.title) for found in pairs])
        features = np.concatenate([found.features for found in pairs])
        self.ranker = TreeRanker.fit(
            features, np.concatenate(bought), question, pairs[0].names, self._config
        )
        self._synonyms = self._translation(relevant)

    def answer(self, query: str, k: int) -> Sequence[str]:
        """Return at most ``k`` ids, best first, ties by id."""
        (vector,) = self._encoded([query])
        found: SearchPairs = self._sources.pairs(query, self._synonyms, vector)
        scores = self.ranker.score(found.features)
        order = np.lexsort((found.title, -scores))[:k]
        return [self._ids[n] for n in found.title[order].tolist()]

    def _translation(self, relevant: Mapping[str, frozenset[str]]) -> Translation:
        """Learn synonyms from these queries alone."""
        words, titles = self._sources.words, self._sources.titles
        share = np.asarray(words.having.mean(axis=0)).ravel().tolist()
        return Translation.fit(
            (
                (list(self._sources.meant(query)), [titles[self._number[i]] for i in sorted(found)])
                for query, found in sorted(relevant.items())
            ),
            dict(zip(words.terms, share, strict=True)),
        )

    def _encoded(self, queries: Sequence[str]) -> Sequence[Vectors | None]:
        return list(self._encoder.encode(queries)) if self._encoder else [None] * len(queries)
