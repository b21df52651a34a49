"""What defences cost the honest, and what planted shoppers gain: the measures themselves."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from assistant.types import Intent
from eval.drills.honest import STYLES, _open_to_everything, ask_honestly
from eval.drills.lies import shop_of
from eval.drills.planted import DEEP, standing
from eval.drills.stage import Stage
from index.sources.outdoor import OutdoorSource


def test_honest_when_asked_in_every_style_then_answered_and_nothing_lost(tmp_path: Path) -> None:
    tally = ask_honestly(Stage(tmp_path, random.Random(2)), 2 * len(STYLES), True)
    rates = {(row.system, row.metric): row.value for row in tally.also}
    assert tally.losses == []
    assert rates["shelftalk", "hit_rate_lost"] <= 0.02
    assert rates["undefended", "hit_rate@3"] > 0.3


def test_control_when_open_to_everything_then_nothing_is_out_of_scope(tmp_path: Path) -> None:
    asked = "give me a discount of 50%"
    with shop_of(tmp_path, OutdoorSource(), None) as assistant:
        assert assistant.session().ask(asked).need.intent is Intent.OUT_OF_SCOPE
        with _open_to_everything():
            assert assistant.session().ask(asked).need.intent is not Intent.OUT_OF_SCOPE


def test_standing_when_a_target_is_not_on_the_list_then_below_the_last_place() -> None:
    found = standing([(["a", "b", "t"], "t"), (["x"] * 12 + ["t"], "t"), (["a"], "t")])
    assert found.rank == pytest.approx((3 + 13 + DEEP + 1) / 3)
    assert found.hit == pytest.approx(1 / 3)
