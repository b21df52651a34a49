"""The model's score beside the ranker's: what helps is taken, what misleads weighs nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import cast

import pytest

from assistant.config import RankConfig
from assistant.rank import BlendRanker
from assistant.rank_lessons import Question
from assistant.score import TOGETHER, CandidateScorer
from assistant.types import Need, Profile
from eval.rank_scored import ALONE, WITH, WITHOUT, ask, chosen_weight, compare, helps
from index.types import Candidate, Hit, Product, Source
from tests.eval.test_rank_fit import question

WANTED = "p2"
QUESTIONS = [replace(question(n, ""), bought=frozenset({WANTED})) for n in range(30)]


class Says:
    """Scores a candidate of a need as a function says."""

    def __init__(self, worth: Callable[[str], float]) -> None:
        self.worth = worth
        self.most = 0

    def score(self, need: Need, profile: Profile, candidates: Sequence[Candidate]) -> list[float]:
        self.most = max(self.most, len(candidates))
        return [self.worth(c.product.id) for c in candidates]


def measured(worth: Callable[[str], float]) -> tuple[float, dict[tuple[str, str], float], bool]:
    scorer = cast(CandidateScorer, Says(worth))
    told: list[int] = []
    asked = ask(QUESTIONS, BlendRanker(RankConfig()), scorer, 0.6, told.append)
    assert told == list(range(1, 31))
    weight = chosen_weight(asked)
    rows = compare(asked, weight, seed=0)
    return weight, {(r.system, r.metric): r.value for r in rows}, helps(rows)


def test_compare_when_the_model_knows_then_it_weighs_and_helps() -> None:
    weight, found, better = measured(lambda id_: 5.0 * (id_ == WANTED))
    assert weight > 0
    assert better
    assert found[WITH, "ndcg@10"] == found[ALONE, "ndcg@10"] == 1.0
    assert found[WITH, "delta_ndcg@10"] == pytest.approx(1.0 - found[WITHOUT, "ndcg@10"])


def test_compare_when_the_model_misleads_then_it_weighs_nothing() -> None:
    weight, found, better = measured(lambda id_: -5.0 * (id_ == WANTED))
    assert (weight, better) == (0.0, False)
    assert found[WITH, "delta_ndcg@10"] == 0.0
    assert found[ALONE, "delta_ndcg@10"] < 0


def test_ask_when_there_are_many_candidates_then_only_the_best_are_scored() -> None:
    candidates = tuple(
        Candidate(Product(f"p{n:02}", f"P{n}", f"A{n}"), {Source.POPULAR: Hit(n + 1, 1.0)}, 0.0)
        for n in range(2 * TOGETHER)
    )
    profile = Profile("s", QUESTIONS[0].profile.as_of)
    asked = Question(Need(""), candidates, profile, frozenset({"p00"}))
    says = Says(lambda _: 0.0)
    (found,) = ask(
        [asked], BlendRanker(RankConfig()), cast(CandidateScorer, says), 0.6, lambda _: None
    )
    assert len(found.ids) == says.most == TOGETHER
    assert found.ids[0] == "p00"
