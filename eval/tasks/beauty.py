"""``eval run beauty``: Amazon Beauty, leave-one-out over all 12,101 items."""

from __future__ import annotations

from eval.baselines.bm25 import HistoryText
from eval.baselines.chance import Chance
from eval.baselines.popularity import Popularity
from eval.baselines.tuned import TunedEase, TunedItemKnn
from eval.datasets import beauty
from eval.ranking import Among, Table
from eval.tasks.interface import TaskEntry
from eval.tasks.next_purchase import Contender, NextPurchase

TABLE = Table("", Among.NOVEL, "the next item, out of all that the user has not bought")


def open_task(seed: int) -> NextPurchase:
    """Return the task with its baselines."""
    split = beauty.load()
    contenders = [
        Contender(Chance(seed)),
        Contender(Popularity()),
        Contender(TunedItemKnn(split.tuning, TABLE)),
        Contender(TunedEase(split.tuning, TABLE)),
        Contender(HistoryText(split.titles)),
    ]
    return NextPurchase(split, [TABLE], contenders, seed)


ENTRY = TaskEntry("beauty", "Amazon Beauty 5-core, leave-one-out, full ranking", open_task)
