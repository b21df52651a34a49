"""The clock over many shoppers."""

from __future__ import annotations

import pytest

from assistant.config import Settings
from eval.benchmarks.batch import draw, run
from index.catalogue import Catalogue
from index.config import IndexConfig
from index.errors import TellPerson


@pytest.mark.model
def test_run_when_without_turns_then_picks_are_timed_and_targets_read(settings: Settings) -> None:
    measured = run(settings, ranked=2, turns=0)
    assert {row.metric for row in measured.rows} == {"rank_s_per_1000", "doubling_ratio"}
    assert all(row.value > 0 for row in measured.rows)
    assert {target.metric for target in measured.targets()} >= {"rank_s_per_1000"}


def test_draw_when_the_same_seed_then_the_same_shoppers_and_never_one_twice(
    shop: IndexConfig,
) -> None:
    catalogue = Catalogue.open(shop)
    assert draw(catalogue, 3, 1) == draw(catalogue, 3, 1)
    assert len(set(draw(catalogue, 3, 1)["shopper_id"].to_pylist())) == 3
    with pytest.raises(TellPerson, match="The shop knows"):
        draw(catalogue, 10_000, 1)
    catalogue.close()
