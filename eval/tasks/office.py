"""``eval run office``: Amazon Office, split by time, on validation-period evidence only."""

from __future__ import annotations

from eval.baselines.bm25 import HistoryText
from eval.baselines.chance import Chance
from eval.baselines.dense import Dense
from eval.baselines.interface import Baseline
from eval.baselines.mixture import Mixture
from eval.baselines.popularity import Popularity
from eval.baselines.tuned import TunedEase, TunedFactors, TunedItemKnn, TunedUserKnn
from eval.datasets import office
from eval.datasets.vectors import text_vectors
from eval.ranking import Among, Table
from eval.tasks.interface import TaskEntry
from eval.tasks.next_purchase import Contender, NextPurchase

TABLE = Table("", Among.ANY, "the next item, out of the whole catalogue")


def open_task(seed: int) -> NextPurchase:
    """Return the task with its baselines and ours."""
    split = office.load()
    sources: list[Baseline] = [
        TunedItemKnn(split.tuning, TABLE),
        TunedEase(split.tuning, TABLE),
        TunedUserKnn(split.tuning, TABLE),
        TunedFactors(split.tuning, TABLE),
        HistoryText(split.titles),
    ]
    contenders = [
        Contender(Chance(seed)),
        Contender(Popularity()),
        *(Contender(source) for source in sources),
        Contender(Dense(lambda: text_vectors(split), split.tuning, TABLE)),
        Contender(Mixture(sources, split.tuning, TABLE)),
    ]
    return NextPurchase(split, [TABLE], contenders, seed)


ENTRY = TaskEntry("office", "Amazon Office, validation-period evidence, full ranking", open_task)
