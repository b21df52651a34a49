"""Ours in the journey table: the same laws as a baseline, the same leakage test."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.rank_learned import TreesConfig
from eval.baselines.learned import Learned, Taught, places_swapped
from eval.baselines.tuned import TunedFactors
from eval.datasets.split import Split
from eval.ranking import Among, Table, rank
from index.collaborative.factors import FactorsConfig
from index.errors import BadData
from tests.eval import shop

CONFIG = TreesConfig(objective="lambdarank", rounds=5, least=1, leaves=4, negatives=1.0)


def fitted(split: Split) -> Learned:
    learned = Learned(Taught({}, visits=1, a_day=1), CONFIG)
    learned.fit(split.test.train)
    return learned


def test_places_swapped_when_ordered_anew_then_each_row_keeps_its_scores() -> None:
    scores = np.array([5, 4, 1, 2, 3], dtype=np.float32)
    order = np.array([0, 9, 1, 1, 2], dtype=np.float32)
    row = np.array([0, 0, 1, 1, 1])
    assert places_swapped(scores, order, row).tolist() == [4, 5, 2, 1, 3]


@pytest.mark.model
def test_learned_when_scored_then_a_case_alone_gets_the_same() -> None:
    split = shop.split()
    learned = fitted(split)
    past = split.test.questions.histories
    together = learned.score(past)
    assert together.shape == (5, len(shop.ITEMS))
    assert not np.isnan(together).any()
    assert np.isneginf(together[:, shop.ITEMS.index("ghost")]).all()
    for row in range(past.shape[0]):
        np.testing.assert_allclose(learned.score(past.take([row]))[0], together[row], rtol=1e-5)
    assert "earlier visits" in learned.chosen


@pytest.mark.model
@pytest.mark.parametrize("among", list(Among))
def test_learned_when_item_is_planted_after_the_cut_then_never_surfaces(among: Among) -> None:
    """Everybody buys the ghost in the last visit, which is the test: nothing may know of it."""
    planted = {
        shopper: [*baskets[:-1], baskets[-1] + "g"]
        for shopper, baskets in shop.VISITS.items()
        if len(baskets) > 1
    }
    split = shop.split(planted)
    learned = fitted(split)
    questions = split.test.questions
    assert all(shop.ITEMS.index("ghost") in targets for targets in questions.targets)
    scores = learned.score(questions.histories)
    for answer in rank(scores, questions, Table("", among, ""), k=len(shop.ITEMS)):
        assert "ghost" not in answer.picks


@pytest.mark.model
def test_learned_when_the_planted_visit_is_in_the_lesson_then_the_guard_would_notice() -> None:
    split = shop.split()
    learned = Learned(Taught({}, visits=1, a_day=1), CONFIG)
    learned.fit(shop.histories({**shop.VISITS, "ann": ["ab", "abg", "ab"]}))
    scores = learned.score(split.test.questions.histories)
    assert not np.isneginf(scores[:, shop.ITEMS.index("ghost")]).all()


@pytest.mark.model
def test_factors_when_tuned_then_a_row_like_any_other() -> None:
    split = shop.split()
    table = Table("all", Among.ANY, "")
    mf = TunedFactors(split.tuning, table, FactorsConfig(factors=3, rounds=3))
    mf.fit(split.test.train)
    past = split.test.questions.histories
    together = mf.score(past)
    assert np.isneginf(together[:, shop.ITEMS.index("ghost")]).all()
    for row in range(past.shape[0]):
        np.testing.assert_allclose(mf.score(past.take([row]))[0], together[row], rtol=1e-4)
    assert "validation NDCG@10" in mf.chosen


def test_learned_when_nobody_came_back_then_says_so() -> None:
    lesson = shop.histories({"ann": ["ab"], "bob": ["c"]})
    with pytest.raises(BadData, match="nothing to learn"):
        Learned(Taught({}, visits=1, a_day=1), CONFIG).fit(lesson)
