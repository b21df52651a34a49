"""``eval run dialogue``: is what was said kept, over whole conversations?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from eval.cases import CaseRow
from eval.datasets.files import Provenance
from eval.dialogue.replay import Played, play
from eval.dialogue.script import Script, scripts
from eval.dialogue.shops import JOURNEY, OUTDOOR, Shops
from eval.dialogue.watch import Marks
from eval.protocol import Protocol
from eval.report import Row
from eval.shop import TEMPLATE, TUNED, adapter_hash, open_speaker, provenance
from eval.simulator.rambler import Rambler, things_of
from eval.summary import spread
from eval.tasks.interface import TaskEntry
from index.types import Product

REPLAYS, SIMULATED = "replays", "simulated"
RAMBLES = 200
"""Simulated conversations: 2,000 turns."""
TURNS = 10
MODEL_EVERY = 10
"""Of the simulated conversations, every tenth is also held with the real model."""
OUTDOOR_EVERY = 4
"""Of the simulated conversations, every fourth is held in the outdoor shop."""
SHORT = 64
"""Cases unless all are asked for: every script, and simulated conversations beside them."""
MIN_EVENTS = 10
GUESTS = 0.2


@dataclass(frozen=True, slots=True)
class Ramble:
    """One simulated conversation."""

    number: int

    @property
    def catalogue(self) -> str:
        return JOURNEY if self.number % OUTDOOR_EVERY else OUTDOOR

    @property
    def real_model(self) -> bool:
        """Neighbours are of both catalogues, so that the tenths are too."""
        return self.number // OUTDOOR_EVERY % MODEL_EVERY == 0


Case = Script | Ramble


class Dialogue:
    """A ``Task``: a case is a conversation."""

    rooms: Sequence[str] = ("index", "assistant", "eval")
    systems: Sequence[str] = (TEMPLATE, TUNED)
    chunk = 8

    def __init__(
        self,
        cases: Sequence[Case],
        seed: int,
        candidates: int,
        provenance: Provenance,
        hashes: Mapping[str, str],
    ) -> None:
        self._cases, self._seed, self._candidates = cases, seed, candidates
        self.provenance, self.hashes = provenance, hashes
        self._shops: Shops | None = None
        self._things: dict[str, list[Product]] = {}

    @property
    def protocol(self) -> Protocol:
        replays = sum(isinstance(case, Script) for case in self._cases)
        return Protocol(
            task="dialogue",
            split=f"{replays} scripts, and {len(self._cases) - replays} conversations of {TURNS} "
            "turns at random, on the default catalogue and the outdoor shop",
            evidence="the assistant as it serves; whoever watches keeps a ledger of what was said",
            candidates=self._candidates,
            tables={
                REPLAYS: "scripts that assert state; with templates played twice, the same",
                SIMULATED: "at random: requests, limits, refusals, questions, basket, undo",
            },
            limits=(
                "the simulated shopper says one thing a turn, in a few wordings each",
                f"with the model: the scripts that say so, and every {MODEL_EVERY}th at random",
            ),
        )

    def __len__(self) -> int:
        return len(self._cases)

    def prepare(self, system: str) -> str:
        """Open both shops for this speaker, in place of the one before."""
        self.close()
        self._shops = shops = Shops.open(system)
        self._things = {name: things_of(shops.search(name)) for name in (JOURNEY, OUTDOOR)}
        return ""

    def close(self) -> None:
        """Let go of the shops."""
        if self._shops:
            self._shops.close()
            self._shops = None

    def answer(self, system: str, rows: Sequence[int]) -> list[CaseRow]:
        cases = [self._cases[number] for number in rows]
        return [self._row(system, c) for c in cases if system == TEMPLATE or c.real_model]

    def _row(self, system: str, case: Case) -> CaseRow:
        assert self._shops is not None
        if isinstance(case, Script):
            return _replayed(system, case, self._shops)
        things = self._things[case.catalogue]
        return _rambled(system, case, self._shops, things, self._seed)

    def overall(self, lists: Sequence[Sequence[str]]) -> list[tuple[str, float]]:
        return []

    def across(self, rows: Sequence[Row]) -> list[Row]:
        """How many turns there were in all."""
        return [
            Row("turns_in_all", round(row.value * row.n), row.system, row.table, None, row.n)
            for row in rows
            if row.metric == "turns"
        ]


def _replayed(system: str, script: Script, shops: Shops) -> CaseRow:
    """A script; where templates speak, it is played again and has to come out the same."""
    played = _play(script, shops)
    failures = list(played.failures)
    if system == TEMPLATE and _play(script, shops).said != played.said:
        failures.append("a second play came out differently")
    passed = played.passed and not failures
    values = {"replays_passed": float(passed), **played.marks.values}
    return CaseRow(
        REPLAYS, system, script.id, script.id, tuple(played.shown),
        {**values, "turns": float(len(script.steps))},
        told=_told(script.about, played.marks, failures),
    )  # fmt: skip


def _play(script: Script, shops: Shops) -> Played:
    session = shops.session(script.catalogue, script.shopper)
    return play(script, session, shops.search(script.catalogue))


def _rambled(
    system: str, ramble: Ramble, shops: Shops, things: Sequence[Product], seed: int
) -> CaseRow:
    random = Random(f"{seed}/{ramble.number}")
    search = shops.search(ramble.catalogue)
    known = sorted(search.purchases.shoppers(min_events=MIN_EVENTS))
    shopper = None if random.random() < GUESTS else random.choice(known)
    session = shops.session(ramble.catalogue, shopper)
    rambler = Rambler(session, search, things, random)
    marks, messages, shown = Marks(), list[str](), list[str]()
    for said in rambler.talk(TURNS):
        marks.add(said.marks)
        messages.append(said.message)
        shown += [p.candidate.product.id for p in said.reply.picks] if said.reply else []
    case = f"{ramble.catalogue}-{ramble.number}"
    return CaseRow(
        SIMULATED, system, case, f"{ramble.catalogue}/{shopper or case}", tuple(shown),
        {**marks.values, "turns": float(len(messages)), "cards": float(len(shown))},
        told=_told(" / ".join(messages), marks, ()),
    )  # fmt: skip


def _told(about: str, marks: Marks, failures: Sequence[str]) -> str:
    return json.dumps({"message": about, "wrong": [*failures, *marks.lines]}, ensure_ascii=False)


def ordered(replays: Sequence[Script], rambles: Sequence[Ramble], short: int) -> list[Case]:
    """Return all cases so that ``short`` of them, evenly spread, hold every script."""
    total = len(replays) + len(rambles)
    first = spread(total, short)
    rest = sorted(set(range(total)) - set(first))
    places: dict[int, Case] = dict(zip((*first, *rest), (*replays, *rambles), strict=True))
    return [places[number] for number in range(total)]


def open_task(seed: int) -> Dialogue:
    """Read the scripts; the shops are opened for one speaker after another."""
    with open_speaker() as assistant:
        hashes = {
            "catalogue": assistant.search.catalogue.fingerprint,
            "model": assistant.settings.model.name,
            "adapter": adapter_hash(),
            "ranker": assistant.parts.ranker.fingerprint,
        }
        cases = ordered(scripts(), [Ramble(number) for number in range(RAMBLES)], SHORT)
        candidates = len(assistant.search.catalogue)
        return Dialogue(cases, seed, candidates, provenance(assistant.search), hashes)


ENTRY = TaskEntry(
    "dialogue", "whole conversations: what was said is kept, and nothing is contradicted",
    open_task, SHORT,
)  # fmt: skip
