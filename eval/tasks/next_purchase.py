"""Next purchase: what will this shopper buy, out of everything?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.baselines.interface import Baseline
from eval.cases import CaseRow
from eval.datasets.files import Provenance
from eval.datasets.split import Split
from eval.metrics.coverage import coverage
from eval.metrics.hit_rate import hit_rate
from eval.metrics.inter_user import inter_user_distance
from eval.metrics.ndcg import ndcg
from eval.metrics.recall import recall
from eval.metrics.repeat import repeat_ratio
from eval.protocol import Protocol
from eval.ranking import Among, Answer, Table, rank
from index.collaborative.top import NEVER

K = 10
BATCH = 256
"""Cases scored at once: 12,000 items make 12 MB of scores."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A system in the tables of a task."""

    baseline: Baseline
    name: str = ""
    """Where it is not the baseline's own."""
    hides_history: bool = False
    """Whether what the shopper bought before is taken from its lists."""
    tables: frozenset[str] | None = None
    """The tables it stands in; ``None``: all."""


class NextPurchase:
    """A ``Task`` over a split: every contender ranks the whole catalogue in every table."""

    rooms: Sequence[str] = ("index", "assistant", "eval")

    def __init__(
        self, split: Split, tables: Sequence[Table], contenders: Sequence[Contender], seed: int
    ) -> None:
        self.split = split
        self.tables = tables
        self._contenders = {c.name or c.baseline.name: c for c in contenders}
        self._seed = seed
        self._fitted: list[Baseline] = []

    @property
    def protocol(self) -> Protocol:
        return self.split.protocol

    @property
    def provenance(self) -> Provenance:
        return self.split.provenance

    @property
    def systems(self) -> Sequence[str]:
        return list(self._contenders)

    def __len__(self) -> int:
        return len(self.split.test.questions)

    def prepare(self, system: str) -> str:
        """Fit on the test fold's lesson; a baseline that stands twice is fitted once."""
        baseline = self._contenders[system].baseline
        if not any(baseline is other for other in self._fitted):
            baseline.fit(self.split.test.train)
            self._fitted.append(baseline)
        return baseline.chosen

    def answer(self, system: str, rows: Sequence[int]) -> list[CaseRow]:
        return [
            row
            for start in range(0, len(rows), BATCH)
            for row in self._answer_batch(system, rows[start : start + BATCH])
        ]

    def _answer_batch(self, system: str, rows: Sequence[int]) -> list[CaseRow]:
        contender = self._contenders[system]
        batch = self.split.test.questions.take(rows)
        scores = contender.baseline.score(batch.histories)
        if contender.hides_history:
            scores[batch.histories.seen().nonzero()] = NEVER
        found = []
        for table in self.tables:
            if contender.tables is None or table.name in contender.tables:
                for answer in rank(scores, batch, table, K):
                    case = batch.histories.shoppers[answer.row]
                    shopper = batch.shoppers[answer.row]
                    found.append(_case_row(table, system, case, shopper, answer))
        return found

    def overall(self, lists: Sequence[Sequence[str]]) -> list[tuple[str, float]]:
        items = self.split.test.train.items
        return [
            (f"coverage@{K}", coverage(lists, items)),
            (f"inter_user_distance@{K}", inter_user_distance(lists, K, seed=self._seed)),
        ]


def _case_row(table: Table, system: str, case: str, shopper: str, answer: Answer) -> CaseRow:
    picks, targets = answer.picks, answer.targets
    values: dict[str, float | None] = {
        "hit_rate@5": hit_rate(picks, targets, 5),
        "hit_rate@10": hit_rate(picks, targets, K),
        "recall@10": recall(picks, targets, K),
        "ndcg@10": ndcg(picks, targets, K),
    }
    if table.among is Among.ANY:
        values["repeat_ratio@10"] = repeat_ratio(picks, answer.bought, K)
    return CaseRow(table.name, system, case, shopper, picks, values, defaulted=not picks)
