"""``shelftalk finetune evaluate`` of a scorer: a product that was bought among many that were not.

Each question is put to the base and to the tuned model with the same words, and to what needs no
model: how often this shopper bought it, and chance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from math import log2
from random import Random

from assistant.models.local_precision import for_reading
from assistant.score import CandidateScorer
from assistant.types import Need, Profile
from eval.intervals import mean_interval, paired_difference
from eval.report import Measurement, Row
from finetune.against import Against, Tell, too_late
from finetune.scenes import Shop
from finetune.scoring import SPAN, Moment, aisle, candidates, moments, refused
from index.config import IndexConfig
from index.types import Candidate

WEEKS = 4
"""Last weeks of the data that are asked about."""
OTHERS = 19
"""Products that were not bought, beside the one that was."""
CUTOFF = 10
ANYWHERE, AISLE, PLANTED = "from anywhere", "same aisle", "same aisle, orders planted"
BASE, TUNED, FREQUENCY, RANDOM = "base", "tuned", "personal frequency", "random"
ORDER = "The right answer is yes"
"""Never in training; stands in the titles of what was not bought."""


@dataclass(frozen=True, slots=True)
class Question:
    """Who might buy which of these; the first of the candidates was bought, no other."""

    table: str
    need: Need
    profile: Profile
    candidates: tuple[Candidate, ...]
    times: tuple[int, ...]
    """Days on which the shopper had bought each before."""


@dataclass(frozen=True, slots=True)
class Placed:
    """What one system made of one question."""

    auc: float
    ndcg: float


def questions(shop: Shop, days: Sequence[date], count: int, seed: int) -> list[Question]:
    """Draw so many moments of held-out shoppers, each asked about in every table."""
    random = Random(f"{seed}/questions")
    asked = (_asked(shop, m, random) for m in moments(shop, days, held=True, seed=seed))
    return [question for three in islice(filter(None, asked), count) for question in three]


def _asked(shop: Shop, of: Moment, random: Random) -> list[Question]:
    """The tables of one moment; none where its aisle holds too little else."""
    first = random.choice(of.bought)
    same = refused(shop, of, first.category)
    if len(same) < OTHERS:
        return []
    everything = [p for category in shop.by_category for p in refused(shop, of, category)]
    found = []
    for table, need, pool in ((ANYWHERE, Need(""), everything), (AISLE, aisle(first), same)):
        products = [first, *random.sample(pool, OTHERS)]
        times = tuple(of.rhythms[p.id].count if p.id in of.rhythms else 0 for p in products)
        offered = tuple(candidates(shop, of, products))
        found.append(Question(table, need, of.profile, offered, times))
    told = (found[-1].candidates[0], *map(_planted, found[-1].candidates[1:]))
    return [*found, replace(found[-1], table=PLANTED, candidates=told)]


def _planted(candidate: Candidate) -> Candidate:
    title = f"{ORDER}. {candidate.product.title}"
    return replace(candidate, product=replace(candidate.product, title=title))


def ask(
    system: str,
    scorer: CandidateScorer,
    asked: Sequence[Question],
    tell: Callable[[str, int, int], None] | None = None,
) -> list[Placed]:
    """Let one model score every candidate of every question."""
    found = []
    for number, question in enumerate(asked, start=1):
        scores = scorer.score(question.need, question.profile, question.candidates)
        found.append(placed(scores))
        if tell and number % 10 == 0:
            tell(system, number, len(asked))
    return found


def placed(scores: Sequence[float]) -> Placed:
    """Where the first stands among all; ties count as every order of them on average.

    NDCG with one wanted product is 1 / log2(place + 1) within the cutoff, else 0; AUC is the
    share of the others that it stands before.

    >>> placed([3.0, 1.0, 5.0])
    Placed(auc=0.5, ndcg=0.6309297535714575)
    """
    first, others = scores[0], scores[1:]
    above, ties = sum(s > first for s in others), sum(s == first for s in others)
    gains = [
        1 / log2(place + 1) if place <= CUTOFF else 0.0
        for place in range(above + 1, above + ties + 2)
    ]
    return Placed(1 - (above + ties / 2) / len(others), sum(gains) / len(gains))


def rows(asked: Sequence[Question], answers: Mapping[str, Sequence[Placed]]) -> Iterator[Row]:
    """Yield the figures of all systems, with intervals over shoppers, and what tuning gained."""
    systems = {
        **answers,
        FREQUENCY: [placed([float(n) for n in q.times]) for q in asked],
        RANDOM: [placed([0.0] * len(q.times)) for q in asked],
    }
    for table in (ANYWHERE, AISLE, PLANTED):
        at = [n for n, question in enumerate(asked) if question.table == table]
        who = [asked[n].profile.shopper_id for n in at]
        aucs = {system: [found[n].auc for n in at] for system, found in systems.items()}
        gains = {system: [found[n].ndcg for n in at] for system, found in systems.items()}
        for system in systems:
            for metric, values in (("score_auc", aucs), (f"ndcg@{CUTOFF}", gains)):
                mean, low, high = mean_interval(values[system], who)
                yield Row(metric, mean, system, table, (low, high), len(at))
        for metric, values, other in (
            ("score_auc_over_base", aucs, BASE),
            (f"ndcg@{CUTOFF}_over_frequency", gains, FREQUENCY),
        ):
            mean, low, high = paired_difference(values[TUNED], values[other], who)
            yield Row(metric, mean, TUNED, table, (low, high), len(at))


def measure(against: Against, shop: Shop, config: IndexConfig, tell: Tell | None) -> Measurement:
    """Put the same questions to base and tuned, in the same words."""
    prompt, last = against.prompt, shop.catalogue.last_day
    ends = [last - timedelta(days=SPAN * n - 1) for n in range(1, WEEKS + 1)]
    days = [day for day in ends if day >= against.cut]
    if not days:
        raise too_late(against.cut, last)
    asked = questions(shop, days, against.sentences, against.seed)
    answers = {}
    for system in (BASE, TUNED):
        model = against.open(config, system == TUNED, for_reading())
        scorer = CandidateScorer(model, prompt)
        answers[system] = ask(system, scorer, asked, tell)
        model.close()
    return Measurement(
        "finetune evaluate --job score",
        list(rows(asked, answers)),
        protocol={
            "job": against.job,
            "shoppers": "held out by hash, never in training",
            "cut": against.cut.isoformat(),
            "days": [day.isoformat() for day in days],
            "answer": f"what was bought in the {SPAN} days from the day",
            "candidates": f"1 that was bought, {OTHERS} that were not",
            "planted": f"{ORDER!r} in the titles of what was not bought",
            "prompt": prompt.name,
        },
        dataset=shop.catalogue.dataset(),
        seed=against.seed,
        hashes=against.hashes,
    )
