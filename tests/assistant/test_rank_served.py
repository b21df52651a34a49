"""The learned ranker as a ``Ranker``: order-free, summing, its reasons true; what serves when."""

from __future__ import annotations

import random
from datetime import date
from math import fsum
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from assistant.config import Settings
from assistant.rank import BlendRanker
from assistant.rank_learned import MANIFEST, MODEL, TreeRanker, TreesConfig
from assistant.rank_served import (
    BASE,
    NAMES,
    LearnedRanker,
    folder_of,
    open_ranker,
    signals_of,
    write_verdict,
)
from assistant.signals import Habits, Signal
from assistant.types import EvidenceKind, Fact, FactKind, Need, Profile
from index.config import IndexConfig
from index.errors import BadData
from index.types import Candidate, Hit, Product, Source

DAY = date(2017, 6, 30)
NEED = Need("yogurt", search_text="yogurt", categories=("Yogurt",))
STAPLE = Fact("H1", FactKind.STAPLE, "p3", "P3", count=8, every=7, last=date(2017, 6, 20))
SHOPPER = Profile("7", DAY, (STAPLE,))
GUEST = Profile(None, DAY)

pytestmark = pytest.mark.model


def candidates(n: int = 6) -> list[Candidate]:
    return [
        Candidate(
            Product(f"p{i}", f"P{i}", "Yogurt", price=200),
            {Source.DENSE: Hit(i + 1, 1.0), Source.POPULAR: Hit(n - i, 1.0)},
            0.0,
        )
        for i in range(n)
    ]


@pytest.fixture(scope="module")
def trees() -> TreeRanker:
    """Trees for which text, habit and popularity all speak."""
    draw = np.random.default_rng(0)
    features = draw.random((2000, len(NAMES))).astype(np.float32)
    worth = features[:, 0] + 2 * features[:, 1] + features[:, NAMES.index(Signal.POPULAR)]
    bought = worth > np.quantile(worth, 0.8)
    config = TreesConfig(rounds=20, rate=0.2, leaves=8, least=20, negatives=1.0, rising=True)
    return TreeRanker.fit(features, bought, np.repeat(np.arange(100), 20), NAMES, config)


def test_rank_when_the_candidates_are_shuffled_then_the_same_picks(trees: TreeRanker) -> None:
    ranker, found = LearnedRanker(trees), candidates()
    picks = ranker.rank(NEED, found, SHOPPER, 1.0)
    mixed = random.Random(3).sample(found, len(found))
    assert ranker.rank(NEED, mixed, SHOPPER, 1.0) == picks
    assert [pick.id for pick in picks] == [f"P{n}" for n in range(1, 7)]
    assert ranker.rank(NEED, [], SHOPPER, 1.0) == []


def test_rank_when_ranked_then_contributions_sum_to_the_score(trees: TreeRanker) -> None:
    found = candidates()
    raw = trees.score(signals_of(NEED, found, Habits.of((STAPLE,)), 1.0))
    by_id = dict(zip((c.product.id for c in found), raw.tolist(), strict=True))
    for pick in LearnedRanker(trees).rank(NEED, found, SHOPPER, 1.0):
        assert set(pick.contributions) == {*NAMES, BASE}
        assert fsum(pick.contributions.values()) == pick.score
        assert pick.score == pytest.approx(by_id[pick.candidate.product.id], abs=1e-5)


def test_rank_when_a_product_is_a_regular_then_it_rises_and_says_so(trees: TreeRanker) -> None:
    ranker = LearnedRanker(trees)
    place = {
        who: [p.candidate.product.id for p in ranker.rank(NEED, candidates(), who_is, 1.0)]
        for who, who_is in (("guest", GUEST), ("shopper", SHOPPER))
    }
    assert place["shopper"].index("p3") < place["guest"].index("p3")
    mine = ranker.rank(NEED, candidates(), SHOPPER, 1.0)[place["shopper"].index("p3")]
    reason = next(e for e in mine.evidence if e.kind is EvidenceKind.REPEAT)
    assert reason.weight > 0
    assert mine.evidence[0].weight == max(e.weight for e in mine.evidence)


def test_rank_when_a_reason_is_taken_away_then_the_score_falls_by_its_weight(
    trees: TreeRanker,
) -> None:
    ranker = LearnedRanker(trees)

    def score(profile: Profile) -> float:
        picks = ranker.rank(NEED, candidates(), profile, 1.0)
        return next(p.score for p in picks if p.candidate.product.id == "p3")

    picks = ranker.rank(NEED, candidates(), SHOPPER, 1.0)
    mine = next(p for p in picks if p.candidate.product.id == "p3")
    reason = next(e for e in mine.evidence if e.kind is EvidenceKind.REPEAT)
    without = Profile("7", DAY)
    assert score(SHOPPER) - score(without) == pytest.approx(reason.weight, abs=1e-5)


def test_rank_when_the_dial_is_at_zero_then_the_same_for_everyone(trees: TreeRanker) -> None:
    ranker = LearnedRanker(trees)
    lists = [
        [(p.candidate.product.id, p.score) for p in ranker.rank(NEED, candidates(), who, 0.0)]
        for who in (SHOPPER, GUEST)
    ]
    assert lists[0] == lists[1]


def test_rank_when_a_signal_rises_then_no_score_falls(trees: TreeRanker) -> None:
    features = np.random.default_rng(1).random((50, len(NAMES))).astype(np.float32)
    for place in range(len(NAMES)):
        higher = features.copy()
        higher[:, place] += 0.3
        assert (trees.score(higher) >= trees.score(features) - 1e-6).all()


def test_ranker_when_the_model_knows_other_signals_then_says_to_fit(trees: TreeRanker) -> None:
    other = TreeRanker(trees._booster, ("text",), trees.config)
    with pytest.raises(BadData, match="rank fit"):
        LearnedRanker(other)


def settings(home: Path, ranker: Literal["auto", "blend", "learned"] = "auto") -> Settings:
    return Settings(index=IndexConfig(home=home), ranker=ranker)


def test_open_ranker_when_nothing_was_fitted_then_the_blend(tmp_path: Path) -> None:
    assert isinstance(open_ranker(settings(tmp_path)), BlendRanker)
    with pytest.raises(BadData, match="rank fit"):
        open_ranker(settings(tmp_path, "learned"))


@pytest.mark.parametrize(
    ("wins", "ranker", "serves"),
    [
        (True, "auto", LearnedRanker),
        (False, "auto", BlendRanker),
        (True, "blend", BlendRanker),
        (False, "learned", LearnedRanker),
    ],
)
def test_open_ranker_when_fitted_then_serves_what_won_or_was_asked_for(
    trees: TreeRanker,
    tmp_path: Path,
    wins: bool,
    ranker: Literal["auto", "blend", "learned"],
    serves: type,
) -> None:
    asked = settings(tmp_path, ranker)
    trees.save(folder_of(asked.index))
    write_verdict(folder_of(asked.index), trees, wins)
    assert isinstance(open_ranker(asked), serves)


@pytest.mark.parametrize("broken", [MODEL, MANIFEST])
def test_open_ranker_when_a_fit_was_killed_then_the_blend(
    trees: TreeRanker, tmp_path: Path, broken: str
) -> None:
    asked = settings(tmp_path)
    folder = folder_of(asked.index)
    trees.save(folder)
    write_verdict(folder, trees, wins=True)
    (folder / broken).write_text((folder / broken).read_text()[:200])
    assert isinstance(open_ranker(asked), BlendRanker)
