from __future__ import annotations

import doctest

from hypothesis import given
from hypothesis import strategies as st

import index.spelling
from index.spelling import Spelling, edit_distance

COUNTS = {"refrigerator": 40, "nickel": 30, "sickle": 1, "outdoor": 20, "lounge": 5, "bolt": 9}
words = st.text("abc", max_size=6)


def test_spelling_when_documented_then_true() -> None:
    assert doctest.testmod(index.spelling).failed == 0


def test_meant_when_misspelled_then_the_commoner_of_the_near_words_leads() -> None:
    spelling = Spelling(COUNTS)
    assert spelling.meant("nickle") == ["nickel", "sickle"]
    assert spelling.meant("nickle", 1) == ["nickel"]
    assert spelling.meant("refrigirater") == ["refrigerator"]


def test_meant_when_written_together_then_both_halves() -> None:
    assert Spelling(COUNTS).meant("outdoorlounge") == ["outdoor", "lounge"]


def test_meant_when_known_short_far_or_a_number_then_nothing() -> None:
    spelling = Spelling(COUNTS)
    assert [spelling.meant(word) for word in ("bolt", "blt", "zzzzzzzz", "b0lt", "")] == [[]] * 5
    assert Spelling({}).meant("nickel") == []


@given(words, words)
def test_edit_distance_when_turned_round_then_the_same(one: str, other: str) -> None:
    edits = edit_distance(one, other)
    assert edits == edit_distance(other, one)
    assert abs(len(one) - len(other)) <= edits <= max(len(one), len(other))
    assert (edits == 0) == (one == other)


@given(words, st.integers(0, 4))
def test_edit_distance_when_two_neighbours_swap_then_one_edit(word: str, n: int) -> None:
    if n + 1 < len(word) and word[n] != word[n + 1]:
        assert edit_distance(word, word[:n] + word[n + 1] + word[n] + word[n + 2 :]) == 1
