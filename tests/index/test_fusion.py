from __future__ import annotations

import doctest
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import index.fusion
from index.fusion import reciprocal_rank_fusion

RANKINGS = st.lists(st.lists(st.sampled_from("abcdefgh"), unique=True), max_size=6)


def test_fusion_when_documented_then_true() -> None:
    assert doctest.testmod(index.fusion).failed == 0


def test_fusion_when_two_rankings_then_as_on_paper() -> None:
    fused = {s.id: s.score for s in reciprocal_rank_fusion([["a", "b"], ["b", "c"]])}
    assert fused == pytest.approx({"a": 1 / 61, "b": 1 / 62 + 1 / 61, "c": 1 / 62})


def test_fusion_when_weighted_then_the_heavier_first() -> None:
    assert reciprocal_rank_fusion([["a"], ["b"]], [0.2, 1.0])[0].id == "b"


def test_fusion_when_weights_are_too_few_then_raises() -> None:
    with pytest.raises(ValueError):
        reciprocal_rank_fusion([["a"], ["b"]], [1.0])


@given(RANKINGS, st.integers(0, 99))
def test_fusion_when_rankings_are_shuffled_then_same(rankings: list[list[str]], seed: int) -> None:
    shuffled = random.Random(seed).sample(rankings, len(rankings))
    assert reciprocal_rank_fusion(shuffled) == reciprocal_rank_fusion(rankings)


@given(RANKINGS)
def test_fusion_when_an_empty_ranking_joins_then_same(rankings: list[list[str]]) -> None:
    assert reciprocal_rank_fusion([*rankings, []]) == reciprocal_rank_fusion(rankings)


@given(RANKINGS)
def test_fusion_when_done_then_every_id_once_best_first(rankings: list[list[str]]) -> None:
    fused = reciprocal_rank_fusion(rankings)
    assert sorted(s.id for s in fused) == sorted({i for r in rankings for i in r})
    assert fused == sorted(fused, key=lambda s: (-s.score, s.id))


@given(st.lists(st.sampled_from("abcdefgh"), unique=True))
def test_fusion_when_one_ranking_then_its_order(ranking: list[str]) -> None:
    assert [s.id for s in reciprocal_rank_fusion([ranking])] == ranking
