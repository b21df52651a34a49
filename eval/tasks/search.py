"""``eval run search``: 54,667 Home Depot titles and shoppers' own queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from assistant.rank_learned import TreesConfig
from eval.baselines.bm25 import TitleIndex
from eval.baselines.search_learned import CONFIG, LearnedSearch
from eval.baselines.term_matrix import best
from eval.cases import CaseRow
from eval.datasets import homedepot
from eval.datasets.files import Provenance
from eval.datasets.homedepot import SearchSet, untouched
from eval.datasets.vectors import embedded
from eval.metrics.hit_rate import hit_rate
from eval.metrics.ndcg import ndcg
from eval.metrics.recall import recall
from eval.protocol import Protocol
from eval.summary import OURS
from eval.tasks.interface import TaskEntry
from index.config import IndexConfig
from index.encoders.sentence import open_encoder
from index.interfaces import Encoder, Vectors

K = 10
Engine = Callable[[str], Sequence[str]]
"""From a query to at most ten product ids, best first."""


class Search:
    """A ``Task``: every engine answers every query out of all titles.

    Parameters
    ----------
    engines
        System to a function that builds its engine from the titles.
    learning
        Systems that learned from the queries of which some are not ``untouched``: they stand
        in no table but that.
    """

    rooms: Sequence[str] = ("index", "assistant", "eval")

    def __init__(
        self,
        data: SearchSet,
        engines: Mapping[str, Callable[[Mapping[str, str]], Engine]],
        learning: frozenset[str] = frozenset(),
    ) -> None:
        self._data = data
        self._learning = learning
        self._queries = list(data.relevant)
        self._builders = engines
        self._engine: Engine | None = None

    @property
    def protocol(self) -> Protocol:
        return self._data.protocol

    @property
    def provenance(self) -> Provenance:
        return self._data.provenance

    @property
    def systems(self) -> Sequence[str]:
        return list(self._builders)

    def __len__(self) -> int:
        return len(self._queries)

    def prepare(self, system: str) -> str:
        self._engine = self._builders[system](self._data.titles)
        return ""

    def answer(self, system: str, rows: Sequence[int]) -> list[CaseRow]:
        """Answer queries with the engine that was prepared last."""
        if self._engine is None:
            raise RuntimeError(f"{system} was not prepared")
        found = []
        for query in (self._queries[row] for row in rows):
            tables = ["untouched"] if untouched(query) else []
            tables += ["all"] if system not in self._learning else []
            if not tables:
                continue
            picks, relevant = tuple(self._engine(query)), self._data.relevant[query]
            values: dict[str, float | None] = {
                "hit_rate@5": hit_rate(picks, relevant, 5),
                "hit_rate@10": hit_rate(picks, relevant, K),
                "recall@10": recall(picks, relevant, K),
                "ndcg@10": ndcg(picks, relevant, K),
            }
            for table in tables:
                found.append(CaseRow(table, system, query, query, picks, values, not picks))
        return found

    def overall(self, lists: Sequence[Sequence[str]]) -> list[tuple[str, float]]:
        return []


def chance(seed: int) -> Callable[[Mapping[str, str]], Engine]:
    """Return the builder of an engine that draws ten titles, by seed and query."""

    def build(titles: Mapping[str, str]) -> Engine:
        ids = sorted(titles)

        def answer(query: str) -> Sequence[str]:
            rng = np.random.default_rng([seed, *query.encode()])
            drawn = rng.choice(len(ids), size=min(K, len(ids)), replace=False)
            return [ids[n] for n in drawn.tolist()]

        return answer

    return build


def bm25(titles: Mapping[str, str]) -> Engine:
    """Build an FTS5 index over the titles."""
    ids = sorted(titles)
    index = TitleIndex((number, titles[item]) for number, item in enumerate(ids))
    return lambda query: [ids[number] for number, _ in index.query(query, K)]


def dense(titles: Mapping[str, str]) -> Engine:
    """Compare the meaning of the query with that of every title.

    The titles' vectors are made at the first use, for minutes, and kept.
    """
    encoder, vectors = _meanings(titles)
    ids = sorted(titles)
    return lambda query: [ids[n] for n in best(vectors @ encoder.encode([query])[0], K).tolist()]


def ours(data: SearchSet, config: TreesConfig = CONFIG) -> Callable[[Mapping[str, str]], Engine]:
    """Return the builder of what learns from the queries that may be learned from."""
    may_learn = {query: found for query, found in data.relevant.items() if not untouched(query)}

    def build(titles: Mapping[str, str]) -> Engine:
        encoder, vectors = _meanings(titles)
        learned = LearnedSearch(titles, vectors, encoder, config)
        learned.fit(may_learn)
        return lambda query: learned.answer(query, K)

    return build


def _meanings(titles: Mapping[str, str]) -> tuple[Encoder, Vectors]:
    config = IndexConfig()
    encoder = open_encoder(config)
    return encoder, embedded([titles[item] for item in sorted(titles)], encoder, config.home)


def open_task(seed: int) -> Search:
    """Return the task with its baselines and ours."""
    data = homedepot.load()
    engines = {"random": chance(seed), "bm25": bm25, "dense": dense, OURS: ours(data)}
    return Search(data, engines, frozenset({OURS}))


ENTRY = TaskEntry("search", "Home Depot: shoppers' queries against 54,667 titles", open_task)
