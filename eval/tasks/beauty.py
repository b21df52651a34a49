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
from eval.datasets.split import Split
from eval.datasets.vectors import embedded
from eval.ranking import Among, Table
from eval.tasks.interface import TaskEntry
from eval.tasks.next_purchase import Contender, NextPurchase
from index.collaborative.histories import Floats
from index.config import IndexConfig
from index.encoders.sentence import open_encoder
from index.text import product_text

TABLE = Table("", Among.NOVEL, "the next item, out of all that the user has not bought")


def open_task(seed: int) -> NextPurchase:
    """Return the task with its baselines and ours."""
    split = beauty.load()
    home = IndexConfig().home

    @cache
    def vectors() -> Floats:
        return text_vectors(split)

    sources: list[Baseline] = [
        CachedSequential(home, start=vectors),
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


def text_vectors(split: Split) -> Floats:
    """Return a vector an item: title, category and brand. Made at the first use, and kept.

    *Shape:* (items, dimension).
    """
    config = IndexConfig()
    products = split.products
    texts = [product_text(products[i]) if i in products else "" for i in split.test.train.items]
    return embedded(texts, open_encoder(config), config.home)


ENTRY = TaskEntry("beauty", "Amazon Beauty 5-core, leave-one-out, full ranking", open_task)
