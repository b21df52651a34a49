"""``eval run consistency``: the same need the same picks, another shopper other picks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from random import Random
from statistics import mean

from assistant.following import known_of
from assistant.session import Session
from assistant.types import Pick, Reply
from assistant.wiring import Assistant
from eval.batch import answer
from eval.cases import CaseRow
from eval.datasets.files import Provenance
from eval.faithfulness.reader import judge
from eval.faithfulness.witness import Witness
from eval.lists import Asked, ask, ids
from eval.metrics.inter_user import inter_user_distance
from eval.metrics.jaccard import jaccard
from eval.metrics.rbo import rbo
from eval.mutation.trial import MIN_EVENTS, OPEN_REQUEST
from eval.neighbours import EaseLists
from eval.protocol import Protocol
from eval.report import Row
from eval.shop import open_speaker, provenance
from eval.tasks.interface import TaskEntry
from eval.wordings import Wordings, load_wordings

K = 5
OURS, CHANCE, EASE = "shelftalk", "chance", "ease"
PEOPLE = 200
"""Shoppers whose lists are held against one another."""
FEW = 40
"""Cases of what can only be all or nothing."""
SHUFFLES = 5
TABLES: Mapping[str, str] = {
    "wordings": "one need in four wordings, a conversation each; pairs of lists",
    "shuffles": "the candidates in another order",
    "sessions": "the same message in another conversation",
    "doors": "by conversation, by the cards alone, and by a batch",
    "days": "the same message a day earlier",
    "swap": "the same message with another shopper's history; the store stays",
    "people": "one open request by many shoppers",
}
Values = dict[str, float | None]


def alike(lists: Sequence[Sequence[str]]) -> Values:
    """Mean overlap of all pairs of lists; two empty lists are alike."""
    pairs = list(combinations(lists, 2))
    return {
        f"jaccard@{K}": mean(jaccard(a, b, K) for a, b in pairs),
        "rbo": mean(rbo(a[:K], b[:K]) for a, b in pairs),
    }


class Consistency:
    """A ``Task`` over the ways in which one need can come, and over different shoppers."""

    rooms: Sequence[str] = ("index", "assistant", "eval")
    systems: Sequence[str] = (OURS, CHANCE, EASE)
    chunk = 64

    def __init__(
        self, assistant: Assistant, wordings: Sequence[Wordings], seed: int,
        day_before: Callable[[date], Assistant],
    ) -> None:  # fmt: skip
        self._assistant, self._wordings, self._seed = assistant, wordings, seed
        self._witness = Witness(assistant.search)
        self._day_before = day_before
        self._yesterday: Assistant | None = None
        self._ease: EaseLists | None = None
        known = sorted(assistant.search.purchases.shoppers(min_events=MIN_EVENTS))
        Random(f"{seed}/consistency").shuffle(known)
        self._shoppers = known
        few = min(FEW, len(wordings))
        sizes = {"wordings": len(wordings), "people": min(PEOPLE, len(known))}
        self._cases = [(t, n) for t in TABLES for n in range(sizes.get(t, few))]
        self.provenance: Provenance = provenance(assistant.search)

    @property
    def hashes(self) -> Mapping[str, str]:
        session = self._assistant.session()
        return {**session.parts.hashes, "dial": f"{session.dial:g}"}

    @property
    def protocol(self) -> Protocol:
        return Protocol(
            task="consistency",
            split=f"{len(self._wordings)} needs of four wordings, a shopper each, on the last day",
            evidence="the assistant as it serves, templates speaking, first turns",
            candidates=len(self._assistant.search.catalogue),
            tables=TABLES,
            limits=(
                "without the model: an open request is searched by the shopper's own words",
                "chance draws each list from the candidates of its need",
            ),
        )

    def __len__(self) -> int:
        return len(self._cases)

    def prepare(self, system: str) -> str:
        if system != EASE:
            return ""
        self._ease = self._ease or EaseLists.fit(self._assistant.search)
        return f"ease: ridge {self._ease.ridge:g}, learned from all purchases before the day"

    def close(self) -> None:
        """Let go of both days."""
        self._assistant.close()
        if self._yesterday:
            self._yesterday.close()

    def answer(self, system: str, rows: Sequence[int]) -> list[CaseRow]:
        found = []
        for number in rows:
            table, n = self._cases[number]
            answered = self._answer(system, table, n)
            if answered is not None:
                values, picks = answered
                shopper = self._shoppers[n]
                found.append(CaseRow(table, system, f"{table}-{n}", shopper, picks, values))
        return found

    def _answer(self, system: str, table: str, n: int) -> tuple[Values, tuple[str, ...]] | None:
        if system == OURS:
            return _TABLES[table](self, n)
        if system == CHANCE and table == "wordings":
            return self._chance(n), ()
        if system == EASE and table == "people" and self._ease:
            return {}, self._ease.top(self._assistant.search, self._shoppers[n], K)
        return None

    def _ask(self, n: int, message: str | None = None) -> Asked:
        said = self._wordings[n].messages[0] if message is None else message
        return ask(self._assistant, self._shoppers[n], said)

    def wordings(self, n: int) -> tuple[Values, tuple[str, ...]]:
        return alike([self._ask(n, text).ids(K) for text in self._wordings[n].messages]), ()

    def _chance(self, n: int) -> Values:
        random = Random(f"{self._seed}/chance/{n}")
        pool = [c.product.id for c in self._ask(n).candidates]
        drawn = [random.sample(pool, min(K, len(pool))) for _ in self._wordings[n].messages]
        return alike(drawn)

    def shuffles(self, n: int) -> tuple[Values, tuple[str, ...]]:
        asked, random = self._ask(n), Random(f"{self._seed}/shuffle/{n}")
        lists = [asked.ids(K)]
        for _ in range(SHUFFLES):
            mixed = list(asked.candidates)
            random.shuffle(mixed)
            lists.append(ids(asked.top(K, candidates=mixed)))
        return alike(lists), ()

    def sessions(self, n: int) -> tuple[Values, tuple[str, ...]]:
        return alike([self._ask(n).ids(K) for _ in range(2)]), ()

    def doors(self, n: int) -> tuple[Values, tuple[str, ...]]:
        message, shopper = self._wordings[n].messages[0], self._shoppers[n]
        reply = self._assistant.session(shopper).ask(message)
        cards = self._assistant.cards(shopper, message)
        batch = [row.get("product_id") for row in answer(self._assistant, shopper, message)]
        return alike([ids(reply.picks), ids(cards), [i for i in batch if i]]), ()

    def days(self, n: int) -> tuple[Values, tuple[str, ...]]:
        today = self._assistant.search.as_of
        self._yesterday = self._yesterday or self._day_before(today - timedelta(days=1))
        message, shopper = self._wordings[n].messages[0], self._shoppers[n]
        return alike([self._ask(n).ids(K), ask(self._yesterday, shopper, message).ids(K)]), ()

    def swap(self, n: int) -> tuple[Values, tuple[str, ...]]:
        """Answer once as oneself and once with the next shopper's history, at one's own store."""
        message = self._wordings[n].messages[0]
        mine = self._assistant.session(self._shoppers[n])
        theirs = as_another(self._assistant, mine, self._shoppers[n + 1])
        ours, other = mine.ask(message), theirs.ask(message)
        wrong = changed_facts(ours.picks, other.picks)
        wrong += self._untrue_of_shelf(other, message, theirs)
        lists = [ids(ours.picks), ids(other.picks)]
        return {
            "swap_changes_list": float(lists[0] != lists[1]),
            "swap_changes_fact": float(wrong),
            **alike(lists),
        }, ()

    def _untrue_of_shelf(self, reply: Reply, message: str, session: Session) -> int:
        """Sentences of the swapped reply that contradict the shelf."""
        by_id = {pick.id: pick for pick in reply.picks}
        return sum(
            judge(
                s.text, self._witness.world(reply, by_id[s.pick_id], message, session.profile)
            ).is_wrong_of_shelf
            for s in reply.sentences
        )

    def people(self, n: int) -> tuple[Values, tuple[str, ...]]:
        return {}, self._ask(n, OPEN_REQUEST).ids(K)

    def overall(self, lists: Sequence[Sequence[str]]) -> list[tuple[str, float]]:
        if not any(lists):
            return []
        return [(f"inter_user_distance@{K}", inter_user_distance(lists, K, seed=self._seed))]

    def across(self, rows: Sequence[Row]) -> list[Row]:
        """The headlines without a table, and our distance between shoppers to that of EASE."""
        return [*_headlines(rows), *_to_ease(rows)]


_TABLES: Mapping[str, Callable[[Consistency, int], tuple[Values, tuple[str, ...]]]] = {
    "wordings": Consistency.wordings,
    "shuffles": Consistency.shuffles,
    "sessions": Consistency.sessions,
    "doors": Consistency.doors,
    "days": Consistency.days,
    "swap": Consistency.swap,
    "people": Consistency.people,
}


def _headlines(rows: Sequence[Row]) -> Iterator[Row]:
    wanted = {
        ("wordings", f"jaccard@{K}"),
        ("wordings", "rbo"),
        ("swap", "swap_changes_list"),
        ("swap", "swap_changes_fact"),
    }
    for row in rows:
        if row.system == OURS and (row.table, row.metric) in wanted:
            yield Row(row.metric, row.value, OURS, "", row.ci95, row.n, row.defaulted)


def _to_ease(rows: Sequence[Row]) -> Iterator[Row]:
    found = {r.system: r for r in rows if r.metric == f"inter_user_distance@{K}"}
    if OURS in found and EASE in found and found[EASE].value:
        ratio = found[OURS].value / found[EASE].value
        yield Row("inter_user_distance_to_ease", ratio, OURS, "", None, found[OURS].n)


def as_another(assistant: Assistant, session: Session, shopper: str) -> Session:
    """Return a conversation with another shopper's history, at the store of this one."""
    profile, history = known_of(assistant.search, shopper, session.profile.adult)
    return Session(session.parts, replace(profile, store_id=session.profile.store_id), history)


def changed_facts(ours: Sequence[Pick], theirs: Sequence[Pick]) -> int:
    """Count the products on both lists whose card tells another price, title or size."""
    other = {pick.candidate.product.id: pick.candidate for pick in theirs}
    both = [(p.candidate, other[p.candidate.product.id]) for p in ours
            if p.candidate.product.id in other]  # fmt: skip
    return sum((a.product, a.price_today) != (b.product, b.price_today) for a, b in both)


def open_task(seed: int) -> Consistency:
    """Open the shop of today; yesterday's is opened when it is asked."""
    assistant = open_speaker()
    wordings = load_wordings(assistant.settings.index.catalogue)
    return Consistency(assistant, wordings, seed, lambda day: open_speaker(as_of=day))


ENTRY = TaskEntry("consistency", "the same need the same picks; another shopper others", open_task)
