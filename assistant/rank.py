"""The order of the candidates: a fixed blend of signals, with a dial between shop and shopper."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

from assistant.config import RankConfig
from assistant.evidence import Weigher, compare_picks, evidence_for
from assistant.signals import Habits, Signal, contributions, total
from assistant.types import Need, Pick, Profile, Sort
from index.types import Candidate, Source

__all__ = ["BlendRanker", "compare_picks"]

OPEN_CAP = 1
"""Picks of one kind before all other kinds have had their turn, where nothing is asked."""
WORDS_CAP = 2
"""The same where words are asked for that name no kind."""
RELEVANT = 0.5
"""Share of the best text signal from which an asked-for order takes a candidate in."""


class BlendRanker:
    """The ``Ranker`` of a weighted sum.

    Score = sum of weight times signal, personal signals times the dial. Ties break by
    product id. Then, in this order:

    - An order that the shopper asked for ("cheapest") replaces the score among the candidates
      whose words match nearly as well as the best; the rest follow behind. Without words,
      everything counts. Prices and sizes that are unknown come last, sizes of one unit
      together.
    - Where no kind is named, the same kind may not fill the answer: after ``OPEN_CAP`` picks
      of a kind (``WORDS_CAP`` where there are words), further ones follow behind the others.
      A named kind is never capped: who asks for yogurt gets three yogurts.

    Evidence is weighed on the score, before either.
    """

    def __init__(self, config: RankConfig | None = None) -> None:
        self._config = config or RankConfig()

    @property
    def fingerprint(self) -> str:
        """A hash of the weights."""
        return hashlib.sha256(self._config.model_dump_json().encode()).hexdigest()[:16]

    def rank(
        self, need: Need, candidates: Sequence[Candidate], profile: Profile, dial: float
    ) -> list[Pick]:
        """All candidates, best first, with evidence. See ``assistant.interfaces.Ranker``."""
        habits = Habits.of(profile.facts)
        parts = {
            c.product.id: contributions(self._config, need, c, habits, dial) for c in candidates
        }
        scores = {id_: total(of_it) for id_, of_it in parts.items()}
        texts = {id_: of_it[Signal.TEXT] for id_, of_it in parts.items()}
        order = arranged(need, candidates, scores, texts)
        picks = [
            Pick(f"P{n}", c, scores[c.product.id], _by_name(parts[c.product.id]))
            for n, c in enumerate(order, start=1)
        ]
        weigher = Weigher(self._config, need, candidates, profile, dial, parts)
        return evidence_for(picks, weigher)


def arranged(
    need: Need,
    candidates: Sequence[Candidate],
    scores: Mapping[str, float],
    texts: Mapping[str, float],
) -> list[Candidate]:
    """Order by score, ties by id, then as the request has it (see ``BlendRanker``).

    ``texts`` is how well the words match, on any scale; both are by product id.
    """
    order = sorted(candidates, key=lambda c: (-scores[c.product.id], c.product.id))
    return _sorted_as_asked(need.sort, order, texts) if need.sort else _spread(need, order)


def _by_name(parts: dict[Signal, float]) -> dict[str, float]:
    return {signal.value: value for signal, value in parts.items()}


def _sorted_as_asked(
    sort: Sort, order: Sequence[Candidate], texts: Mapping[str, float]
) -> list[Candidate]:
    enough = RELEVANT * max(texts.values(), default=0.0)
    units = Counter(c.product.unit for c in order if c.product.amount)
    return sorted(
        order,
        key=lambda c: (texts[c.product.id] < enough, _sort_key(sort, c, units), c.product.id),
    )


def _sort_key(sort: Sort, candidate: Candidate, units: Counter[str | None]) -> tuple[float, ...]:
    """What is unknown comes last; sizes in the commonest unit first."""
    product, price = candidate.product, candidate.price_today
    match sort:
        case Sort.CHEAPEST | Sort.DEAREST:
            sign = 1 if sort is Sort.CHEAPEST else -1
            return (price is None, sign * (price or 0))
        case Sort.BIGGEST | Sort.SMALLEST:
            sign = 1 if sort is Sort.SMALLEST else -1
            amount = product.amount or 0.0
            return (not amount, -units[product.unit], sign * amount)
        case Sort.MOST_BOUGHT:
            hit = candidate.hits.get(Source.POPULAR)
            return (hit is None, hit.rank if hit else 0)


def _spread(need: Need, order: Sequence[Candidate]) -> list[Candidate]:
    """Let no kind take more than its turn where the request names none."""
    if need.categories or need.kinds:
        return list(order)
    cap = WORDS_CAP if need.search_text else OPEN_CAP
    seen: Counter[str] = Counter()
    first: list[Candidate] = []
    later: list[Candidate] = []
    for candidate in order:
        kind = candidate.product.kind or candidate.product.category
        seen[kind] += 1
        (first if seen[kind] <= cap else later).append(candidate)
    return first + later
