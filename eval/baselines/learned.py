"""Ours: trees over every source, learned from earlier visits as if they were the next one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.rank_learned import TreeRanker, TreesConfig
from index.collaborative.histories import Floats, Histories, Ints
from index.collaborative.pairs import Pairs, PairSources
from index.collaborative.shelf import Shelf
from index.collaborative.top import NEVER
from index.collaborative.trend import MICROSECONDS_A_DAY
from index.errors import BadData
from index.types import Product

BLOCK = 256
"""Shoppers whose pairs are made at once."""


class Learned:
    """A ``Baseline``, though ours: the sources' candidates in the order of two ``TreeRanker``s.

    One ranker (LambdaRank) orders everything. Among what the shopper never bought, the other
    (log loss) orders better, for a list's first places are mostly taken by what is bought
    again and teach the first little about the rest; so the new products of a shopper change
    places among themselves as the second says, and the places stay.

    The rankers learn from each shopper's last ``visits`` visits of the lesson, one after the
    other taken for the next one; the models that speak then have learned only from what lies
    before all of these. For the test they learn from the whole lesson.

    Parameters
    ----------
    taught
        What is learned from; several may share it.
    config
        Of the first ranker; the second differs in its objective.
    without
        A part that is taken away, for the ablation: one of ``index.collaborative.pairs.PARTS``.
    """

    name = "shelftalk"

    def __init__(
        self, taught: Taught, config: TreesConfig | None = None, without: str | None = None
    ) -> None:
        self._taught = taught
        self._config = config or TreesConfig(objective="lambdarank")
        self._without = without
        self.chosen = ""
        """What was learned from what; said in the report."""

    def fit(self, train: Histories) -> None:
        """Learn the rankers, then the sources anew from the whole lesson.

        Raises
        ------
        BadData
            Nobody bought a candidate in a visit after another: there is nothing to learn.
        """
        lessons = Lessons.of(
            lesson.without(self._without) if self._without else lesson
            for lesson in self._taught.lessons(train)
        )
        chance = self._config.model_copy(update={"objective": "binary"})
        self._order = lessons.learned(self._config)
        self._new = lessons.learned(chance)
        self._sources = self._taught.sources(train)
        self.chosen = (
            f"{self.name}: {self._config.rounds} trees by LambdaRank over "
            f"{len(self._order.names)} features, learned from {len(lessons.sizes)} earlier visits; "
            f"{_leading(self._order)}; "
            f"the new ones among themselves by log loss; {_leading(self._new)}"
        )

    def score(self, histories: Histories) -> Floats:
        scores = np.full(histories.shape, NEVER, dtype=np.float32)
        for rows in _blocks(np.arange(len(histories.shoppers))):
            past = histories.take(rows)
            pairs = self._sources.pairs(past)
            if self._without:
                pairs = pairs.without(self._without)
            new = past.seen().toarray()[pairs.row, pairs.column] == 0
            found = self._order.score(pairs.features)
            found[new] = places_swapped(
                found[new], self._new.score(pairs.features[new]), pairs.row[new]
            )
            scores[rows[pairs.row], pairs.column] = found
        return scores


def places_swapped(scores: Floats, order: Floats, row: Ints) -> Floats:
    """Give out each row's scores anew, the highest to the first by ``order``, ties as they stand.

    *Shape:* (pairs,) each.

    >>> places_swapped(np.array([3, 1, 2]), np.array([0.1, 0.2, 0.3]), np.array([0, 0, 0])).tolist()
    [1, 2, 3]
    """
    swapped = np.empty_like(scores)
    swapped[np.lexsort((-order, row))] = scores[np.lexsort((-scores, row))]
    return swapped


class Taught:
    """Candidates before the last visits of a lesson, and the sources, made once for each lesson.

    Parameters
    ----------
    products
        For kinds, categories, labels and prices; what is missing says nothing.
    visits
        Visits a shopper that the rankers learn from.
    a_day
        A day in units of the histories' moments.
    """

    def __init__(
        self,
        products: Mapping[str, Product],
        visits: int = 2,
        a_day: int = MICROSECONDS_A_DAY,
    ) -> None:
        self._products = products
        self._visits, self._a_day = visits, a_day
        self._train: Histories | None = None

    def lessons(self, train: Histories) -> Sequence[Lesson]:
        """Return the candidates before earlier visits, as the sources of then put them forward."""
        self._learn(train)
        return self._lessons

    def sources(self, train: Histories) -> PairSources:
        """Return the sources, learned from the whole lesson."""
        self._learn(train)
        return self._sources

    def _learn(self, train: Histories) -> None:
        if self._train is train:
            return
        shelf = Shelf.of(train.items, self._products)
        before = PairSources(train.earlier(self._visits), shelf, train, self._a_day)
        self._lessons = [
            _lesson(before, train, ahead, rows)
            for ahead in range(self._visits)
            for rows in _blocks(np.flatnonzero(train.visits() > ahead + 1))
        ]
        self._sources = PairSources(train, shelf, train, self._a_day)
        self._train = train


@dataclass(frozen=True, slots=True)
class Lesson:
    """Candidates before some visits, and which of them were bought."""

    pairs: Pairs
    bought: NDArray[np.bool_]
    """*Shape:* (visits, items)."""

    def without(self, part: str) -> Lesson:
        """Take a part away (see ``Pairs.without``)."""
        return Lesson(self.pairs.without(part), self.bought)


@dataclass(frozen=True, slots=True)
class Lessons:
    """Candidates before many visits, and which of them were bought."""

    features: Floats
    """*Shape:* (pairs, names)."""
    bought: NDArray[np.bool_]
    names: tuple[str, ...]
    sizes: Ints
    """Candidates of each visit. *Shape:* (visits,)."""

    @classmethod
    def of(cls, lessons: Iterable[Lesson]) -> Lessons:
        """Put lessons together; ``BadData`` where they teach nothing."""
        parts = list(lessons)
        bought = [part.bought[part.pairs.row, part.pairs.column] for part in parts]
        if not any(of_it.any() for of_it in bought):
            raise BadData(
                "No shopper came back for anything that could have been foretold, so there is "
                "nothing to learn a ranking from.",
                "Use a catalogue with purchases on several occasions.",
            )
        return cls(
            np.concatenate([part.pairs.features for part in parts]),
            np.concatenate(bought),
            parts[0].pairs.names,
            np.concatenate(
                [np.bincount(part.pairs.row, minlength=len(part.bought)) for part in parts]
            ),
        )

    def learned(self, config: TreesConfig) -> TreeRanker:
        """Fit a ranker."""
        question = np.repeat(np.arange(len(self.sizes)), self.sizes)
        return TreeRanker.fit(self.features, self.bought, question, self.names, config)


def _lesson(sources: PairSources, train: Histories, ahead: int, rows: Ints) -> Lesson:
    """Take these shoppers' visit with ``ahead`` visits after it for the next one."""
    pairs = sources.pairs(train.earlier(ahead + 1).take(rows))
    whole = train.take(rows)
    next_one = whole.step == ahead
    taken = np.zeros(whole.shape, dtype=bool)
    taken[whole.row[next_one], whole.column[next_one]] = True
    return Lesson(pairs, taken)


def _leading(ranker: TreeRanker) -> str:
    most = list(ranker.importances().items())[:4]
    return "most telling: " + ", ".join(f"{name} {share:.0%}" for name, share in most)


def _blocks(rows: Ints) -> Iterator[Ints]:
    for start in range(0, len(rows), BLOCK):
        yield rows[start : start + BLOCK]
