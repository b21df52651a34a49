"""Words that carry a condition, misspelt: mended where they are surely that, else left alone."""

from __future__ import annotations

import pytest

from assistant.understanding.slips import mend_slips
from assistant.understanding.words import Rest


def read_as_is(typed: str) -> str:
    """What becomes of it where the shelf knows none of its words."""
    rest = Rest(typed)
    mend_slips(rest, lambda word: False)
    return rest.text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("undr 5 dolars", "under 5 dollars"),
        ("wihtout nuts", "without nuts"),
        ("dollers", "dollars"),
        ("stor brand", "store brand"),
    ],
)
def test_mend_when_a_letter_slipped_then_the_word(typed: str, meant: str) -> None:
    assert read_as_is(typed) == meant


@pytest.mark.parametrize(
    "typed", ["last", "boxers", "moist", "brown", "underwear", "packing", "cat"]
)
def test_mend_when_it_is_another_word_then_left_alone(typed: str) -> None:
    assert read_as_is(typed) == typed


def test_mend_when_the_shelf_has_the_word_then_left_alone() -> None:
    rest = Rest("undr")
    mend_slips(rest, lambda word: word == "undr")
    assert rest.text == "undr"
