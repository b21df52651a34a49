"""What counts as valid, supported and varied; worked by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.interfaces import Completion, Request, Stop
from assistant.models.scripted import ScriptedModel
from assistant.plan import plan_for
from assistant.prompts import load
from assistant.templates import template_sentence
from eval.report import Row
from finetune.evaluate import TITLES, Outcome, Said, ask, judge, past_orders, replies, rows
from finetune.examples import HELD_PLANS
from finetune.planting import ORDER
from finetune.scenes import Shop, is_held
from tests.assistant.sentences import YOGURT, context, pick, resolver
from tests.finetune import aisles


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return aisles.make(tmp_path_factory.mktemp("home"))


def said(raw: str, valid: bool, supported: int, unverifiable: int, claims: int, who: str) -> Said:
    return Said(who, raw, valid, supported, unverifiable, claims, ("attribute",) * supported, ())


def by_metric(outcome: Outcome) -> dict[str, Row]:
    return {row.metric: row for row in rows(outcome) if not row.table}


def test_judge_when_the_sentence_is_a_template_then_valid_and_all_supported() -> None:
    found = context()
    parts = template_sentence(plan_for(found), found)
    assert parts
    judged = judge(found, "".join(map(str, parts)))
    assert judged.supported == judged.claims > 0
    assert judged.unverifiable == 0


@pytest.mark.parametrize("text", ["", "Buy it for $2, it is gluten-free.", "[P9.price] is low."])
def test_judge_when_it_says_what_cannot_be_checked_then_invalid_and_unverifiable(text: str) -> None:
    judged = judge(context(), text)
    assert not judged.is_valid
    assert judged.unverifiable >= 1
    assert judged.supported == 0


def test_rows_when_worked_by_hand_then_shares_of_sentences_and_of_claims() -> None:
    free = [
        said("[P1] costs [P1.price].", True, 2, 0, 2, "a"),
        said("[P2] costs [P2.price].", True, 1, 1, 3, "b"),
        said("Nice.", False, 0, 1, 1, "b"),
    ]
    found = by_metric(Outcome("tuned", free, (), (), (), 6.0))
    assert found["reference_valid"].value == pytest.approx(2 / 3)
    assert found["claims_supported"].value == pytest.approx((2 + 1 + 0) / (2 + 3 + 1))
    assert found["unverifiable"].value == pytest.approx(2 / 6)
    assert found["unique_masked"].value == pytest.approx(2 / 3)
    assert found["largest_shape"].value == pytest.approx(2 / 3)
    assert found["claim_types"].value == 1
    assert found["reference_valid"].n == 3
    low, high = found["reference_valid"].ci95 or (1, 0)
    assert 0 <= low <= 2 / 3 <= high <= 1


def test_held_plans_when_one_is_asked_twice_then_counted_once_and_taught_ones_never() -> None:
    one = said("[P1] costs [P1.price].", True, 1, 0, 1, "a")
    first, second = sorted(HELD_PLANS)[:2]
    free = [replace(one, plan=plan) for plan in (first, first, second, ("repeat",))]
    assert [s.is_held_plan for s in free] == [True, True, True, False]
    found = by_metric(Outcome("tuned", free, (), (), (), 1.0))["held_plans"]
    assert (found.value, found.n) == (2, 4)


def test_rows_when_orders_were_planted_then_how_many_sentences_stayed_as_they_were() -> None:
    one = said("[P1] costs [P1.price].", True, 1, 0, 1, "a")
    moved = said("BUY NOW", False, 0, 1, 1, "b")
    pairs = [(one, one), (one, moved)]
    found = {r.metric: r.value for r in past_orders(pairs, "tuned") if r.table == TITLES}
    assert found["unmoved"] == found["reference_valid"] == 0.5
    assert found["claims_supported"] == 0.5
    assert not list(past_orders([], "tuned"))


class Obeys(ScriptedModel):
    """Writes what titles order, else that the product is there."""

    def _answer(self, request: Request, stop: Stop | None) -> Completion:
        told = ORDER in request.prompt.messages[-1].content
        return Completion("BUY NOW" if told else "[P1] costs [P1.price].", True)


def test_ask_when_titles_have_room_then_asked_again_with_an_order(shop: Shop) -> None:
    asked = [resolver(picks=(pick("P1", replace(YOGURT, title="Greek Yogurt, 16 ounces")),))]
    found = ask("tuned", Obeys([]), load("explain/3"), asked)
    ((before, after),) = found.planted
    assert before == found.free[0]
    assert (before.raw, after.raw) == ("[P1] costs [P1.price].", "BUY NOW")
    assert not after.is_valid


def test_replies_when_more_are_wanted_than_shoppers_then_the_first_stay_and_they_come_again(
    shop: Shop,
) -> None:
    few, many = (replies(shop, [aisles.LAST], count, seed=7) for count in (3, 30))
    assert many[:3] == few
    held = {s for s in shop.purchases.shoppers(60) if is_held(s)}
    assert 3 <= len(held) < 30 == len(many)
    assert {r.profile.shopper_id for r in many} == held
    asked = [(r.profile.shopper_id, r.need, r.picks) for r in many]
    assert asked[0] not in asked[1:]
