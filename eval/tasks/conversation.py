"""``eval run conversation``: does talking lead to what the shopper has in mind?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random

from assistant.wiring import Assistant
from eval.cases import CaseRow
from eval.datasets.files import Provenance
from eval.mutation.trial import MIN_EVENTS
from eval.protocol import Protocol
from eval.report import Row
from eval.shop import last_day, open_speaker, provenance
from eval.simulator.shopper import Shopper, Temper, Vagueness, Wish
from eval.simulator.systems import FLOORS, Floors, Ours, Talker
from eval.simulator.talk import Talk, talk
from eval.tasks.interface import TaskEntry
from index.types import Product

OURS = "shelftalk"
WISHES = 300
"""Shoppers; each talks at every grade of vagueness."""
HELD_BACK = 14
"""Days before the data's end on which they shop; their next basket lies after."""
SUCCESS = "success@5"


class Conversation:
    """A ``Task``: a case is one shopper at one grade of vagueness."""

    rooms: Sequence[str] = ("index", "assistant", "eval")
    systems: Sequence[str] = (*FLOORS, OURS)
    chunk = 60

    def __init__(self, assistant: Assistant, wishes: Sequence[Wish], seed: int) -> None:
        self._assistant, self._wishes, self._seed = assistant, wishes, seed
        self._floors = Floors(assistant, seed)
        # Neighbouring cases are of different grades, so that a few of them show all.
        self._cases = [(wish, grade) for wish in wishes for grade in Vagueness]
        self.provenance: Provenance = provenance(assistant.search)

    @property
    def hashes(self) -> Mapping[str, str]:
        return self._assistant.session().parts.hashes

    @property
    def protocol(self) -> Protocol:
        return Protocol(
            task="conversation",
            split=f"one product of the next basket of {len(self._wishes)} shoppers, "
            f"{HELD_BACK} days before the end of the data",
            evidence="purchases before that day; shoppers by rule, who never say the title",
            candidates=len(self._assistant.search.catalogue),
            tables={
                Vagueness.KIND: "the first message says what it is",
                Vagueness.AISLE: "the first message says the aisle",
                Vagueness.OPEN: "the first message says nothing of it",
            },
            limits=(
                "shoppers by rule say one thing a turn and never more than the rules know",
                "only products whose title says more than their kind: else it would be named",
                "without the model: templates alone speak, open words are searched as typed",
            ),
        )

    def __len__(self) -> int:
        return len(self._cases)

    def prepare(self, system: str) -> str:
        return ""

    def close(self) -> None:
        """Let go of the shop."""
        self._assistant.close()

    def answer(self, system: str, rows: Sequence[int]) -> list[CaseRow]:
        return [self._row(system, *self._cases[number]) for number in rows]

    def _row(self, system: str, wish: Wish, grade: Vagueness) -> CaseRow:
        # The same shopper in the same mood, whoever answers.
        random = Random(f"{self._seed}/{wish.shopper}/{grade}")
        shopper = Shopper(wish, grade, random.choice(list(Temper)), random)
        done = talk(shopper, self._talker(system, wish.shopper))
        picks = tuple(card.product.id for turn in done.turns for card in turn.cards)
        return CaseRow(
            table=grade.value,
            system=system,
            case=f"{grade.value}/{wish.shopper}",
            shopper=wish.shopper,
            picks=picks,
            values=values(done),
            told=_told(done, wish, shopper),
        )

    def _talker(self, system: str, shopper: str) -> Talker:
        if system == OURS:
            return Ours(self._assistant.session(shopper))
        talker: Talker = getattr(self._floors, system)(shopper)
        return talker

    def overall(self, lists: Sequence[Sequence[str]]) -> list[tuple[str, float]]:
        return []

    def across(self, rows: Sequence[Row]) -> list[Row]:
        """The lower end of what we are ahead of the best floor, a grade."""
        return [
            Row("delta_to_best_low", row.ci95[0], OURS, row.table, None, row.n)
            for row in rows
            if row.metric == "delta_to_best" and row.ci95
        ]


def values(done: Talk) -> dict[str, float | None]:
    """The figures of one conversation."""
    return {
        SUCCESS: float(done.found),
        "success@1": float(done.found and len(done.turns) == 1),
        "mean_turns": float(done.length),
        "conditions_kept": done.kept,
        "score_lost": done.lost,
        "contradictions": float(done.broken),
        "turns_without_cards": float(done.wasted),
    }


def _told(done: Talk, wish: Wish, shopper: Shopper) -> str:
    turns = [[turn.message, [c.product.title for c in turn.cards]] for turn in done.turns]
    return json.dumps({"target": wish.target.title, "temper": shopper.temper, "turns": turns})


def wishes(assistant: Assistant, count: int, seed: int) -> list[Wish]:
    """Draw shoppers, and for each a product of the first basket on or after the day."""
    random = Random(f"{seed}/conversation")
    search = assistant.search
    known = sorted(search.purchases.shoppers(min_events=MIN_EVENTS))
    random.shuffle(known)
    aisles, found = sorted(search.catalogue.categories()), list[Wish]()
    for shopper in known:
        targets = [p for p in next_basket(assistant, shopper) if _is_told_apart(p)]
        if targets and len(found) < count:
            target = random.choice(targets)
            promotion = search.catalogue.promotion(target.id, None, search.as_of)
            lowered = promotion.price if promotion and promotion.price is not None else None
            price = min(p for p in (target.price, lowered) if p is not None)
            elsewhere = random.choice([name for name in aisles if name != target.category])
            found.append(Wish(shopper, target, price, elsewhere))
    return found


def next_basket(assistant: Assistant, shopper: str) -> list[Product]:
    """Return what the shopper buys on their first day in the shop from today on."""
    search = assistant.search
    end = date.max
    lines = [e for e in search.purchases.history(shopper, end) if e.at.date() >= search.as_of]
    first = min((e.at.date() for e in lines), default=None)
    return search.catalogue.many(e.product_id for e in lines if e.at.date() == first)


def _is_told_apart(product: Product) -> bool:
    """Whether a message can speak of it without naming it."""
    said = {product.kind.lower(), product.category.lower()}
    return product.price is not None and product.title.lower() not in said and not product.min_age


def open_task(seed: int) -> Conversation:
    """Open the shop two weeks before the end of its data."""
    assistant = open_speaker(as_of=last_day() - timedelta(days=HELD_BACK))
    return Conversation(assistant, wishes(assistant, WISHES, seed), seed)


ENTRY = TaskEntry(
    "conversation", "shoppers by rule, with something in mind that they never name",
    open_task,
)  # fmt: skip
