"""Examples of the score job: what was bought after the day, asked as the assistant asks it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice, repeat
from pathlib import Path

import pytest

from assistant.consent import Purpose, Wish, WishBook, fact_key
from assistant.models.local_prompt import text_of
from assistant.prompts import load
from assistant.score import render_score
from assistant.types import Need
from finetune.build import WEEKS_BACK, Order, build
from finetune.examples import Example
from finetune.scenes import Shop, is_held
from finetune.scoring import (
    ORDERS,
    SPAN,
    Moment,
    aisle,
    candidates,
    moment,
    moments,
    refused,
    score_examples,
)
from index.database import Database
from index.errors import BadData
from tests.finetune.aisles import WIDE, make
from tests.finetune.test_examples import Plain

CUT = date(2017, 12, 3)
DAYS = [CUT - timedelta(days=7 * n) for n in (1, 2)]
TEMPLATE = load("score/1")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return make(tmp_path_factory.mktemp("aisles"))


@pytest.fixture(scope="module")
def found(shop: Shop) -> list[Example]:
    source = moments(shop, DAYS, held=False, seed=1)
    return list(score_examples(Plain(), TEMPLATE, shop, source, 240, 1))


def bought_by(shop: Shop, shopper: str, first: date, last: date) -> set[str]:
    events = shop.purchases.history(shopper, last)
    return {shop.products[e.product_id].title for e in events if e.at.date() >= first}


def test_examples_when_answered_then_yes_is_what_was_bought_in_the_week(
    shop: Shop, found: list[Example]
) -> None:
    assert len(found) == 240
    for example in found:
        if any(order in example.prompt for order in ORDERS):
            continue
        day = date.fromisoformat(example.as_of)
        bought = bought_by(shop, example.shopper, day, day + timedelta(days=SPAN))
        title = example.prompt.rpartition("user: ")[2].partition(";")[0]
        assert (title in bought) == (example.completion == "yes"), example


def test_examples_when_drawn_then_nothing_of_the_cut_or_later_and_nobody_who_is_held(
    shop: Shop, found: list[Example]
) -> None:
    assert all(date.fromisoformat(e.as_of) + timedelta(days=SPAN) <= CUT for e in found)
    assert not any(is_held(e.shopper) for e in found)
    assert any(is_held(s) for s in shop.purchases.shoppers())  # there was someone to leave out


def test_examples_when_counted_then_no_prompt_twice_and_more_no_than_yes(
    found: list[Example],
) -> None:
    assert len({e.prompt for e in found}) == len(found)
    assert 0.2 < sum(e.completion == "yes" for e in found) / len(found) < 0.5


def test_examples_when_of_one_moment_then_a_no_stood_in_the_aisle_of_a_yes(shop: Shop) -> None:
    for of in islice(moments(shop, DAYS, held=False, seed=1), 20):
        kinds = {e.plan[0] for e in score_examples(Plain(), TEMPLATE, shop, iter([of]), 9, 1)}
        assert "bought" in kinds
        assert kinds & {"same aisle", "bought before"}


def test_examples_when_shuffled_then_the_place_tells_nothing(found: list[Example]) -> None:
    first = {f"{e.shopper} {e.as_of}": e.completion for e in reversed(found)}
    share = sum(answer == "yes" for answer in first.values()) / len(first)
    assert 0.15 < share < 0.65  # of those that come first; all of them if nothing were shuffled


def test_examples_when_an_order_is_planted_then_the_answer_is_what_it_was(
    found: list[Example],
) -> None:
    planted = [e for e in found if "planted" in e.plan]
    assert planted
    assert all(any(order.split()[0] in e.prompt for order in ORDERS) for e in planted)
    for example in planted:
        assert (example.completion == "yes") == (example.plan[0] == "bought")


def test_prompt_when_made_then_what_the_assistant_would_ask(shop: Shop) -> None:
    of = the_moment(shop)
    by_title = {p.title: p for p in shop.products.values()}
    for example in score_examples(Plain(), TEMPLATE, shop, repeat(of), 12, 3):
        if "planted" in example.plan or "popular" not in example.prompt:
            continue
        title = example.prompt.rpartition("user: ")[2].partition(";")[0]
        (candidate,) = candidates(shop, of, [by_title[title]])
        needs = [Need(""), *map(aisle, of.bought)]
        asked = [text_of(Plain(), render_score(TEMPLATE, n, of.profile, candidate)) for n in needs]
        assert example.prompt in asked


def the_moment(shop: Shop) -> Moment:
    found = moment(shop, "s1", DAYS[0])
    assert found
    return found


def test_moment_when_taken_then_the_past_ends_at_its_day(shop: Shop) -> None:
    of = the_moment(shop)
    assert {p.id for p in of.bought} == {"Yogurt-1", "Soup-5"}  # not the beer
    assert of.rhythms["Yogurt-1"].count == 21
    assert of.profile.as_of == DAYS[0]
    past = bought_by(shop, "s1", date.min, DAYS[0])
    assert {f.product_title for f in of.profile.facts if f.product_title} <= past


def test_refused_when_asked_then_nothing_that_was_bought(shop: Shop) -> None:
    of = the_moment(shop)
    assert not {p.id for p in refused(shop, of, "Yogurt")} & of.ids
    assert len(refused(shop, of, "Yogurt")) == 24


def test_moments_when_someone_does_not_want_to_teach_then_they_do_not(tmp_path: Path) -> None:
    shop = make(tmp_path)
    who = next(moments(shop, DAYS, held=False, seed=1)).profile.shopper_id
    assert who
    WishBook(Database(shop.purchases.database.path)).add(who, Wish.OFF, Purpose.LEARN)
    asked: Iterator[Moment] = moments(shop, DAYS, held=False, seed=1)
    assert who not in {m.profile.shopper_id for m in asked}


def test_moment_when_something_is_to_be_forgotten_then_it_teaches_nothing(tmp_path: Path) -> None:
    shop = make(tmp_path)
    book = WishBook(Database(shop.purchases.database.path))
    before = moment(shop, "s3", DAYS[0])
    assert before
    yogurt = f"Yogurt-{3 % WIDE}"
    assert yogurt in before.ids & set(before.rhythms)
    book.add("s3", Wish.FORGET, f"product:{yogurt}")
    book.add("s3", Wish.FORGET, "price_band")
    after = moment(shop, "s3", DAYS[0])
    assert after
    assert yogurt not in after.ids | set(after.rhythms)
    keys = set(map(fact_key, after.profile.facts))
    assert keys < set(map(fact_key, before.profile.facts))
    assert not {f"product:{yogurt}", "category:Yogurt", "price_band"} & keys


def test_build_when_the_template_scores_then_the_card_says_so(shop: Shop, tmp_path: Path) -> None:
    card = build(shop, Plain(), [(TEMPLATE, 60)], Order(CUT), tmp_path / "data")
    assert card["share_by_job"] == {"score": 1.0}
    assert card["answers"]["yes"] + card["answers"]["no"] == pytest.approx(1)
    first = CUT - timedelta(days=SPAN * WEEKS_BACK)
    assert all(first.isoformat() <= day < CUT.isoformat() for day in card["days"])


def test_build_when_no_examples_are_made_for_a_job_then_told(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(BadData, match="sum/1"):
        build(shop, Plain(), [(replace(TEMPLATE, name="sum/1"), 9)], Order(CUT), tmp_path / "data")


def test_examples_when_the_seed_is_the_same_then_the_same(shop: Shop) -> None:
    def once(seed: int) -> list[Example]:
        source = moments(shop, DAYS, held=False, seed=seed)
        return list(score_examples(Plain(), TEMPLATE, shop, source, 40, seed))

    assert once(5) == once(5) != once(6)
