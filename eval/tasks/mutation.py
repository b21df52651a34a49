"""``eval run mutation``: the scorer of sentences on trial, kind by kind."""

from __future__ import annotations

import json
from collections.abc import Sequence

from eval.cases import CaseRow
from eval.datasets.files import Provenance
from eval.faithfulness.reader import Judged, judge
from eval.judges import UrlJudge
from eval.mutation.trial import Trial, kinds, trials
from eval.protocol import Protocol
from eval.report import Row
from eval.shop import open_speaker, provenance
from eval.tasks.interface import TaskEntry

EACH = 120
"""Cases of each kind, each of another shopper."""
SCORER = "shelftalk"


class Mutation:
    """A ``Task`` over planted falsehoods and over changes that keep a sentence true."""

    rooms: Sequence[str] = ("index", "assistant", "eval")

    def __init__(
        self,
        cases: Sequence[Trial],
        candidates: int,
        provenance: Provenance,
        judge: UrlJudge | None = None,
    ) -> None:
        self._cases, self._judge = cases, judge
        self._candidates = candidates
        self.provenance = provenance

    @property
    def systems(self) -> Sequence[str]:
        """The scorer, and a judge beside it where one is named."""
        return (SCORER, self._judge.name) if self._judge else (SCORER,)

    @property
    def protocol(self) -> Protocol:
        return Protocol(
            task="mutation",
            split=f"{EACH} sentences a kind, no shopper twice in one",
            evidence="the scorer sees the rendered words, the cards, the receipts and the request",
            candidates=self._candidates,
            negatives="planted by hand-written rules that share no code with scorer or verifier",
            tables=dict.fromkeys(kinds(), "a sentence with this in it"),
            limits=("the wordings were written by the people who wrote the scorer",),
        )

    def __len__(self) -> int:
        return len(self._cases)

    def prepare(self, system: str) -> str:
        return ""

    def answer(self, system: str, rows: Sequence[int]) -> list[CaseRow]:
        return [self._row(system, number) for number in rows]

    def _row(self, system: str, number: int) -> CaseRow:
        trial = self._cases[number]
        text, world = trial.planted.text, trial.planted.scene.world
        if system != SCORER and self._judge:
            flagged = not self._judge.believes(text, world)
            found, said = values(trial, flagged), ""
        else:
            judged = judge(text, world)
            found = values(trial, not judged.is_true, judged.is_contradicted)
            said = told(judged, trial.is_false)
        return CaseRow(
            table=trial.kind,
            system=system,
            case=f"{trial.kind}-{number}",
            shopper=trial.planted.scene.shopper,
            picks=(),
            values=found,
            told=said,
        )

    def overall(self, lists: Sequence[Sequence[str]]) -> list[tuple[str, float]]:
        return []

    def across(self, rows: Sequence[Row]) -> list[Row]:
        """The worst kind of either side, and balanced accuracy, which a judge has to pass."""
        return [row for system in self.systems for row in worst_of(rows, system)]


def worst_of(rows: Sequence[Row], system: str) -> list[Row]:
    """Return the worst kind of one system, and its balanced accuracy."""
    kills = [row for row in rows if (row.metric, row.system) == ("kill_rate", system)]
    alarms = [row for row in rows if (row.metric, row.system) == ("false_alarm", system)]
    found = list[Row]()
    if kills:
        worst = min(kills, key=lambda row: row.value)
        found.append(Row("kill_rate_min", worst.value, system, "", worst.ci95, worst.n))
    if alarms:
        worst = max(alarms, key=lambda row: row.value)
        found.append(Row("false_alarm_max", worst.value, system, "", worst.ci95, worst.n))
    if kills and alarms:
        caught = sum(r.value * r.n for r in kills) / sum(r.n for r in kills)
        passed = 1 - sum(r.value * r.n for r in alarms) / sum(r.n for r in alarms)
        n = sum(r.n for r in (*kills, *alarms))
        found.append(Row("balanced_accuracy", (caught + passed) / 2, system, "", None, n))
    return found


def values(
    trial: Trial, flagged: bool, contradicted: bool | None = None
) -> dict[str, float | None]:
    """Whether a judge was right, in words that say what being right means here."""
    if not trial.is_false:
        return {"false_alarm": float(flagged)}
    return {
        "kill_rate": float(flagged),
        "contradicted": None if contradicted is None else float(contradicted),
        "kill_rate_free_words": None if trial.by_reference else float(flagged),
        "kill_rate_by_reference": float(flagged) if trial.by_reference else None,
    }


def told(judged: Judged, is_false: bool = False) -> str:
    """Write a judged sentence down for the report."""
    claims = [
        {"kind": c.kind, "words": c.text, "verdict": c.verdict, "because": c.because}
        for c in judged.claims
    ]
    return json.dumps({"text": judged.text, "is_false": is_false, "claims": claims})


def open_task(seed: int) -> Mutation:
    """Draw the cases from real shoppers of the default shop, templates speaking."""
    with open_speaker() as assistant:
        cases = trials(assistant, EACH, seed)
        search = assistant.search
        judge = UrlJudge.from_environment()
        return Mutation(cases, len(search.catalogue), provenance(search), judge)


ENTRY = TaskEntry(
    "mutation", "the scorer: planted falsehoods caught, true words let pass", open_task
)
