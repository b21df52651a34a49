"""Messages as people type them, and what none of them may be."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetune.wordings import FRAMES, ORDERS, PLANTED, fragment, misspelt, polite, turned, worded


def test_misspelt_when_a_word_is_long_then_only_it_changes_and_not_its_first_letter() -> None:
    for seed in range(50):
        found = misspelt("a sore throat", Random(seed))
        assert found.startswith("a sore t")
        assert found != "a sore throat"


def test_misspelt_when_no_word_is_long_then_as_it_was() -> None:
    assert misspelt("a cold", Random(1)) == "a cold"


def test_fragment_when_made_then_the_little_words_are_gone() -> None:
    assert (
        fragment("I need something for a sore throat", Random(1))
        == "need something for sore throat"
    )
    assert fragment("the", Random(1)) == "the"  # never nothing


def test_turned_when_there_is_a_for_then_what_follows_comes_first() -> None:
    assert turned("ideas for taco night", Random(1)) == "taco night, ideas"
    assert turned("taco night", Random(1)) == "taco night"


def test_polite_when_made_then_the_words_stay() -> None:
    assert all("taco night" in polite("taco night?", Random(seed)) for seed in range(20))


@given(st.text(max_size=40), st.integers(0, 999))
def test_worded_when_anything_is_asked_then_it_ends_and_says_what_was_done(
    thing: str, seed: int
) -> None:
    text, done = worded(thing.replace("{", "").replace("}", ""), FRAMES, Random(seed))
    assert ("planted" in done) == any(text.endswith(order) for order in ORDERS)


@pytest.mark.parametrize(
    "name", ["turned", "fragment", "polite", "misspelt", "cased", "synonym", "planted"]
)
def test_worded_when_many_are_made_then_every_change_has_its_turn(name: str) -> None:
    random = Random(3)
    made = [worded("a surprise party at the office", FRAMES, random)[1] for _ in range(400)]
    share = sum(name in done for done in made) / len(made)
    assert 0.3 * PLANTED < share < 0.5
