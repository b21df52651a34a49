"""Histories in columns, the cut of a score matrix, and the two models that use them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.collaborative.ease import Ease, EaseConfig
from index.collaborative.histories import Histories
from index.collaborative.item_knn import ItemKnn, ItemKnnConfig
from index.collaborative.top import best_of_row, top_columns
from index.types import Interaction

ITEMS = ("a", "b", "c", "d", "e")
START = datetime(2024, 1, 1, 9)


def histories(*baskets_by_shopper: list[str], items: tuple[str, ...] = ITEMS) -> Histories:
    """One string of letters a visit: ``["ab", "c"]`` bought a and b, then c."""
    events = [
        (row, items.index(letter), moment)
        for row, baskets in enumerate(baskets_by_shopper)
        for moment, basket in enumerate(baskets)
        for letter in basket
    ]
    row, column, moment = zip(*events, strict=True) if events else ((), (), ())
    names = [f"s{n}" for n in range(len(baskets_by_shopper))]
    return Histories.from_events(names, items, row, column, moment)


def lines(*baskets: str, shopper: str = "s0") -> list[Interaction]:
    return [
        Interaction(n, shopper, letter, START + timedelta(days=day))
        for day, basket in enumerate(baskets)
        for n, letter in enumerate(basket)
    ]


def test_histories_when_built_then_steps_count_later_visits() -> None:
    past = histories(["ab", "c", "a"], [], ["d"])
    assert past.row.tolist() == [0, 0, 0, 0, 2]
    assert past.column.tolist() == [0, 1, 2, 0, 3]
    assert past.step.tolist() == [2, 2, 1, 0, 0]
    assert past.counts().toarray()[0].tolist() == [2, 1, 1, 0, 0]
    assert past.seen().toarray()[0].tolist() == [1, 1, 1, 0, 0]
    assert past.decayed(0.5).toarray()[0].tolist() == [0.25 + 1, 0.25, 0.5, 0, 0]
    assert past.known().tolist() == [True, True, True, True, False]


def test_histories_when_taken_then_these_rows_in_this_order() -> None:
    part = histories(["a"], [], ["b", "c"], ["d"]).take([2, 1, 0])
    assert part.shoppers == ("s2", "s1", "s0")
    assert part.counts().toarray().tolist() == [[0, 1, 1, 0, 0], [0] * 5, [1, 0, 0, 0, 0]]
    assert part.step.tolist() == [1, 0, 0]
    assert part.take([]).shape == (0, 5)


def test_histories_when_cut_earlier_then_the_last_visits_are_gone() -> None:
    past = histories(["ab", "c", "d"], ["e"]).earlier(1)
    assert past.column.tolist() == [0, 1, 2]
    assert past.step.tolist() == [1, 1, 0]
    assert past.shape == (2, 5)


def test_histories_when_from_sequences_then_each_event_is_a_visit() -> None:
    past = Histories.from_sequences(["x"], ITEMS, [np.array([3, 1])])
    assert past.column.tolist() == [3, 1]
    assert past.step.tolist() == [1, 0]


def test_histories_when_from_interactions_then_same_as_columns_and_cut_by_day() -> None:
    column_of = {item: n for n, item in enumerate(ITEMS)}
    cut = START.date() + timedelta(days=2)
    past = Histories.from_interactions(lines("ab", "c", "d"), column_of, ITEMS, cut)
    assert past.column.tolist() == [0, 1, 2]
    assert past.step.tolist() == [1, 1, 0]


@pytest.mark.parametrize(
    ("items", "row", "column", "word"),
    [
        (("b", "a"), [0], [0], "ascending"),
        (ITEMS, [0, 0], [0], "unequal"),
        (ITEMS, [1], [0], "row"),
        (ITEMS, [0], [5], "column"),
    ],
)
def test_histories_when_columns_are_wrong_then_says_which(
    items: tuple[str, ...], row: list[int], column: list[int], word: str
) -> None:
    with pytest.raises(ValueError, match=word):
        Histories.from_events(["s"], items, row, column, [0] * len(row))


scores = st.lists(
    st.lists(st.sampled_from([-np.inf, -1.0, 0.0, 0.5, 2.0]), min_size=6, max_size=6),
    min_size=1,
    max_size=5,
)


@given(table=scores, k=st.integers(1, 8))
def test_top_columns_when_compared_with_sorting_then_equal(
    table: list[list[float]], k: int
) -> None:
    found = top_columns(np.array(table, dtype=np.float32), k)
    for row, got in zip(table, found.tolist(), strict=True):
        order = sorted((-s, c) for c, s in enumerate(row) if s > -np.inf)
        expected = [c for _, c in order][:k]
        assert got == expected + [-1] * (k - len(expected))


def test_top_columns_when_not_a_number_then_raises() -> None:
    with pytest.raises(ValueError, match="number"):
        top_columns(np.array([[np.nan, 1]], dtype=np.float32), 1)


def test_best_of_row_when_allowed_then_only_from_it() -> None:
    row = np.array([3, 2, 1, 0, 0], dtype=np.float32)
    column_of = {item: n for n, item in enumerate(ITEMS)}
    best = best_of_row(row, ITEMS, column_of, 2, frozenset({"b", "e", "ghost"}))
    assert [(s.id, s.score) for s in best] == [("b", 2.0), ("e", 0.0)]
    assert best_of_row(row, ITEMS, column_of, 2, frozenset()) == []


def test_item_knn_when_scored_then_is_the_formula_by_hand() -> None:
    train = histories(["ab"], ["ab"], ["ac"])
    model = ItemKnn.fit(train, ItemKnnConfig(decay=0.5, shrink=1.0))
    scores = model.score_matrix(histories(["a", "b"]))[0]
    a_to_b, a_to_c, b_to_c = 2 / (6**0.5 + 1), 1 / (3**0.5 + 1), 0
    assert scores[:3] == pytest.approx([a_to_b, 0.5 * a_to_b, 0.5 * a_to_c + b_to_c])
    assert np.isneginf(scores[3:]).all()


def test_item_knn_when_neighbours_are_cut_then_best_stay_by_lower_id() -> None:
    train = histories(["ab", "c"], ["ab", "c"], ["ad"])
    full = ItemKnn.fit(train).similarity.toarray()
    cut = ItemKnn.fit(train, ItemKnnConfig(neighbours=1)).similarity.toarray()
    assert (np.count_nonzero(cut, axis=1) <= 1).all()
    assert cut[0, 1] == full[0, 1] == full[0, 2]
    assert cut[0, 2] == 0


def test_ease_when_solved_then_is_the_closed_form() -> None:
    train = histories(["abc"], ["ab"], ["bd"])
    model = Ease.fit(train, EaseConfig(ridge=2.0))
    x = train.seen().toarray().astype(np.float64)
    p = np.linalg.inv(x.T @ x + 2.0 * np.eye(5))
    expected = -p / np.diag(p)
    np.fill_diagonal(expected, 0)
    np.testing.assert_allclose(model.weights, expected, atol=1e-5)
    scores = model.score_matrix(histories(["a"]))[0]
    assert scores[:4] == pytest.approx(expected[0, :4], abs=1e-5)
    assert np.isneginf(scores[4])


Fit = Callable[[Histories], Ease | ItemKnn]
MODELS: list[Fit] = [ItemKnn.fit, Ease.fit]


@pytest.mark.parametrize("fit", MODELS)
def test_recommend_when_asked_then_obeys_the_law_of_collaborative_models(fit: Fit) -> None:
    model = fit(histories(["ab", "c"], ["ac"], ["bd"], ["abd"]))
    tomorrow = START.date() + timedelta(days=9)
    found = model.recommend(lines("a", "b"), tomorrow, 10)
    assert found == sorted(found, key=lambda s: (-s.score, s.id))
    assert len({s.id for s in found}) == len(found)
    assert "e" not in {s.id for s in found}
    assert model.recommend(lines("a", "b"), tomorrow, 1) == found[:1]
    only = model.recommend(lines("a", "b"), tomorrow, 10, frozenset({"d"}))
    assert [s.id for s in only] == ["d"]
    assert model.recommend([], tomorrow, 10) == []
    assert model.recommend(lines("a"), START.date(), 10) == []


@pytest.mark.parametrize("fit", MODELS)
def test_recommend_when_a_later_purchase_is_in_the_history_then_not_looked_at(fit: Fit) -> None:
    model = fit(histories(["ab", "c"], ["ac"], ["bd"], ["abd"]))
    day = START.date() + timedelta(days=1)
    assert model.recommend(lines("a", "b"), day, 5) == model.recommend(lines("a"), day, 5)


@pytest.mark.parametrize("fit", MODELS)
def test_score_matrix_when_items_differ_then_raises(fit: Fit) -> None:
    model = fit(histories(["ab"]))
    other = Histories.from_events(["s"], ("x",), [0], [0], [0])
    with pytest.raises(ValueError, match="number their items"):
        model.score_matrix(other)


@pytest.mark.parametrize("fit", MODELS)
def test_fit_when_nobody_bought_anything_then_recommends_nothing(fit: Fit) -> None:
    model = fit(histories([]))
    assert np.isneginf(model.score_matrix(histories(["ab"]))).all()


@given(
    st.lists(st.lists(st.text("abcde", min_size=1, max_size=3), max_size=3), max_size=5),
    st.lists(st.lists(st.text("abcdefg", min_size=1, max_size=3), max_size=2), max_size=6),
    st.sampled_from([None, 1, 2]),
)
def test_item_knn_when_updated_then_as_if_fitted_on_all(
    before: list[list[str]], more: list[list[str]], neighbours: int | None
) -> None:
    config = ItemKnnConfig(shrink=1.5, neighbours=neighbours)
    both = [
        [*(before[n] if n < len(before) else []), *(more[n] if n < len(more) else [])]
        for n in range(max(len(before), len(more)))
    ]
    touched = {letter for visits in more for basket in visits for letter in basket}
    everything = histories(*both, items=tuple(sorted({*ITEMS, *touched})))
    model = ItemKnn.fit(histories(*before), config).updated(everything, touched)
    anew = ItemKnn.fit(everything, config)
    assert model.items == anew.items
    np.testing.assert_array_equal(model.similarity.toarray(), anew.similarity.toarray())


def test_item_knn_when_updated_then_rows_of_others_are_not_counted_again() -> None:
    before = histories(["ab"], ["cd"])
    model = ItemKnn.fit(before, ItemKnnConfig())
    model.similarity.data[:] = 0.25  # as no fit would have it
    again = model.updated(histories(["ab"], ["cd"], ["ab"]), {"a", "b"})
    assert again.similarity.toarray()[2, 3] == 0.25
    assert again.similarity.toarray()[0, 1] == pytest.approx(1.0)


def test_item_knn_when_an_item_has_gone_then_says_to_fit_anew() -> None:
    model = ItemKnn.fit(histories(["ab"]), ItemKnnConfig())
    with pytest.raises(ValueError, match="fit anew"):
        model.updated(histories(["ab"], items=("a", "b")), {"a"})
