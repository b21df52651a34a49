"""The dial swept over real shoppers: consistency, personalisation and hits at every position.

Measured in the weeks before the test weeks, so that the position is chosen on purchases that
no report is made of.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from random import Random
from statistics import mean

import numpy as np

from assistant.wiring import Assistant
from eval.curve import Band, Point
from eval.intervals import Floats, mean_interval, paired_difference, percentile_interval
from eval.lists import ask
from eval.metrics.jaccard import jaccard
from eval.mutation.trial import MIN_EVENTS, OPEN_REQUEST
from eval.wordings import Wordings

K = 5
DIALS = tuple(round(n / 10, 1) for n in range(11))
HELD_BACK = 28
"""Days before the data's end at which the shoppers are asked."""
AHEAD = 14
"""Days after that in which a listed product counts as a hit if bought."""
NEEDS, SHOPPERS = 60, 120
RESAMPLES = 500
Told = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Sweep:
    """Everything measured, by position, need and shopper."""

    consistency: Floats
    """Mean overlap of the wordings of a need. *Shape:* (dials, needs)."""
    hits: Floats
    """1 where one of the first five was bought. *Shape:* (dials, shoppers)."""
    distance: Floats
    """1 - overlap of two shoppers' lists. *Shape:* (dials, shoppers, shoppers)."""


def validation_day(last_day: date) -> date:
    """Return the day on which the shoppers are asked."""
    return last_day - timedelta(days=HELD_BACK)


def sweep(
    assistant: Assistant, wordings: Sequence[Wordings], seed: int, needs: int = NEEDS,
    shoppers: int = SHOPPERS, tell: Told | None = None,
) -> Sweep:  # fmt: skip
    """Ask once and rank at every position.

    Parameters
    ----------
    assistant
        Opened on the validation day.
    """
    random = Random(f"{seed}/dial")
    purchases, today = assistant.search.purchases, assistant.search.as_of
    known = sorted(purchases.shoppers(min_events=MIN_EVENTS))
    random.shuffle(known)
    groups = random.sample(list(wordings), min(needs, len(wordings)))
    rows = []
    for number, (group, shopper) in enumerate(zip(groups, known, strict=False), start=1):
        rows.append(_agreement(assistant, group, shopper))
        if tell:
            tell("needs", number, len(groups))
    lists: list[list[tuple[str, ...]]] = []
    hits = []
    people = [s for s in known if _bought(assistant, s, today)][:shoppers]
    for number, shopper in enumerate(people, start=1):
        asked = ask(assistant, shopper, OPEN_REQUEST)
        lists.append([asked.ids(K, dial) for dial in DIALS])
        bought = _bought(assistant, shopper, today)
        hits.append([float(not bought.isdisjoint(found)) for found in lists[-1]])
        if tell:
            tell("shoppers", number, len(people))
    return Sweep(np.array(rows).T, np.array(hits).T, _distances(lists))


def _agreement(assistant: Assistant, group: Wordings, shopper: str) -> list[float]:
    asked = [ask(assistant, shopper, message) for message in group.messages]
    found = []
    for dial in DIALS:
        lists = [a.ids(K, dial) for a in asked]
        found.append(mean(jaccard(a, b, K) for a, b in combinations(lists, 2)))
    return found


def _bought(assistant: Assistant, shopper: str, today: date) -> frozenset[str]:
    """What the shopper bought in the days after."""
    lines = assistant.search.purchases.history(shopper, today + timedelta(days=AHEAD))
    return frozenset(e.product_id for e in lines if e.at.date() >= today)


def _distances(lists: Sequence[Sequence[Sequence[str]]]) -> Floats:
    n = len(lists)
    found = np.zeros((len(DIALS), n, n))
    for place in range(len(DIALS)):
        for i, j in combinations(range(n), 2):
            gap = 1.0 - jaccard(lists[i][place], lists[j][place], K)
            found[place, i, j] = found[place, j, i] = gap
    return found


def points(found: Sweep, seed: int) -> list[Point]:
    """Return a point for every position, with bands over resampled needs and shoppers."""
    best = int(found.hits.mean(axis=1).argmax())
    made = []
    for place, dial in enumerate(DIALS):
        agreement, *agreement_band = mean_interval(found.consistency[place], seed=seed)
        hits, *hits_band = mean_interval(found.hits[place], seed=seed)
        _, *lost = paired_difference(found.hits[place], found.hits[best], seed=seed)
        made.append(
            Point(
                dial,
                agreement,
                _mean_distance(found.distance[place]),
                hits,
                _band(agreement_band),
                distance_band(found.distance[place], seed),
                _band(hits_band),
                found.consistency.shape[1],
                found.hits.shape[1],
                _band(lost),
            )
        )
    return made


def _band(ends: Sequence[float]) -> Band:
    return ends[0], ends[1]


def _mean_distance(table: Floats) -> float:
    n = len(table)
    return float(table.sum() / (n * (n - 1))) if n > 1 else 0.0


def distance_band(table: Floats, seed: int) -> Band:
    """Return the 95% band of the mean distance over resampled shoppers.

    A shopper drawn twice is no pair with themselves.
    """
    n = len(table)
    if n < 2:
        return 0.0, 0.0
    rng = np.random.default_rng(seed)
    means = []
    for _ in range(RESAMPLES):
        drawn = rng.integers(0, n, size=n)
        pairs = drawn[:, None] != drawn[None, :]
        means.append(table[np.ix_(drawn, drawn)][pairs].mean() if pairs.any() else 0.0)
    return percentile_interval(means)
