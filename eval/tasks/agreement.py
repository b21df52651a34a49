"""``eval run agreement``: the scorer beside a reader, on sentences labelled before it ran."""

from __future__ import annotations

from collections.abc import Sequence

from eval.cases import CaseRow
from eval.datasets.files import Provenance
from eval.faithfulness.reader import Judged, judge
from eval.faithfulness.world import World
from eval.intervals import wilson_interval
from eval.protocol import Protocol
from eval.read_sentences import Label, ReadSentence, read_sentences, world_of
from eval.report import Row
from eval.shop import open_speaker, provenance
from eval.tasks.interface import TaskEntry
from eval.tasks.mutation import told

SCORER = "shelftalk"
Case = tuple[ReadSentence, World]


class Agreement:
    """A ``Task``: a case is a labelled sentence, a table who wrote it."""

    rooms: Sequence[str] = ("index", "eval")
    systems: Sequence[str] = (SCORER,)

    def __init__(self, cases: Sequence[Case], candidates: int, provenance: Provenance) -> None:
        self._cases, self._candidates = cases, candidates
        self.provenance = provenance

    @property
    def protocol(self) -> Protocol:
        return Protocol(
            task="agreement",
            split=f"{len(self._cases)} sentences, labelled by reading before the scorer saw them",
            evidence="words, cards, receipts, request",
            candidates=self._candidates,
            tables={case.source: f"written by: {case.source}" for case, _ in self._cases},
            limits=(
                "one reader; 'unknown' and 'false' both count as not true",
                "few of the base model's free sentences are true, so they are easy",
            ),
        )

    def __len__(self) -> int:
        return len(self._cases)

    def prepare(self, system: str) -> str:
        return ""

    def answer(self, system: str, rows: Sequence[int]) -> list[CaseRow]:
        found = []
        for number in rows:
            sentence, world = self._cases[number]
            judged = judge(sentence.text, world)
            found.append(
                CaseRow(
                    table=sentence.source,
                    system=system,
                    case=sentence.id,
                    shopper=sentence.id,
                    picks=(),
                    values=values(sentence.label, judged),
                    told=told(judged, sentence.label == "false"),
                )
            )
        return found

    def overall(self, lists: Sequence[Sequence[str]]) -> list[tuple[str, float]]:
        return []

    def across(self, rows: Sequence[Row]) -> list[Row]:
        """The same figures over all sources."""
        found = []
        for metric in ("agreement", "let_pass", "caught"):
            of_it = [row for row in rows if row.metric == metric]
            n = sum(row.n for row in of_it)
            if n:
                hits = round(sum(row.value * row.n for row in of_it))
                found.append(Row(metric, hits / n, SCORER, "", wilson_interval(hits, n), n))
        return found


def values(label: Label, judged: Judged) -> dict[str, float | None]:
    """Whether the scorer agrees, of what kind of sentence."""
    is_true = label == "true"
    return {
        "agreement": float(judged.is_true == is_true),
        "let_pass": float(judged.is_true) if is_true else None,
        "caught": None if is_true else float(not judged.is_true),
    }


def open_task(seed: int) -> Agreement:
    """Put every sentence beside its cards again."""
    with open_speaker() as assistant:
        search = assistant.search
        cases = [(s, w) for s in read_sentences() if (w := world_of(s, search)) is not None]
        return Agreement(cases, len(search.catalogue), provenance(search))


ENTRY = TaskEntry("agreement", "the scorer beside a reader, on 200 labelled sentences", open_task)
