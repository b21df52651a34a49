"""``eval run search``: 54,667 Home Depot titles and shoppers' own queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from eval.baselines.bm25 import TitleIndex
from eval.cases import CaseRow
from eval.datasets import homedepot
from eval.datasets.files import Provenance
from eval.datasets.homedepot import SearchSet, untouched
from eval.metrics.hit_rate import hit_rate
from eval.metrics.ndcg import ndcg
from eval.metrics.recall import recall
from eval.protocol import Protocol
from eval.tasks.interface import TaskEntry

K = 10
Engine = Callable[[str], Sequence[str]]
"""From a query to at most ten product ids, best first."""


class Search:
    """A ``Task``: every engine answers every query out of all titles.

    Parameters
    ----------
    engines
        System to a function that builds its engine from the titles.
    """

    rooms: Sequence[str] = ("index", "eval")

    def __init__(
        self, data: SearchSet, engines: Mapping[str, Callable[[Mapping[str, str]], Engine]]
    ) -> None:
        self._data = data
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
            picks, relevant = tuple(self._engine(query)), self._data.relevant[query]
            values: dict[str, float | None] = {
                "hit_rate@5": hit_rate(picks, relevant, 5),
                "hit_rate@10": hit_rate(picks, relevant, K),
                "recall@10": recall(picks, relevant, K),
                "ndcg@10": ndcg(picks, relevant, K),
            }
            for table in ("all", "untouched") if untouched(query) else ("all",):
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


def open_task(seed: int) -> Search:
    """Return the task with its baselines."""
    return Search(homedepot.load(), {"random": chance(seed), "bm25": bm25})


ENTRY = TaskEntry("search", "Home Depot: shoppers' queries against 54,667 titles", open_task)
