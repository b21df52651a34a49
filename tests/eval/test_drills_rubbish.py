"""The rubbish that a shop is fed: the same again, taken by no shop, believed by the control."""

from __future__ import annotations

import random
from dataclasses import asdict
from pathlib import Path

from eval.drills.rows import feed_rows, unfit
from eval.drills.rubbish import LONG, message, mutated
from eval.drills.stage import Stage
from index.types import Product


def test_rubbish_when_drawn_with_the_same_seed_then_the_same() -> None:
    row = {"id": "a", "price": 3, "title": "Tent"}
    one, other = (
        [repr(mutated(random.Random(seed), row, {})) for seed in range(50)] for _ in range(2)
    )
    assert one == other
    assert len(set(one)) > 40
    said = [message(random.Random(seed), ["a tent for two"]) for seed in range(2000)]
    assert len(set(said)) > 1500
    assert max(map(len, said)) > LONG / 2


def test_unfit_when_a_product_is_sound_then_nothing_else_a_fault_each() -> None:
    sound = Product("a", "Tent", "Tents", price=2500)
    assert unfit(asdict(sound)) == []
    for spoiled in ({"title": "Te\x00nt"}, {"price": -1}, {"rating": float("nan")}, {"id": ""}):
        assert len(unfit({**asdict(sound), **spoiled})) >= 1


def test_rows_when_fed_then_only_the_control_takes_them(tmp_path: Path) -> None:
    defended, control = (
        feed_rows(Stage(tmp_path, random.Random(3)), 300, kept) for kept in (True, False)
    )
    assert defended.losses == []
    assert defended.tried == 300
    assert control.lost > 50
