"""What a ranker may learn from: facts before the day, purchases after it, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant.consent import Wish, WishBook
from assistant.rank_lessons import Question, questions
from index import open_search
from index.build import catalogue_texts, embed
from index.config import IndexConfig
from index.purchases import Purchases
from index.search import Search
from tests.index.small_shop import TODAY, WordEncoder, bought, make_shop

DAY = TODAY - timedelta(days=8)


@pytest.fixture
def config(tmp_path: Path) -> IndexConfig:
    return make_shop(tmp_path)


@pytest.fixture
def search(config: IndexConfig) -> Iterator[Search]:
    embed(catalogue_texts(config), WordEncoder(), config.vectors, config.text_template)
    purchases = Purchases.open(config, readonly=False)
    purchases.add([*bought("s2", "bread", 40, 30, 20), *bought("s2", "nameless", 1)])
    purchases.close()
    with open_search(config, chroma=False, encoder=WordEncoder()) as found:
        yield found


def asked(search: Search, day: date = DAY, limit: int = 9) -> dict[str, list[Question]]:
    found: dict[str, list[Question]] = {}
    for question in questions(search, day, limit):
        found.setdefault(question.profile.shopper_id or "", []).append(question)
    return found


def test_questions_when_asked_then_only_who_bought_before_and_within_the_week(
    search: Search,
) -> None:
    assert set(asked(search)) == {"s1", "s2"}
    assert len(list(asked(search, limit=1))) == 1


def test_questions_when_asked_then_answers_lie_after_and_facts_before_the_day(
    search: Search,
) -> None:
    for of_shopper in asked(search).values():
        for question in of_shopper:
            assert question.profile.as_of == DAY
            assert all(f.last is None or f.last < DAY for f in question.profile.facts)
            assert question.bought
            assert question.bought <= {c.product.id for c in question.candidates}
    open_one, aisle = asked(search)["s1"]
    assert open_one.need.search_text == ""
    assert open_one.bought == {"oat", "bread"}
    assert aisle.need.categories in {("Milk",), ("Bread",)}


def test_questions_when_something_is_to_be_forgotten_then_it_asks_and_answers_nothing(
    search: Search, config: IndexConfig
) -> None:
    before = asked(search)["s1"][0]
    assert before.bought == {"oat", "bread"}
    with closing(WishBook.open(config)) as book:
        book.add("s1", Wish.FORGET, "product:bread")
        assert asked(search)["s1"][0].bought == {"oat"}
        book.add("s1", Wish.FORGET, "product:oat")
    assert "s1" not in asked(search)


def test_questions_when_purchases_of_the_week_change_then_no_candidate_or_fact_does(
    search: Search, config: IndexConfig
) -> None:
    """A product that only the answer's week knows is planted: nothing but answers may move."""
    before = asked(search)["s1"][0]
    writer = Purchases.open(config, readonly=False)
    writer.add(bought("s1", "milk", 8, 7, 6, 5))
    writer.close()
    after = asked(search)["s1"][0]
    assert after.profile == before.profile
    assert [(c.product.id, c.hits) for c in after.candidates] == [
        (c.product.id, c.hits) for c in before.candidates
    ]


def test_questions_when_drawn_again_then_the_same(search: Search) -> None:
    assert list(questions(search, DAY, 9)) == list(questions(search, DAY, 9))
    assert list(questions(search, TODAY + timedelta(days=30), 9)) == []
