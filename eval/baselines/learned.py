"""Ours: trees over every source, learned from earlier visits as if they were the next one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.rank_learned import TreeRanker, TreesConfig
from index.collaborative.histories import Floats, Histories, Ints
from index.collaborative.pairs import PairSources
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
    products
        For kinds, categories, labels and prices; what is missing says nothing.
    config
        Of the first ranker; the second differs in its objective.
    visits
        Visits a shopper that the rankers learn from.
    a_day
        A day in units of the histories' moments.
    """

    name = "shelftalk"

    def __init__(
        self,
        products: Mapping[str, Product],
        config: TreesConfig | None = None,
        visits: int = 2,
        a_day: int = MICROSECONDS_A_DAY,
    ) -> None:
        self._products = products
        self._config = config or TreesConfig(objective="lambdarank")
        self._visits, self._a_day = visits, a_day
        self.chosen = ""
        """What was learned from what; said in the report."""

    def fit(self, train: Histories) -> None:
        """Learn the rankers, then the sources anew from the whole lesson.

        Raises
        ------
        BadData
            Nobody bought a candidate in a visit after another: there is nothing to learn.
        """
        shelf = Shelf.of(train.items, self._products)
        before = PairSources(train.earlier(self._visits), shelf, train, self._a_day)
        lessons = Lessons.of(
            _lesson(before, train, ahead, rows)
            for ahead in range(self._visits)
            for rows in _blocks(np.flatnonzero(train.visits() > ahead + 1))
        )
        chance = self._config.model_copy(update={"objective": "binary"})
        self._order = lessons.learned(self._config)
        self._new = lessons.learned(chance)
        self._sources = PairSources(train, shelf, train, self._a_day)
        self.chosen = (
            f"shelftalk: {self._config.rounds} trees by LambdaRank over {len(self._order.names)} "
            f"features, learned from {len(lessons.sizes)} earlier visits; {_leading(self._order)}; "
            f"the new ones among themselves by log loss; {_leading(self._new)}"
        )

    def score(self, histories: Histories) -> Floats:
        scores = np.full(histories.shape, NEVER, dtype=np.float32)
        for rows in _blocks(np.arange(len(histories.shoppers))):
            past = histories.take(rows)
            pairs = self._sources.pairs(past)
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
    def of(cls, parts: Iterable[Lessons]) -> Lessons:
        """Put lessons together; ``BadData`` where they teach nothing."""
        found = list(parts)
        if not any(part.bought.any() for part in found):
            raise BadData(
                "No shopper came back for anything that could have been foretold, so there is "
                "nothing to learn a ranking from.",
                "Use a catalogue with purchases on several occasions.",
            )
        return cls(
            np.concatenate([part.features for part in found]),
            np.concatenate([part.bought for part in found]),
            found[0].names,
            np.concatenate([part.sizes for part in found]),
        )

    def learned(self, config: TreesConfig) -> TreeRanker:
        """Fit a ranker."""
        question = np.repeat(np.arange(len(self.sizes)), self.sizes)
        return TreeRanker.fit(self.features, self.bought, question, self.names, config)


def _lesson(sources: PairSources, train: Histories, ahead: int, rows: Ints) -> Lessons:
    """Take these shoppers' visit with ``ahead`` visits after it for the next one."""
    pairs = sources.pairs(train.earlier(ahead + 1).take(rows))
    whole = train.take(rows)
    next_one = whole.step == ahead
    taken = np.zeros(whole.shape, dtype=bool)
    taken[whole.row[next_one], whole.column[next_one]] = True
    sizes = np.bincount(pairs.row, minlength=len(rows))
    return Lessons(pairs.features, taken[pairs.row, pairs.column], pairs.names, sizes)


def _leading(ranker: TreeRanker) -> str:
    most = list(ranker.importances().items())[:4]
    return "most telling: " + ", ".join(f"{name} {share:.0%}" for name, share in most)


def _blocks(rows: Ints) -> Iterator[Ints]:
    for start in range(0, len(rows), BLOCK):
        yield rows[start : start + BLOCK]
