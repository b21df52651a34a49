"""Recurrence, trends, user-kNN and the table of pairs, on shops worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from index.collaborative.histories import Histories
from index.collaborative.pairs import PARTS, PairSources
from index.collaborative.recurrence import LONG_AGO, Recurrence
from index.collaborative.shelf import Shelf
from index.collaborative.trend import Trend
from index.collaborative.user_knn import UserKnn, UserKnnConfig
from index.types import Product

ITEMS = ("a", "b", "c", "d", "e")


def histories(*shoppers: list[tuple[int, str]], asked: int | None = None) -> Histories:
    """(day, letters) a visit; a day is one moment long."""
    events = [
        (row, ITEMS.index(letter), day)
        for row, visits in enumerate(shoppers)
        for day, basket in visits
        for letter in basket
    ]
    row, column, moment = zip(*events, strict=True) if events else ((), (), ())
    names = [f"s{n}" for n in range(len(shoppers))]
    return Histories.from_events(names, ITEMS, row, column, moment, asked)


def test_histories_when_cut_earlier_then_asked_at_the_first_visit_that_is_gone() -> None:
    past = histories([(1, "a"), (4, "b"), (9, "c")], [(5, "a")], [])
    assert past.asked.tolist() == [9, 5, 0]
    assert past.earlier(2).asked.tolist() == [4, 5, 0]
    assert past.earlier(2).moment.tolist() == [1]
    assert past.take([1, 0]).asked.tolist() == [5, 9]
    assert past.visits().tolist() == [3, 1, 0]


def test_recurrence_when_bought_every_ten_days_then_due_after_ten() -> None:
    past = histories([(0, "ab"), (10, "a"), (20, "a")], [], asked=30)
    found = Recurrence.of(past, np.arange(5), 5, a_day=1)
    assert found.lines[0].tolist() == [3, 1, 0, 0, 0]
    assert found.days[0].tolist() == [3, 1, 0, 0, 0]
    assert found.since[0].tolist() == [10, 30, LONG_AGO, LONG_AGO, LONG_AGO]
    assert found.visits_since[0, :2].tolist() == [0, 2]
    assert found.every[0, 0] == 10
    assert found.due[0, 0] == 1
    assert np.isnan(found.every[0, 1:]).all()
    assert found.by_visit[0, 0] == pytest.approx(1 + 0.9 + 0.9**2)
    assert found.fading_60[0, 1] == pytest.approx(0.5 ** (30 / 60))
    assert np.isnan(found.due[1]).all()


def test_recurrence_when_grouped_then_lines_of_the_group_add_up() -> None:
    past = histories([(0, "ab"), (2, "b")], asked=4)
    found = Recurrence.of(past, np.array([0, 0, 1, 1, 1]), 2, a_day=1)
    assert found.lines.tolist() == [[3, 0]]
    assert found.days.tolist() == [[2, 0]]


def test_trend_when_asked_for_a_day_then_only_what_lies_before_it_counts() -> None:
    trend = Trend.fit(histories([(3, "a"), (5, "a")], [(5, "b")]), half_life=2, a_day=1)
    before = trend.before(np.array([2, 3, 4, 5, 6, 8, 100]))
    half = 0.5 ** (1 / 2)
    assert before[:2].tolist() == [[0] * 5, [0] * 5]
    assert before[2, 0] == pytest.approx(half)
    assert before[3].tolist() == pytest.approx([half**2, 0, 0, 0, 0])
    assert before[4].tolist() == pytest.approx([half**3 + half, half, 0, 0, 0])
    assert before[5, 1] == pytest.approx(half**3)
    assert before[6].max() < 1e-9


def test_trend_when_nobody_bought_anything_then_nothing() -> None:
    assert Trend.fit(histories([]), 10.0, 1).before(np.array([7])).tolist() == [[0] * 5]


def test_user_knn_when_scored_then_is_the_share_of_the_likest_who_bought_it() -> None:
    train = histories([(0, "ab")], [(0, "ac")], [(0, "d")])
    model = UserKnn.fit(train, UserKnnConfig(decay=1.0, neighbours=2))
    scores = model.score_matrix(histories([(0, "e")], [(0, "a")], [(0, "ac")]))
    assert np.isneginf(scores[0]).all()
    # s1 is no neighbour of itself: only s0 is like "a".
    assert scores[1, :2].tolist() == [1, 1]
    assert np.isneginf(scores[1, 2:]).all()
    near, nearer = 1 / 2, 1.0  # cosine of "ac" with "ab" and, as another shopper, with "ac"
    assert scores[2, :3] == pytest.approx([1, near / (near + nearer), nearer / (near + nearer)])


def products(*known: Product) -> dict[str, Product]:
    return {product.id: product for product in known}


SHOP = products(
    Product("a", "A", "Milk", price=200, store_brand=True),
    Product("b", "B", "Milk", price=400, store_brand=False),
    Product("c", "C", "Bread", price=None),
)
PAST = ([(0, "ab"), (3, "a"), (6, "a")], [(0, "ac"), (4, "c")], [(1, "bd")])


@pytest.mark.parametrize("known", [{}, SHOP], ids=["bare", "described"])
def test_pairs_when_made_then_a_row_a_candidate_and_a_case_alone_is_the_same(
    known: dict[str, Product],
) -> None:
    past = histories(*PAST, asked=9)
    sources = PairSources(past, Shelf.of(ITEMS, known), a_day=1)
    together = sources.pairs(past)
    assert together.features.shape == (len(together.row), len(together.names))
    assert not np.isinf(together.features).any()
    assert ITEMS.index("e") not in together.column
    for row in range(3):
        alone = sources.pairs(past.take([row]))
        np.testing.assert_array_equal(alone.column, together.column[together.row == row])
        np.testing.assert_allclose(
            alone.features, together.features[together.row == row], rtol=1e-5
        )


def test_pairs_when_described_then_taste_is_by_hand() -> None:
    past = histories(*PAST, asked=9)
    found = PairSources(past, Shelf.of(ITEMS, SHOP), a_day=1).pairs(past)
    mine = (found.row == 0) & (found.column == 1)
    of = dict(zip(found.names, found.features[mine][0].tolist(), strict=True))
    assert of["frequency"] == pytest.approx(1 / 3)
    assert of["share_of_kind"] == pytest.approx(1 / 4)
    assert of["label_fit"] == pytest.approx(1 - 3 / 4)
    usual = (3 * np.log(200) + np.log(400)) / 4
    assert of["price_step"] == pytest.approx(np.log(400) - usual, rel=1e-5)
    assert of["usual_gap"] > 0


def test_pairs_when_an_item_is_bought_on_the_day_asked_or_later_then_no_feature_moves() -> None:
    """Everyone buys everything after the question: what the trees see stays the same."""
    past = histories(*PAST, asked=9)
    later = histories(*[[*visits, (9, "abcd"), (12, "abcd")] for visits in PAST], asked=9)
    shelf = Shelf.of(ITEMS, SHOP)
    clean = PairSources(past, shelf, a_day=1).pairs(past)
    planted = PairSources(past, shelf, timely=later, a_day=1).pairs(past)
    np.testing.assert_array_equal(clean.column, planted.column)
    np.testing.assert_allclose(clean.features, planted.features, rtol=1e-5)


@pytest.mark.parametrize("shoppers", [[], [[]], [[(0, "a")]]], ids=["nobody", "new", "one"])
def test_pairs_when_the_shop_is_tiny_then_still_a_table(
    shoppers: list[list[tuple[int, str]]],
) -> None:
    past = histories(*shoppers, asked=3)
    found = PairSources(past, Shelf.of(ITEMS, {}), a_day=1).pairs(past)
    assert set(found.column.tolist()) <= {0}
    assert found.features.shape[0] == len(found.row)


@pytest.mark.parametrize("part", list(PARTS))
def test_pairs_when_a_part_is_taken_away_then_neither_its_candidates_nor_its_features(
    part: str,
) -> None:
    past = histories([(0, "ab"), (3, "a")], [(1, "bc"), (2, "c")], [(1, "de"), (2, "d")])
    whole = PairSources(past, Shelf.of(ITEMS, SHOP), a_day=1).pairs(past)
    less = whole.without(part)
    gone = set(whole.names) - set(less.names)
    assert gone
    assert all(name.startswith(PARTS[part]) for name in gone)
    assert not {"item_lines", "item_knn", "kind_lines"} & gone or part in {
        "habit",
        "item-knn",
        "kind",
    }
    found = set(zip(less.row.tolist(), less.column.tolist(), strict=True))
    rest = [of_it for name, of_it in whole.proposed.items() if name != part]
    wanted = {
        (r, c)
        for n, (r, c) in enumerate(zip(whole.row.tolist(), whole.column.tolist(), strict=True))
        if any(of_it[n] for of_it in rest)
    }
    assert found == wanted
    assert {(0, 0), (0, 1), (1, 1), (2, 3)} <= found  # what they bought stays
    assert less.features.shape == (len(less.row), len(less.names))


def test_parts_when_put_together_then_every_feature_is_in_one() -> None:
    past = histories([(0, "ab"), (3, "a")])
    names = PairSources(past, Shelf.of(ITEMS, SHOP), a_day=1).pairs(past).names
    begins = tuple(name for part in PARTS.values() for name in part)
    assert [name for name in names if not name.startswith(begins)] == []
