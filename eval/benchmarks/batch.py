"""How long many shoppers take: picks without the model, and whole turns with it."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random
from typing import Any

import pyarrow as pa

from assistant.config import ModelConfig, Settings
from eval.batch import MESSAGE, SHOPPER, Recommend
from eval.report import Measurement, Row
from index.catalogue import Catalogue
from index.errors import TellPerson
from index.purchases import Purchases

ASKED = ("what should I buy again this week?", "yogurt", "something for dinner under 8 dollars")
"""In turn, so that repeat, named and open requests are all timed."""
RANKED, TURNS = 1000, 200
"""Shoppers that the targets speak of; fewer are measured and multiplied up."""


def run(settings: Settings, ranked: int = RANKED, turns: int = TURNS, seed: int = 0) -> Measurement:
    """Pick for so many shoppers, for half of them before, and answer so many whole turns.

    Raises
    ------
    TellPerson
        The shop knows fewer shoppers.
    """
    catalogue = Catalogue.open(settings.index)
    dataset = catalogue.dataset()
    table = draw(catalogue, max(ranked, turns), seed)
    catalogue.close()
    without = settings.model_copy(update={"model": ModelConfig(backend="none")})
    half, whole = timed(Recommend(without, words=False), table, ranked // 2, ranked)
    rows = [
        Row("rank_s_per_1000", whole * RANKED / ranked, n=ranked),
        Row("doubling_ratio", whole / half, n=ranked),
    ]
    if turns:
        (spent,) = timed(Recommend(settings), table, turns)
        rows.append(Row("turns_s_per_200", spent * TURNS / turns, n=turns))
    return Measurement(
        command="bench batch",
        rows=rows,
        protocol={"ranked": ranked, "turns": turns, "messages": list(ASKED)},
        dataset=dataset,
        seed=seed,
    )


def draw(catalogue: Catalogue, count: int, seed: int) -> pa.Table:
    """Draw shoppers, each with a message."""
    known = sorted(Purchases(catalogue.database).shoppers())
    if len(known) < count:
        raise TellPerson(
            f"The shop knows {len(known)} shoppers, and {count} were asked for.",
            "Ask for fewer with --shoppers and --turns.",
        )
    messages = [ASKED[number % len(ASKED)] for number in range(count)]
    return pa.table({SHOPPER: Random(seed).sample(known, count), MESSAGE: messages})


def timed(function: Recommend, table: pa.Table, *counts: int) -> list[float]:
    """Seconds for the first so many shoppers, the shop being open."""
    try:
        function(table.slice(table.num_rows - 1))
        return [_seconds(function, table.slice(0, count)) for count in counts]
    finally:
        function.close()


def _seconds(function: Callable[[Any], Any], batch: pa.Table) -> float:
    start = time.perf_counter()
    function(batch)
    return time.perf_counter() - start
