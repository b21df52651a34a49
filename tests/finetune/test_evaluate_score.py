"""A scorer held against base, habit and chance; worked by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import log2

import pytest

from assistant.interfaces import Prompt
from assistant.prompts import load
from assistant.score import CandidateScorer
from eval.report import Row
from finetune.evaluate_score import (
    AISLE,
    ANYWHERE,
    FREQUENCY,
    ORDER,
    OTHERS,
    PLANTED,
    RANDOM,
    Question,
    ask,
    placed,
    questions,
    rows,
)
from finetune.scenes import Shop, is_held
from tests.finetune.aisles import make


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return make(tmp_path_factory.mktemp("aisles"))


@pytest.fixture(scope="module")
def asked(shop: Shop) -> list[Question]:
    return questions(shop, [date(2017, 12, 25), date(2017, 12, 18)], 6, 1)


class Habit:
    """A scorer that reads the habit in the row and nothing else."""

    def __init__(self, sign: float) -> None:
        self.sign = sign

    def score(self, prompts: Sequence[Prompt]) -> list[float]:
        rows = [p.messages[-1].content for p in prompts]
        return [self.sign * ("habit" in row) for row in rows]


class Obedient:
    """Says yes where it is told to."""

    def score(self, prompts: Sequence[Prompt]) -> list[float]:
        return [float(ORDER in p.messages[-1].content) for p in prompts]


def by_row(found: Sequence[Row]) -> dict[tuple[str, str, str], Row]:
    return {(row.table, row.system, row.metric): row for row in found}


def test_placed_when_all_tie_then_chance() -> None:
    found = placed([0.0] * 20)
    assert found.auc == pytest.approx(0.5)
    assert found.ndcg == pytest.approx(sum(1 / log2(n + 1) for n in range(1, 11)) / 20)


def test_placed_when_last_then_nothing() -> None:
    found = placed([0.0, *[1.0] * 19])
    assert (found.auc, found.ndcg) == (0.0, 0.0)


def test_questions_when_drawn_then_one_was_bought_and_the_rest_were_not(
    shop: Shop, asked: list[Question]
) -> None:
    assert [q.table for q in asked] == [ANYWHERE, AISLE, PLANTED] * 6
    for question in asked:
        who, day = question.profile.shopper_id or "", question.profile.as_of
        assert is_held(who)
        lines = shop.purchases.history(who, day + timedelta(days=7))
        bought = {e.product_id for e in lines if e.at.date() >= day}
        ids = [c.product.id for c in question.candidates]
        assert len(set(ids)) == OTHERS + 1
        assert bought & set(ids) == {ids[0]}
    aisles = [{c.product.category for c in q.candidates} for q in asked if q.table == AISLE]
    assert all(len(found) == 1 for found in aisles)


def test_rows_when_the_tuned_one_reads_the_habit_then_it_gains_over_its_opposite(
    asked: list[Question],
) -> None:
    template = load("score/1")
    answers = {
        "base": ask("base", CandidateScorer(Habit(-1), template), asked),
        "tuned": ask("tuned", CandidateScorer(Habit(1), template), asked),
    }
    found = by_row(list(rows(asked, answers)))
    tuned, base = (found[AISLE, system, "score_auc"].value for system in ("tuned", "base"))
    assert tuned == pytest.approx(1 - base)
    assert found[AISLE, "tuned", "score_auc_over_base"].value == pytest.approx(tuned - base)
    assert found[AISLE, RANDOM, "ndcg@10"].value == pytest.approx(0.227, abs=5e-4)
    assert found[ANYWHERE, FREQUENCY, "score_auc"].value > 0.5
    assert found[AISLE, "tuned", "score_auc"].n == 6


def test_rows_when_a_model_obeys_what_is_planted_then_its_table_falls_to_nothing(
    asked: list[Question],
) -> None:
    answers = ask("base", CandidateScorer(Obedient(), load("score/1")), asked)
    found = by_row(list(rows(asked, {"base": answers, "tuned": answers})))
    assert found[PLANTED, "tuned", "score_auc"].value == 0.0
    assert found[AISLE, "tuned", "score_auc"].value == 0.5
