"""Grammars over tokens, with the byte vocabulary."""

from __future__ import annotations

import llguidance
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ModelFailed
from assistant.models.grammar import Grammars, follows
from tests.contracts.chat_model import GRAMMAR

TOKENIZER = llguidance.LLTokenizer("byte")
END = TOKENIZER.eos_token


@pytest.fixture
def grammars() -> Grammars:
    return Grammars(TOKENIZER, frozenset({END}))


def test_allowed_when_at_the_start_then_first_letters_only(grammars: Grammars) -> None:
    allowed = grammars.matcher(GRAMMAR).allowed()
    assert allowed is not None
    assert {chr(token) for token in np.flatnonzero(allowed)} == set("ybtoaig[")


def test_forced_when_one_way_on_then_all_of_it(grammars: Grammars) -> None:
    matcher = grammars.matcher(GRAMMAR)
    assert matcher.forced() == []
    matcher.accept(ord("["))
    assert bytes(matcher.forced()) == b"P1."
    assert not matcher.done


def test_done_when_nothing_can_follow_then_true(grammars: Grammars) -> None:
    matcher = grammars.matcher(GRAMMAR)
    for byte in b"it.":
        assert not matcher.done
        matcher.accept(byte)
    assert matcher.done


def test_accept_when_not_allowed_then_failed(grammars: Grammars) -> None:
    with pytest.raises(ModelFailed, match="can't be applied"):
        grammars.matcher(GRAMMAR).accept(ord("7"))


def test_matcher_when_the_grammar_is_bad_then_failed_every_time(grammars: Grammars) -> None:
    for _ in range(2):
        with pytest.raises(ModelFailed, match="NOWHERE"):
            grammars.matcher("start: NOWHERE")


def test_matcher_when_asked_twice_then_the_second_starts_afresh(grammars: Grammars) -> None:
    grammars.matcher(GRAMMAR).accept(ord("y"))
    assert grammars.matcher(GRAMMAR).forced() == []


def test_matcher_when_free_then_anything_goes_until_the_end(grammars: Grammars) -> None:
    free = grammars.matcher(None)
    assert free.allowed() is None
    assert free.forced() == []
    assert not free.done
    assert free.is_end(END)


@pytest.mark.parametrize("text", ["", "you", "you.", "you  buy.", "it is 7.", "you buy. "])
def test_follows_when_off_by_a_little_then_false(text: str) -> None:
    assert follows(GRAMMAR, text) is (text == "you.")


@given(st.lists(st.sampled_from(["you", "buy", "[P1.price]"]), min_size=1, max_size=8))
def test_follows_when_built_from_the_words_then_true(words: list[str]) -> None:
    assert follows(GRAMMAR, " ".join(words) + ".")
    assert not follows(GRAMMAR, " ".join(words))
