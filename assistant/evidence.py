"""Why a pick stands where it stands: reasons that are true, weighed by taking each away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median

from assistant.config import RankConfig
from assistant.references import met
from assistant.signals import Habits, Signal, contributions, is_named, total
from assistant.types import (
    Evidence,
    EvidenceKind,
    Fact,
    FactKind,
    Need,
    Pick,
    Profile,
    Reference,
)
from index.types import Candidate, Source

BUYS_STORE_BRAND = 0.3
"""Share of own label from which a shopper "buys" it."""
POPULAR_RANK = 20
"""Rank among the most bought of the candidates' aisle up to which "many buy it" is a reason."""
_ORDER = list(EvidenceKind)

Parts = Mapping[str, Mapping[Signal, float]]
"""Product id to what every signal adds."""


class Weigher:
    """Ranks candidates again with one thing taken away.

    The weights are what the score loses; the places are counted among all candidates, with
    the thing gone for all of them where it is a fact of the history (several products may
    stand on one fact) and for this one alone where it is the product's own.
    """

    def __init__(
        self,
        config: RankConfig,
        need: Need,
        candidates: Sequence[Candidate],
        profile: Profile,
        dial: float,
        parts: Parts,
    ) -> None:
        self.need = need
        self.scores = {id_: total(of_it) for id_, of_it in parts.items()}
        self._config, self._dial, self._parts = config, dial, parts
        self._facts = profile.facts
        self._typical_text = median(p[Signal.TEXT] for p in parts.values()) if parts else 0.0
        habits = Habits.of(profile.facts)
        self.touching = {c.product.id: habits.touching(c.product) for c in candidates}
        """Product id to the facts that its signals are read from."""
        self._touched: dict[str, list[Candidate]] = {}
        for candidate in candidates:
            for fact in self.touching[candidate.product.id]:
                self._touched.setdefault(fact.id, []).append(candidate)
        self._without: dict[str, Mapping[str, float]] = {}

    def without_fact(self, fact: Fact) -> Mapping[str, float]:
        """Every candidate's score as if the fact had never been."""
        if fact.id not in self._without:
            habits = Habits.of(self._facts, without=fact)
            changed = {
                c.product.id: total(contributions(self._config, self.need, c, habits, self._dial))
                for c in self._touched.get(fact.id, ())
            }
            self._without[fact.id] = {**self.scores, **changed}
        return self._without[fact.id]

    def without_signal(self, product_id: str, signal: Signal) -> Mapping[str, float]:
        """All scores, this candidate's without one of its own signals.

        The words are the exception: whatever is a candidate matches them somehow, so that
        taking them away whole would make "it is yogurt" the first reason of every yogurt. It
        falls to the middle of the candidates instead, and only what it had above counts.
        """
        parts = dict(self._parts[product_id])
        typical = self._typical_text if signal is Signal.TEXT else 0.0
        parts[signal] = min(parts[signal], typical)
        return {**self.scores, product_id: total(parts)}


def place(scores: Mapping[str, float], product_id: str) -> int:
    """Places from 1, by score, ties by id."""
    mine = scores[product_id]
    above = (s > mine or (s == mine and id_ < product_id) for id_, s in scores.items())
    return 1 + sum(above)


def evidence_for(picks: Sequence[Pick], weigher: Weigher) -> list[Pick]:
    """Give every pick its reasons, strongest first; a guest's are never personal."""
    return [replace(pick, evidence=_evidence(pick, weigher)) for pick in picks]


def _evidence(pick: Pick, weigher: Weigher) -> tuple[Evidence, ...]:
    id_ = pick.candidate.product.id
    found = [
        _weighed(reason, weigher, weigher.without_fact(fact), id_)
        for fact in weigher.touching[id_]
        if (reason := _of_fact(fact, pick))
    ]
    for signal, reason in _of_product(pick, weigher.need):
        less = weigher.without_signal(id_, signal) if signal else weigher.scores
        found.append(_weighed(reason, weigher, less, id_))
    return tuple(sorted(found, key=lambda e: (-e.weight, _ORDER.index(e.kind))))


Reason = tuple[EvidenceKind, tuple[Reference, ...]]


def _weighed(reason: Reason, weigher: Weigher, less: Mapping[str, float], id_: str) -> Evidence:
    """An order that was asked for outright leaves no place to lose."""
    scores = weigher.scores
    lost = 0 if weigher.need.sort else max(0, place(less, id_) - place(scores, id_))
    return Evidence(*reason, max(0.0, scores[id_] - less[id_]), lost)


def _refs(target: str, *fields: str) -> tuple[Reference, ...]:
    return tuple(Reference(target, field) for field in fields)


def _of_fact(fact: Fact, pick: Pick) -> Reason | None:
    """What a fact says for this pick, where it says anything for it."""
    product, price = pick.candidate.product, pick.candidate.price_today
    match fact.kind:
        case FactKind.STAPLE | FactKind.DUE:
            fields = ("count", "every", "last") if fact.every else ("count", "last")
            return EvidenceKind.REPEAT, _refs(fact.id, *fields)
        case FactKind.CATEGORY:
            return EvidenceKind.CATEGORY, _refs(fact.id, "", "count", "share")
        case FactKind.STORE_BRAND if product.store_brand and (fact.share or 0) >= BUYS_STORE_BRAND:
            return EvidenceKind.STORE_BRAND, _refs(fact.id, "share")
        case FactKind.PRICE_BAND if (
            price is not None and fact.low and fact.high and fact.low <= price <= fact.high
        ):
            references = (*_refs(fact.id, "low", "high"), Reference(pick.id, "price"))
            return EvidenceKind.PRICE_BAND, references
        case _:
            return None


def _of_product(pick: Pick, need: Need) -> list[tuple[Signal | None, Reason]]:
    """What the request, the week and the other shoppers say for this pick."""
    candidate, found = pick.candidate, list[tuple[Signal | None, Reason]]()
    limits = [n for n in ("max_price", "min_price") if getattr(need, n) is not None]
    if limits and candidate.price_today is not None:
        references = (*_refs("N", *limits), Reference(pick.id, "price"))
        found.append((None, (EvidenceKind.NEED_PRICE, references)))
    if need.search_text and (is_named(need, candidate.product) or Source.LEXICAL in candidate.hits):
        field = next(iter(met(need, candidate.product)), "search")
        found.append((Signal.TEXT, (EvidenceKind.NEED_TEXT, _refs("N", field))))
    if candidate.promotion:
        reason = (EvidenceKind.PROMOTION, _refs(pick.id, "promotion"))
        found.append((Signal.PROMOTION, reason))
    hit = candidate.hits.get(Source.POPULAR)
    if hit and hit.rank <= POPULAR_RANK:
        found.append((Signal.POPULAR, (EvidenceKind.POPULAR, _refs(pick.id, "buyers"))))
    return found


def compare_picks(picks: Sequence[Pick]) -> tuple[Pick, ...]:
    """Add what is true between the picks of one reply: cheaper, bigger. Call it after the cut.

    Each pick is compared with the first other one that it beats; sizes only where both are
    known in the same unit. Comparisons moved nothing, so they weigh nothing and come last.
    """
    return tuple(replace(p, evidence=(*p.evidence, *_compared(p, picks))) for p in picks)


def _compared(pick: Pick, picks: Sequence[Pick]) -> list[Evidence]:
    others = [other for other in picks if other.id != pick.id]
    cheaper = next((o for o in others if _is_cheaper(pick, o)), None)
    bigger = next((o for o in others if _is_bigger(pick, o)), None)
    found = []
    if cheaper:
        references = (Reference(pick.id, "price"), Reference(cheaper.id, "price"))
        found.append(Evidence(EvidenceKind.CHEAPER, references, 0.0))
    if bigger:
        references = (Reference(pick.id, "size"), Reference(bigger.id, "size"))
        found.append(Evidence(EvidenceKind.BIGGER, references, 0.0))
    return found


def _is_cheaper(pick: Pick, other: Pick) -> bool:
    mine, theirs = pick.candidate.price_today, other.candidate.price_today
    same = pick.candidate.product.currency == other.candidate.product.currency
    return same and mine is not None and theirs is not None and mine < theirs


def _is_bigger(pick: Pick, other: Pick) -> bool:
    mine, theirs = pick.candidate.product, other.candidate.product
    if mine.amount is None or theirs.amount is None or mine.unit != theirs.unit:
        return False
    return mine.amount > theirs.amount
