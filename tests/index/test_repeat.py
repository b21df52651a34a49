from __future__ import annotations

import doctest
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

import index.collaborative.repeat
from index.collaborative.popularity import Popularity
from index.collaborative.repeat import Repeat, rhythms
from index.types import Interaction, Scored

TODAY = date(2017, 12, 31)


def bought(product: str, *days_ago: int, shopper: str = "s") -> list[Interaction]:
    return [
        Interaction(i, shopper, product, datetime(2017, 12, 31) - timedelta(days=d, hours=-9))
        for i, d in enumerate(days_ago)
    ]


def test_rhythm_when_documented_then_true() -> None:
    assert doctest.testmod(index.collaborative.repeat).failed == 0


def test_rhythm_when_bought_weekly_then_count_interval_and_days_since() -> None:
    rhythm = rhythms(bought("milk", 22, 15, 8, 8), TODAY)["milk"]
    assert (rhythm.count, rhythm.every, rhythm.since) == (3, 7, 8)


def test_rhythm_when_events_are_not_before_the_day_then_ignored() -> None:
    assert rhythms(bought("milk", 0, -3), TODAY) == {}


def test_repeat_when_due_then_before_what_was_just_bought() -> None:
    history = bought("milk", 21, 14, 7) + bought("eggs", 15, 8, 1)
    assert [s.id for s in Repeat().recommend(history, TODAY, 5)] == ["milk", "eggs"]


def test_repeat_when_bought_once_then_after_a_regular() -> None:
    history = bought("cake", 2) + bought("milk", 16, 9, 2)
    assert [s.id for s in Repeat().recommend(history, TODAY, 5)] == ["milk", "cake"]


def test_repeat_when_history_is_empty_then_empty() -> None:
    assert Repeat().recommend([], TODAY, 5) == []


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(-3, 60)), max_size=40),
    st.integers(0, 5),
    st.none() | st.frozensets(st.sampled_from("abcdefg")),
)
def test_repeat_when_asked_then_at_most_k_allowed_best_first(
    lines: list[tuple[str, int]], k: int, allowed: frozenset[str] | None
) -> None:
    history = [event for product, ago in lines for event in bought(product, ago)]
    found = Repeat().recommend(history, TODAY, k, allowed)
    ids = [s.id for s in found]
    assert len(ids) <= k
    assert len(set(ids)) == len(ids)
    assert found == sorted(found, key=lambda s: (-s.score, s.id))
    assert allowed is None or set(ids) <= allowed
    assert all(s.score > 0 for s in found)


def test_popularity_when_one_buys_often_then_counted_once() -> None:
    events = bought("milk", 1, 2, 3) + bought("eggs", 1) + bought("eggs", 1, shopper="t")
    model = Popularity.fit(events, TODAY, half_life=60, trusted=0)
    expected = [Scored("eggs", 2 * 0.5 ** (1 / 60)), Scored("milk", 0.5 ** (1 / 60))]
    assert model.recommend([], TODAY, 5) == expected


def test_popularity_when_newcomers_crowd_on_a_product_then_no_more_than_is_usual() -> None:
    kinds = ("tea", "salt", "rice", "jam")
    regulars = [bought(kind, 200, 10, shopper=f"r{n}") for n in range(8) for kind in kinds]
    guests = [bought("tea", 10, shopper="new")]
    planted = [bought("soap", 15, 10, shopper=f"p{n}") for n in range(20)]
    events = [event for one in regulars + guests + planted for event in one]
    for today in (TODAY, TODAY + timedelta(days=300)):
        defended = Popularity.fit(events, today).recommend([], today, 5)
        assert [s.id for s in defended] == ["tea", "jam", "rice", "salt", "soap"]
        control = Popularity.fit(events, today, trusted=0).recommend([], today, 5)
        assert control[0].id == "soap"


def test_popularity_when_everybody_is_new_then_they_count_alike() -> None:
    events = bought("eggs", 1) + bought("eggs", 1, shopper="t") + bought("milk", 1, shopper="u")
    assert [s.id for s in Popularity.fit(events, TODAY).recommend([], TODAY, 2)] == ["eggs", "milk"]


def test_popularity_when_long_ago_then_less() -> None:
    events = bought("old", 120) + bought("new", 60)
    found = Popularity.fit(events, TODAY, half_life=60, trusted=0).recommend([], TODAY, 5)
    assert found == [Scored("new", 0.5), Scored("old", 0.25)]


def test_popularity_when_events_are_not_before_the_cut_then_unknown() -> None:
    assert Popularity.fit(bought("milk", 0, -5), TODAY).recommend([], TODAY, 5) == []


def test_popularity_when_allowed_then_only_from_it() -> None:
    model = Popularity.fit(bought("a", 1) + bought("b", 2) + bought("c", 3), TODAY)
    assert [s.id for s in model.recommend([], TODAY, 1, frozenset("cb"))] == ["b"]
