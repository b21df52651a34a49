"""``eval run understanding``: is what a shopper types heard as it was meant, and how fast?"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence

from assistant.config import Settings
from assistant.conversation import ConversationState
from assistant.session import Session
from assistant.speaking import reading_prompt, tuned_of
from assistant.types import Need, Pick
from assistant.understanding.words import words
from eval.baselines.bayes import NaiveBayes
from eval.cases import CaseRow
from eval.datasets import shopdial
from eval.datasets.files import Provenance
from eval.datasets.shopdial import ClientTurn
from eval.dialogue.shops import JOURNEY, Shops
from eval.heard import counted, slots, stated, wrong_fields
from eval.lists import Asked, candidates_of, ids, need_of
from eval.occasions import FILES, Occasion, load_occasions
from eval.phrasings import CATALOGUES, Half, Phrasing, load
from eval.protocol import Protocol
from eval.report import Row
from eval.shop import TEMPLATE, TUNED, adapter_hash, open_speaker, provenance
from eval.tasks.consistency import K, alike
from eval.tasks.interface import TaskEntry
from eval.wordings import Wordings, load_wordings
from index.types import Candidate, Product

CODE, MODEL, WORDS = "code only", "with model", "bag of words"
SPEAKERS: Mapping[str, str] = {CODE: TEMPLATE, MODEL: TUNED}
PHRASINGS, INTENTS, WORDINGS, OCCASIONS = "phrasings", "intents", "wordings", "occasions"
TABLES: Mapping[str, str] = {
    PHRASINGS: "hand-written messages on two catalogues, each with the need that is right",
    INTENTS: "MG-ShopDial's client turns; the same classifier with and without what was heard",
    WORDINGS: "one need in four wordings, a guest; pairs of lists of five",
    OCCASIONS: "messages that name no aisle, a guest; of five products, those in one that helps",
}
EARLIER = "something"
"""What was asked before a follow-up: its cards alone say of what it speaks."""
Case = tuple[str, Phrasing] | ClientTurn | Wordings | Occasion


class Understanding:
    """A ``Task``: a case is a phrasing, a client's turn, a need in four wordings, an occasion."""

    rooms: Sequence[str] = ("index", "assistant", "eval")
    systems: Sequence[str] = (CODE, MODEL, WORDS)
    chunk = 64

    def __init__(
        self,
        phrasings: Sequence[tuple[str, Phrasing]],
        turns: Sequence[ClientTurn],
        wordings: Sequence[Wordings],
        occasions: Sequence[Occasion],
        half: Half,
        provenance: Provenance,
        hashes: Mapping[str, str],
    ) -> None:
        self._cases: list[Case] = [*phrasings, *turns, *wordings, *occasions]
        self._turns, self._half = turns, half
        self.provenance, self.hashes = provenance, hashes
        self._shops: Shops | None = None
        self._learned: dict[tuple[int, bool], NaiveBayes] = {}

    @property
    def protocol(self) -> Protocol:
        return Protocol(
            task="understanding",
            split=f"the {self._half} half of the phrasings, by hash of the group; MG-ShopDial in "
            f"{shopdial.FOLDS} folds, a dialogue whole",
            evidence="the message; for follow-ups the cards before it",
            candidates=len(self._cases),
            tables=TABLES,
            limits=(
                "what is asked for is compared by words: half of the right ones have to be heard",
                "the wordings are of both halves: nothing but a score comes of them",
                "intents are labelled by several people who often differ; the most given counts",
            ),
        )

    def __len__(self) -> int:
        return len(self._cases)

    def prepare(self, system: str) -> str:
        """Open both shops for this speaker, in place of the one before."""
        self.close()
        self._shops = Shops.open(SPEAKERS.get(system, TEMPLATE))
        return ""

    def close(self) -> None:
        """Let go of the shops."""
        if self._shops:
            self._shops.close()
            self._shops = None

    def answer(self, system: str, rows: Sequence[int]) -> list[CaseRow]:
        found = (self._row(system, self._cases[number]) for number in rows)
        return [row for row in found if row is not None]

    def _row(self, system: str, case: Case) -> CaseRow | None:
        if isinstance(case, ClientTurn):
            return None if system == MODEL else self._turn(system, case)
        if system == WORDS:
            return None
        if isinstance(case, Wordings):
            lists = [ids(shown(self._session(), text)) for text in case.messages]
            return CaseRow(WORDINGS, system, case.group, case.group, (), alike(lists))
        if isinstance(case, Occasion):
            return self._occasion(system, case)
        return self._phrasing(system, *case)

    def _occasion(self, system: str, occasion: Occasion) -> CaseRow:
        cards = shown(self._session(), occasion.message)
        helps = sum(card.candidate.product.category in occasion.aisles for card in cards)
        values = {f"aisle_share@{K}": helps / K, f"aisle_hit@{K}": float(helps > 0)}
        return CaseRow(OCCASIONS, system, occasion.message, occasion.message, (), values)

    def _session(self, catalogue: str = JOURNEY) -> Session:
        if self._shops is None:
            raise RuntimeError("prepare comes first")
        return self._shops.session(catalogue, None)

    def _phrasing(self, system: str, catalogue: str, phrasing: Phrasing) -> CaseRow:
        session = self._session(catalogue)
        session.state = after(phrasing)
        start = time.perf_counter()
        need = stated(need_of(session, phrasing.message), phrasing)
        spent = 1000 * (time.perf_counter() - start)
        values = counted(need, phrasing.need)
        values |= {"added_p50_ms": spent, "added_p95_ms": spent}
        wrong = wrong_fields(need, phrasing.need) if self._half == "dev" else []
        told = json.dumps({"message": phrasing.message, "wrong": wrong}) if wrong else ""
        return CaseRow(PHRASINGS, system, phrasing.id, phrasing.group, (), values, told=told)

    def _turn(self, system: str, turn: ClientTurn) -> CaseRow:
        plain = float(self._guess(turn, heard=False) == turn.intent)
        values: dict[str, float | None] = {"intent_right": plain}
        if system == CODE:
            ours = float(self._guess(turn, heard=True) == turn.intent)
            values = {"intent_right": ours, "intent_gain": ours - plain}
        return CaseRow(INTENTS, system, turn.id, turn.dialogue, (), values)

    def _guess(self, turn: ClientTurn, heard: bool) -> str:
        """Guess by what was learned from all dialogues but those of the turn's fold."""
        key = (turn.fold, heard)
        if key not in self._learned:
            others = [other for other in self._turns if other.fold != turn.fold]
            self._learned[key] = NaiveBayes.fit(
                [self._tokens(other, heard) for other in others],
                [other.intent for other in others],
            )
        return self._learned[key].predict(self._tokens(turn, heard))

    def _tokens(self, turn: ClientTurn, heard: bool) -> list[str]:
        said = words(turn.text)
        return [*said, *marks(turn, self._session())] if heard else said

    def overall(self, lists: Sequence[Sequence[str]]) -> list[tuple[str, float]]:
        return []

    def across(self, rows: Sequence[Row]) -> list[Row]:
        """The F1 over all slots of all phrasings."""
        means = {(r.system, r.metric): r for r in rows if r.table == PHRASINGS}
        found = []
        for system in SPEAKERS:
            right, extra, missing = (
                means.get((system, f"slots_{name}")) for name in ("right", "extra", "missing")
            )
            if right and extra and missing:
                f1 = 2 * right.value / (2 * right.value + extra.value + missing.value)
                found.append(Row("slots_f1", f1, system, PHRASINGS, None, right.n))
        return found


def marks(turn: ClientTurn, session: Session) -> list[str]:
    """Return what is heard of a turn, as tokens beside its words."""
    opens, asks = words(turn.text)[:2], "?" in turn.text
    found = [f"=opens {' '.join(opens)}", f"=question {asks}", f"=place {min(turn.place, 3)}"]
    if not opens:
        return found
    need = need_of(session, turn.text)
    found += [f"=intent {need.intent}", f"=names {bool(need.categories or need.kinds)}"]
    return found + [f"=slot {name}" for name, _ in slots(need)]


def shown(session: Session, message: str) -> Sequence[Pick]:
    """Return the cards that a first message of a guest would show, were there five."""
    need = need_of(session, message)
    return Asked(session, need, candidates_of(session, need, ())).top(K)


def after(phrasing: Phrasing) -> ConversationState:
    """Return the conversation that stands before a message: its cards, or nothing."""
    if not phrasing.shown:
        return ConversationState()
    shown = tuple(
        Pick(f"P{n}", Candidate(Product(p.id, p.title, p.title, price=p.price), {}, 0.0), 0.0)
        for n, p in enumerate(phrasing.shown, start=1)
    )
    need = Need(EARLIER)
    return ConversationState(turns=1, need=need, shown=shown, shown_for=need)


def open_task(seed: int, half: Half = "test") -> Understanding:
    """Read the cases; the shops are opened for one system after another."""
    phrasings = [(name, row) for name in CATALOGUES for row in load(half, (name,))]
    with open_speaker() as assistant:
        hashes = {
            "catalogue": assistant.search.catalogue.fingerprint,
            "model": assistant.settings.model.name,
            "adapter": adapter_hash(),
            "prompt": reading_prompt(assistant.settings, tuned_of(Settings())) or "none",
        }
        return Understanding(
            phrasings, shopdial.load(), load_wordings(JOURNEY),
            [one for file in FILES.values() for one in load_occasions(file)], half,
            provenance(assistant.search), hashes,
        )  # fmt: skip


ENTRY = TaskEntry(
    "understanding", "what a shopper types, heard as it was meant: slots, intents, other words",
    open_task,
)  # fmt: skip
