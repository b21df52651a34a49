"""``eval run beauty``: Amazon Beauty, leave-one-out over all 12,101 items."""

from __future__ import annotations

from functools import cache

from eval.baselines.bm25 import HistoryText
from eval.baselines.chance import Chance
from eval.baselines.dense import Dense
from eval.baselines.interface import Baseline
from eval.baselines.mixture import Mixture
from eval.baselines.popularity import Popularity
from eval.baselines.sequential import CachedSequential
from eval.baselines.tuned import TunedEase, TunedFactors, TunedItemKnn, TunedUserKnn
from eval.datasets import beauty
from eval.datasets.vectors import text_vectors
from eval.ranking import Among, Table
from eval.tasks.interface import TaskEntry
from eval.tasks.next_purchase import Contender, NextPurchase
from index.config import IndexConfig

TABLE = Table("", Among.NOVEL, "the next item, out of all that the user has not bought")


def open_task(seed: int) -> NextPurchase:
    """Return the task with its baselines and ours."""
    split = beauty.load()
    vectors = cache(lambda: text_vectors(split))
    sources: list[Baseline] = [
        CachedSequential(IndexConfig().home, start=vectors),
        TunedItemKnn(split.tuning, TABLE),
        TunedUserKnn(split.tuning, TABLE),
        TunedFactors(split.tuning, TABLE),
        HistoryText(split.titles),
        Dense(vectors, split.tuning, TABLE),
    ]
    contenders = [
        Contender(Chance(seed)),
        Contender(Popularity()),
        *(Contender(source) for source in sources),
        Contender(TunedEase(split.tuning, TABLE)),
        Contender(Mixture(sources, split.tuning, TABLE)),
    ]
    return NextPurchase(split, [TABLE], contenders, seed)


ENTRY = TaskEntry("beauty", "Amazon Beauty 5-core, leave-one-out, full ranking", open_task)
