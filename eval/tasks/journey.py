"""``eval run journey``: the last visit of each household of the default shop."""

from __future__ import annotations

from functools import cache

from eval.baselines.bm25 import HistoryText
from eval.baselines.chance import Chance
from eval.baselines.dense import Dense
from eval.baselines.gp_topfreq import GpTopFreq
from eval.baselines.learned import Learned, Taught
from eval.baselines.popularity import Popularity
from eval.baselines.sequential import CachedSequential
from eval.baselines.tuned import TunedEase, TunedFactors, TunedItemKnn
from eval.datasets import journey
from eval.datasets.journey import TABLES
from eval.datasets.split import Split
from eval.datasets.vectors import text_vectors
from eval.tasks.interface import TaskEntry
from eval.tasks.next_purchase import Contender, NextPurchase
from index.config import IndexConfig

SEQUENCES = {"length": 100, "batch": 64}
"""Households buy a hundred times what a reviewer does: longer pasts, fewer at once."""


def contenders(split: Split, seed: int) -> list[Contender]:
    """Return the baselines, ours last; ``all`` also has EASE with the history hidden."""
    everything = TABLES[0]
    vectors = cache(lambda: text_vectors(split))
    ease = TunedEase(split.tuning, everything, ridges=(200.0, 800.0, 3200.0, 12800.0))
    return [
        Contender(Chance(seed)),
        Contender(Popularity()),
        Contender(GpTopFreq()),
        Contender(TunedItemKnn(split.tuning, everything, neighbours=200)),
        Contender(TunedFactors(split.tuning, everything)),
        Contender(ease),
        Contender(ease, "ease-masked", hides_history=True, tables=frozenset({everything.name})),
        Contender(HistoryText(split.titles)),
        Contender(Dense(vectors, split.tuning, everything)),
        Contender(CachedSequential(IndexConfig().home, SEQUENCES, start=vectors)),
        Contender(Learned(Taught(split.products))),
    ]


def open_task(seed: int) -> NextPurchase:
    """Return the task with its baselines and ours."""
    split = journey.load()
    return NextPurchase(split, TABLES, contenders(split, seed), seed)


ENTRY = TaskEntry("journey", "the default shop: each household's last visit", open_task)
