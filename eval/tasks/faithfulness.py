"""``eval run faithfulness``: are the reasons true, are they the reasons, and who words them?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from assistant.references import Resolver, parse
from assistant.session import Session
from assistant.types import ClaimKind, Pick, Reply, Sentence, Verdict
from assistant.wiring import Assistant
from eval.cases import CaseRow
from eval.causal import Inquest, cited_fact
from eval.datasets.files import Provenance
from eval.faithfulness.reader import Judged, judge
from eval.faithfulness.witness import Witness
from eval.faithfulness.world import World
from eval.judges import UrlJudge, may_gate
from eval.mutation.trial import MIN_EVENTS, OPEN_REQUEST, requests
from eval.protocol import Protocol
from eval.report import Row
from eval.said import Shown, unknown_facts
from eval.shop import SYSTEMS, adapter_hash, open_speaker, provenance
from eval.tasks.interface import TaskEntry

SHOPPERS = 500
"""Three explanations each: 1,500."""
SHORT = 50
OPEN_SHARE = 0.3
"""Share of open requests; the others name a kind of thing or conditions."""
RAW = "no grammar: ", "no answer: "
"""How a rejected try begins that holds no sentence."""
Values = dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Question:
    """What one shopper types."""

    shopper: str
    message: str


def questions(assistant: Assistant, count: int, seed: int) -> list[Question]:
    """Draw shoppers with a history, and a message for each."""
    random = Random(f"{seed}/faithfulness")
    known = sorted(assistant.search.purchases.shoppers(min_events=MIN_EVENTS))
    messages = requests(assistant.settings.index.catalogue)
    drawn = random.sample(known, min(count, len(known)))
    return [
        Question(s, OPEN_REQUEST if random.random() < OPEN_SHARE else random.choice(messages))
        for s in drawn
    ]


class Faithfulness:
    """A ``Task``: a case is a shopper's turn, a row one of its sentences."""

    rooms: Sequence[str] = ("index", "assistant", "eval")
    systems: Sequence[str] = SYSTEMS
    chunk = 25

    def __init__(
        self,
        asked: Sequence[Question],
        seed: int,
        candidates: int,
        provenance: Provenance,
        hashes: Mapping[str, str],
        judge: UrlJudge | None = None,
    ) -> None:
        self._asked, self._seed, self._candidates = asked, seed, candidates
        self.provenance = provenance
        self.hashes = {**hashes, "judge": judge.name} if judge else hashes
        self._judge = judge
        self._speaker: Assistant | None = None
        self._witness: Witness | None = None

    @property
    def protocol(self) -> Protocol:
        return Protocol(
            task="faithfulness",
            split=f"the first turn of {len(self._asked)} shoppers on the last day of the data",
            evidence="the assistant as it serves; the scorer sees words, cards, receipts, request",
            candidates=self._candidates,
            tables={"": "sentences as shown, one a pick"},
            limits=(
                "the scorer reads a fixed set of wordings: its own trial is 'eval run mutation'",
                "causal figures are of sentences that cite a fact of the history; "
                "'cites_history' says how many do",
            ),
        )

    def __len__(self) -> int:
        return len(self._asked)

    def prepare(self, system: str) -> str:
        """Open the assistant with this speaker, in place of the one before."""
        self.close()
        self._speaker = open_speaker(system)
        self._witness = Witness(self._speaker.search)
        return ""

    def close(self) -> None:
        """Let go of the speaker."""
        if self._speaker:
            self._speaker.close()
            self._speaker = None

    def answer(self, system: str, rows: Sequence[int]) -> list[CaseRow]:
        assert self._speaker is not None
        assert self._witness is not None
        return [
            row
            for number in rows
            for row in turn_rows(
                system,
                self._asked[number],
                self._speaker,
                self._witness,
                self._seed,
                self._judge,
            )
        ]

    def overall(self, lists: Sequence[Sequence[str]]) -> list[tuple[str, float]]:
        return []

    def across(self, rows: Sequence[Row]) -> list[Row]:
        """The lower end of the paired difference, so that "clear of zero" can be a target.

        Beside it, where a judge was asked, whether it has passed the scorer's trial.
        """
        found = [
            Row("causal_minus_uncited_low", row.ci95[0], row.system, row.table, None, row.n)
            for row in rows
            if row.metric == "causal_minus_uncited" and row.ci95
        ]
        if self._judge:
            passed = float(may_gate(self._judge.name))
            found.append(Row("judge_may_gate", passed, self._judge.name))
        return found


def turn_rows(
    system: str,
    asked: Question,
    speaker: Assistant,
    witness: Witness,
    seed: int,
    judge_beside: UrlJudge | None = None,
) -> Iterator[CaseRow]:
    """Yield a row for each sentence of one turn."""
    session = speaker.session(asked.shopper)
    reply = session.ask(asked.message)
    inquest = Inquest(session, reply.need) if reply.sentences else None
    picks = tuple(pick.candidate.product.id for pick in reply.picks)
    for sentence in reply.sentences:
        pick = next(p for p in reply.picks if p.id == sentence.pick_id)
        world = witness.world(reply, pick, asked.message, session.profile)
        judged = judge(sentence.text, world)
        values = said_values(sentence, judged, world)
        if judge_beside:
            values["judge_believes"] = float(judge_beside.believes(sentence.text, world))
        values["groundedness_before_verify"] = before_verify(sentence, reply, session, world)
        assert inquest is not None
        random = Random(f"{seed}/{asked.shopper}/{pick.id}")
        values |= causal_values(sentence, pick, session, inquest, random)
        yield CaseRow(
            table="",
            system=system,
            case=f"{asked.shopper}/{pick.id}",
            shopper=asked.shopper,
            picks=picks,
            values=values,
            told=_told(judged, sentence, asked),
        )


def said_values(sentence: Sentence, judged: Judged, world: World) -> Values:
    """What the words say: claims supported, claims nobody can check, facts from nowhere."""
    limits = tuple(m for m in (world.min_price, world.max_price) if m is not None)
    names = (*world.asked, *world.refused)
    shown = Shown(world.about, world.others, world.buyers, limits, names)
    return {
        "template_share": float(not sentence.by_model),
        "groundedness": share(judged, Verdict.SUPPORTED),
        "unverifiable": share(judged, Verdict.UNVERIFIABLE),
        "unknown_facts": float(len(unknown_facts(sentence.text, shown, world.receipts))),
    }


def share(judged: Judged, verdict: Verdict) -> float:
    """Share of a sentence's claims with this verdict; taste words are none.

    A sentence of taste words alone has nothing supported and nothing unverifiable.
    """
    claims = [c for c in judged.claims if c.kind is not ClaimKind.SOFT]
    return sum(c.verdict is verdict for c in claims) / len(claims) if claims else 0.0


def before_verify(sentence: Sentence, reply: Reply, session: Session, world: World) -> float | None:
    """Groundedness of the model's first try; ``None`` where it was not asked or had no answer.

    A try whose references resolve to nothing is not grounded.
    """
    tries = [t for t in sentence.rejected if not t.startswith(RAW)]
    if not tries:
        return share(judge(sentence.text, world), Verdict.SUPPORTED) if sentence.by_model else None
    raw = tries[0].rsplit(" (", 1)[0]
    resolver = Resolver(reply.picks, session.profile, reply.need, session.profile.as_of)
    try:
        text = resolver.text(parse(raw))
    except KeyError:
        return 0.0
    return share(judge(text, world), Verdict.SUPPORTED)


def causal_values(
    sentence: Sentence, pick: Pick, session: Session, inquest: Inquest, random: Random
) -> Values:
    """Whether the pick falls without the cited fact, and without another of the same size."""
    fact = cited_fact(sentence, session.profile)
    if fact is None:
        return {"cites_history": 0.0}
    id_ = pick.candidate.product.id
    cited = inquest.without(id_, fact.event_ids)
    lines = inquest.uncited(fact, random)
    uncited = inquest.without(id_, lines) if lines else None
    values: Values = {"cites_history": 1.0}
    if cited:
        values["causal_faithfulness"] = float(cited.fell)
        if pick.evidence and fact.id in {r.target for r in pick.evidence[0].references}:
            values["causal_of_main_reason"] = float(cited.fell)
        values["score_falls"] = float(cited.score_lost > 0)
    if cited and uncited:
        values["uncited_falls"] = float(uncited.fell)
        values["causal_minus_uncited"] = float(cited.fell) - float(uncited.fell)
    return values


def _told(judged: Judged, sentence: Sentence, asked: Question) -> str:
    claims = [
        {"kind": c.kind, "words": c.text, "verdict": c.verdict, "because": c.because}
        for c in judged.claims
    ]
    return json.dumps(
        {"text": sentence.text, "message": asked.message, "by_model": sentence.by_model,
         "claims": claims, "rejected": list(sentence.rejected)}
    )  # fmt: skip


def open_task(seed: int) -> Faithfulness:
    """Draw the questions; speakers are opened one after another."""
    with open_speaker() as assistant:
        hashes = {
            "catalogue": assistant.search.catalogue.fingerprint,
            "model": assistant.settings.model.name,
            "adapter": adapter_hash(),
        }
        return Faithfulness(
            questions(assistant, SHOPPERS, seed),
            seed,
            len(assistant.search.catalogue),
            provenance(assistant.search),
            hashes,
            UrlJudge.from_environment(),
        )


ENTRY = TaskEntry(
    "faithfulness", "the reasons: true, and the reason that moved the pick", open_task, SHORT
)
