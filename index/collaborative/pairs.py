"""Shopper and product side by side: what every source says of a pair that may be a purchase."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from index.collaborative.ease import Ease, EaseConfig
from index.collaborative.histories import Floats, Histories, Ints
from index.collaborative.item_knn import ItemKnn, ItemKnnConfig
from index.collaborative.recurrence import Recurrence
from index.collaborative.shelf import Shelf
from index.collaborative.trend import MICROSECONDS_A_DAY, Trend
from index.collaborative.user_knn import UserKnn

SHORT, LONG = 14.0, 60.0
"""Half-lives of the two trends, in days."""
NEW_ONES = 60
"""Products a source may put forward that the shopper never bought."""
PRIOR_GAP, PRIOR_GAPS = 40.0, 5.0
"""Days between two purchases of a product that nobody bought twice, and how firmly."""


PARTS: Mapping[str, tuple[str, ...]] = {
    "item-knn": ("item_knn",),
    "ease": ("ease",),
    "user-knn": ("user_knn",),
    "trend": ("trend_short", "trend_long", "trend"),
    "habit": ("item_", "frequency", "share_of_kind", "bought_again", "usual_gap", "usually_due"),
    "kind": ("kind_", "category_", "share_of_kind"),
    "taste": ("own_label", "label_fit", "log_price", "price_step"),
    "visits": ("visits", "basket", "since_visit", "visit_every"),
}
"""What an ablation takes away: a name to its features, or to how they begin (``_``)."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidates of many shoppers, sorted by row, then column."""

    row: Ints
    """Of the histories. *Shape:* (pairs,)."""
    column: Ints
    """*Shape:* (pairs,)."""
    features: Floats
    """*Shape:* (pairs, features); not a number where there is nothing to say."""
    names: tuple[str, ...]
    proposed: Mapping[str, NDArray[np.bool_]]
    """Which pairs each part put forward, and the shopper's own ``history``. *Shape:* (pairs,)."""

    def without(self, part: str) -> Pairs:
        """Return what there would be without one of ``PARTS``: its features, and what nothing
        else put forward.
        """
        rest = [pairs for name, pairs in self.proposed.items() if name != part]
        kept = np.logical_or.reduce(rest)
        gone = PARTS[part]
        columns = [
            n
            for n, name in enumerate(self.names)
            if name not in gone and not name.startswith(tuple(g for g in gone if g[-1] == "_"))
        ]
        return Pairs(
            self.row[kept],
            self.column[kept],
            self.features[kept][:, columns],
            tuple(self.names[n] for n in columns),
            {name: pairs[kept] for name, pairs in self.proposed.items() if name != part},
        )


class PairSources:
    """Every source of candidates and of features, learned from one lesson.

    Candidates are all that the shopper bought before and the ``NEW_ONES`` best of each of
    item-kNN, EASE, user-kNN and the short trend; nothing that stands in no lesson. What
    changes with time is read strictly before the day on which the shopper is asked about.
    """

    def __init__(
        self, train: Histories, shelf: Shelf, timely: Histories | None = None,
        a_day: int = MICROSECONDS_A_DAY,
    ) -> None:  # fmt: skip
        """Learn.

        Parameters
        ----------
        train
            What the models learn from: nothing that lies after a question.
        timely
            What trends are counted from; may reach further, since only what lies before the
            day of the question is read. ``None`` is ``train``.
        a_day
            A day in units of the histories' moments.
        """
        self._shelf, self._a_day = shelf, a_day
        self._known = train.known()
        self._item_knn = ItemKnn.fit(train, ItemKnnConfig(decay=0.9, shrink=20, neighbours=200))
        self._ease = Ease.fit(train, EaseConfig(ridge=3200))
        self._user_knn = UserKnn.fit(train)
        timely = timely or train
        self._trends = [Trend.fit(timely, half, a_day) for half in (SHORT, LONG)]
        self._again, self._gap = _habits_of_all(train, a_day)

    def pairs(self, past: Histories) -> Pairs:
        """Return the candidates of these shoppers with their features."""
        scores = {
            "item_knn": self._item_knn.score_matrix(past),
            "ease": self._ease.score_matrix(past),
            "user_knn": self._user_knn.score_matrix(past),
        }
        days = past.asked // self._a_day
        short, long = (trend.before(days) for trend in self._trends)
        seen = past.seen().toarray() > 0
        open_to = self._known & ~seen
        forward = {"history": seen & self._known} | {
            name: _best(np.where(open_to, score, -np.inf).astype(np.float32))
            for name, score in (*scores.items(), ("trend", short))
        }
        row, column = np.nonzero(np.logical_or.reduce(list(forward.values())))
        columns: dict[str, NDArray[np.floating]] = {}
        for name, score in scores.items():
            said = score[row, column]
            columns[name] = np.where(np.isneginf(said), np.float32(np.nan), said)
        columns["trend_short"] = short[row, column]
        columns["trend_long"] = long[row, column]
        columns["trend"] = short[row, column] / np.maximum(long[row, column], 1e-3)
        columns |= self._of_shopper(past, row) | self._of_past(past, row, column)
        table = np.stack(list(columns.values()), axis=1).astype(np.float32)
        proposed = {name.replace("_", "-"): of_it[row, column] for name, of_it in forward.items()}
        return Pairs(row, column, table, tuple(columns), proposed)

    def _of_shopper(self, past: Histories, row: Ints) -> dict[str, NDArray[np.floating]]:
        """What is the same for every product: how much and how often this shopper shops."""
        nothing = np.zeros(len(past.items), dtype=np.int64)
        whole = Recurrence.of(past, nothing, 1, self._a_day)
        visits = np.maximum(past.visits(), 1)
        return {
            "visits": visits[row],
            "basket": (whole.lines[:, 0] / visits)[row],
            "since_visit": whole.since[row, 0],
            "visit_every": whole.every[row, 0],
        }

    def _of_past(self, past: Histories, row: Ints, column: Ints) -> dict[str, NDArray[np.floating]]:
        """What the shopper's own purchases say of the product, its kind and its category."""
        shelf, a_day = self._shelf, self._a_day
        every_item = np.arange(len(past.items))
        item = Recurrence.of(past, every_item, len(past.items), a_day)
        kind = Recurrence.of(past, shelf.kind, shelf.kinds, a_day)
        category = Recurrence.of(past, shelf.category, shelf.categories, a_day)
        found = {
            **_picked("item", item, row, column),
            **_picked("kind", kind, row, shelf.kind[column]),
            **_picked("category", category, row, shelf.category[column]),
        }
        visits, lines = np.maximum(past.visits(), 1)[row], past.counts().sum(axis=1).A1[row]
        return found | {
            "frequency": found["item_lines"] / visits,
            "share_of_kind": found["item_lines"] / np.maximum(found["kind_lines"], 1),
            "kind_share": found["kind_lines"] / np.maximum(lines, 1),
            "category_share": found["category_lines"] / np.maximum(lines, 1),
            "bought_again": self._again[column],
            "usual_gap": self._gap[column],
            "usually_due": found["item_since"] / self._gap[column],
            **self._of_taste(past, row, column),
        }

    def _of_taste(
        self, past: Histories, row: Ints, column: Ints
    ) -> dict[str, NDArray[np.floating]]:
        """How the label and the price suit what the shopper takes otherwise."""
        shelf = self._shelf
        own, price = shelf.own_label[past.column], shelf.log_price[past.column]
        labelled, priced = ~np.isnan(own), ~np.isnan(price)
        rows, width = len(past.shoppers), shelf.categories
        share = _mean(past.row[labelled], own[labelled], rows)[row]
        aisle = past.row * width + shelf.category[past.column]
        usual = _mean(aisle[priced], price[priced], rows * width)
        return {
            "own_label": shelf.own_label[column],
            "label_fit": np.abs(1 - shelf.own_label[column] - share),
            "log_price": shelf.log_price[column],
            "price_step": shelf.log_price[column] - usual[row * width + shelf.category[column]],
        }


def _picked(
    name: str, found: Recurrence, row: Ints, group: Ints
) -> dict[str, NDArray[np.floating]]:
    return {
        f"{name}_{field.name}": getattr(found, field.name)[row, group] for field in fields(found)
    }


def _mean(key: Ints, values: Floats, size: int) -> Floats:
    """Return the mean of each key; not a number where it has no value. *Shape:* (size,)."""
    count = np.bincount(key, minlength=size)
    total = np.bincount(key, values, size)
    found = np.full(size, np.nan)
    np.divide(total, count, out=found, where=count > 0)
    return found.astype(np.float32)


def _best(scores: Floats) -> NDArray[np.bool_]:
    """Mark each row's best above 0. *Shape:* (shoppers, items), both."""
    wanted = min(NEW_ONES, scores.shape[1])
    found = np.zeros(scores.shape, dtype=bool)
    if not scores.size:
        return found
    best = np.argpartition(-scores, wanted - 1, axis=1)[:, :wanted]
    hits = np.take_along_axis(scores, best, axis=1) > 0
    row, place = np.nonzero(hits)
    found[row, best[row, place]] = True
    return found


def _habits_of_all(train: Histories, a_day: int) -> tuple[Floats, Floats]:
    """Return the share of an item's buyers who came back for it, and their usual days between.

    Both lean on a prior, the less the more is known. *Shape:* (items,) each.
    """
    items = len(train.items)
    key, day = train.row * items + train.column, train.moment // a_day
    order = np.lexsort((day, key))
    key, day = key[order], day[order]
    gap = day[1:] - day[:-1]
    again = (key[1:] == key[:-1]) & (gap > 0)
    column = key[1:][again] % items if items else key[:0]
    times = np.bincount(column, minlength=items)
    logs = np.bincount(column, np.log(gap[again]), items)
    usual = np.exp((logs + PRIOR_GAPS * np.log(PRIOR_GAP)) / (times + PRIOR_GAPS))
    buyers = np.bincount(np.unique(key) % max(items, 1), minlength=items)
    back = np.bincount(np.unique(key[1:][again]) % max(items, 1), minlength=items)
    return ((back + 1) / (buyers + 10)).astype(np.float32), usual.astype(np.float32)
