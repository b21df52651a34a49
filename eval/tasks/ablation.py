"""``eval run ablation``: ours in the default shop, and what each part of it carries."""

from __future__ import annotations

from eval.baselines.learned import Learned, Taught
from eval.datasets import journey
from eval.datasets.journey import TABLES
from eval.summary import OURS, WITHOUT
from eval.tasks.interface import TaskEntry
from eval.tasks.next_purchase import Contender, NextPurchase
from index.collaborative.pairs import PARTS


def open_task(seed: int) -> NextPurchase:
    """Return the task: ours whole, then fitted anew without each part."""
    split = journey.load()
    taught = Taught(split.products)
    contenders = [Contender(Learned(taught), OURS)]
    contenders += [Contender(Learned(taught, without=part), f"{WITHOUT}{part}") for part in PARTS]
    return NextPurchase(split, TABLES, contenders, seed)


ENTRY = TaskEntry(
    "ablation", "the default shop again, ours without each source and group of signals", open_task
)
