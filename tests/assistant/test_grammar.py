"""The grammar of a sentence: what is true of a pick can be written, nothing else."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from assistant.grammar import sentence_grammar
from assistant.models.grammar import follows
from assistant.references import parse
from assistant.types import Fact, FactKind, Reference
from assistant.verify import verify
from tests.assistant.sentences import PICKS, PROFILE, context, resolver

TRUE = "You have bought [P1] [H1.count] and last on [H1.last]."
COUNT, LAST = Reference("H1", "count"), Reference("H1", "last")


@pytest.mark.parametrize(
    "text", [TRUE, "[P1] is cheaper than [P2].", "You usually buy [P1] every [H1.every]."]
)
def test_grammar_when_a_sentence_is_true_of_the_pick_then_it_can_be_written(text: str) -> None:
    grammar = sentence_grammar(PICKS[0], resolver())
    assert follows(grammar, text)


@pytest.mark.parametrize(
    "text",
    [
        "You bought [P1] 14 times.",
        "You bought Greek Yogurt [H1.count].",
        "You bought [P1] [H6.count].",
        "You bought [P2] [H1.count].",
        "[P1] costs [P2.price].",
        "[P1] costs two dollars.",
        "[P1] is gluten-free.",
        "[P1] is [P9.price].",
        "[P2] is cheaper than [P1].",
        "",
    ],
)
def test_grammar_when_a_sentence_names_or_mixes_then_it_can_t_be_written(text: str) -> None:
    assert not follows(sentence_grammar(PICKS[0], resolver()), text)


def test_grammar_when_held_to_the_plan_then_no_other_reference() -> None:
    held = sentence_grammar(PICKS[0], resolver(), (COUNT, LAST))
    assert follows(held, TRUE)
    assert not follows(held, "[P1] costs [P1.price].")
    assert set(re.findall(r"\[[^\]\"]+\]", held)) <= {"[P1]", "[H1.count]", "[H1.last]"}


def test_grammar_when_the_product_is_named_then_not_named_again() -> None:
    grammar = sentence_grammar(PICKS[0], resolver())
    assert follows(grammar, "[P1] costs [P1.price], and it is due again.")
    assert not follows(grammar, "[P1] costs [P1.price], and [P1] is due again.")
    assert not follows(grammar, "You bought [P1] [H1.count], and [P1] is due again.")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("[P1] costs [P1.price], and it is down from [P1.was].", True),
        ("At [P1.price], [P1] is down from [P1.was].", True),
        ("[P1] is down from [P1.was] at [P1.price].", True),
        ("[P1] costs [P1.price], and it is down from [P1.was] at [P1.price].", False),
        ("At [P1.price], [P1] costs [P1.price].", False),
        ("[P1] is down from [P1.was] and costs [P1.price], down from [P1.was].", False),
    ],
)
def test_grammar_when_a_value_was_told_then_it_can_t_be_told_again(
    text: str, written: bool
) -> None:
    price, was = Reference("P1", "price"), Reference("P1", "was")
    assert follows(sentence_grammar(PICKS[0], resolver(), (price, was)), text) is written
    assert not written or verify(parse(text), context()).ok


BUYERS = Reference("P1", "buyers")
DEAL = (Reference("P1", "was"), Reference("P1", "price"))


@pytest.mark.parametrize(
    ("plan", "text", "written"),
    [
        # told with a number, and then in words
        ((BUYERS, *DEAL), "[P1] is down from [P1.was], and it is popular with [P1.buyers].", True),
        ((BUYERS, COUNT), "[P1] is popular with [P1.buyers], and you bought it [H1.count].", True),
        ((BUYERS, *DEAL), "[P1] is popular with [P1.buyers], and it is popular.", False),
        ((BUYERS, *DEAL), "[P1] is popular, and it is popular with [P1.buyers].", False),
        # true of the pick, and no part of the plan
        (DEAL, "[P1] is down from [P1.was], and it is a good choice for you.", True),
        (DEAL, "[P1] is down from [P1.was], and it is popular with many people.", False),
        (DEAL, "[P1] is down from [P1.was], and it is under your limit.", False),
        (DEAL, "[P1] is down from [P1.was], and it is a store brand.", False),
        (DEAL, "[P1] is down from [P1.was], and it is due again.", False),
        # both habits of a purchase in a later clause
        (
            (BUYERS, COUNT, Reference("H1", "every")),
            "[P1] is popular with [P1.buyers], and you bought it [H1.count] and every [H1.every].",
            True,
        ),
    ],
)
def test_grammar_when_held_to_the_plan_then_its_senses_once_and_no_other(
    plan: tuple[Reference, ...], text: str, written: bool
) -> None:
    assert verify(parse(text), context()).ok or not written
    assert follows(sentence_grammar(PICKS[0], resolver(), plan), text) is written


@pytest.mark.parametrize(
    ("said", "right"),
    [("popular with [P1.buyers]", True), ("a popular choice with [P1.buyers]", True),
     ("a popular with [P1.buyers]", False)],
)  # fmt: skip
def test_popular_when_an_article_has_no_noun_then_it_is_neither_written_nor_passed(
    said: str, right: bool
) -> None:
    text = f"[P1] is {said}."
    assert follows(sentence_grammar(PICKS[0], resolver(), (BUYERS,)), text) is right
    assert verify(parse(text), context()).ok is right


WIDE = Fact("H8", FactKind.PRICE_BAND, low=100, high=500)
"""What is paid anywhere in the shop; P2 lies in it, and not in what is paid for yogurt, H5."""


@pytest.mark.parametrize(("band", "written"), [("H8", True), ("H5", False)])
@pytest.mark.parametrize("said", ["is within [{}]", "fits your usual range of [{}]"])
def test_grammar_when_there_are_two_price_bands_then_that_of_the_plan_is_judged(
    band: str, written: bool, said: str
) -> None:
    known = replace(PROFILE, facts=(*PROFILE.facts, WIDE))
    text = f"[P2] {said.format(band)}."
    assert verify(parse(text), context("P2", profile=known)).ok is written
    grammar = sentence_grammar(PICKS[1], resolver(profile=known), (Reference(band),))
    assert follows(grammar, text) is written


def test_grammar_when_a_band_is_not_named_then_the_nearest_is_judged() -> None:
    known = replace(PROFILE, facts=(*PROFILE.facts, WIDE))
    grammar = sentence_grammar(PICKS[1], resolver(profile=known), (Reference("H8"),))
    assert not follows(grammar, "[P2] is in your usual range you pay.")


def test_grammar_when_the_first_reason_is_a_purchase_then_a_habit_may_follow() -> None:
    text = "You bought [P1] [H1.count], and store brand is [H4.share] of what you buy."
    share = Reference("H4", "share")
    assert verify(parse(text), context()).ok
    assert follows(sentence_grammar(PICKS[0], resolver(), (COUNT, share)), text)
    so = text.replace(", and store", ", so store")
    assert not follows(sentence_grammar(PICKS[0], resolver(), (COUNT, share)), so)


def test_grammar_when_brief_then_one_clause() -> None:
    brief = sentence_grammar(PICKS[0], resolver(), brief=True)
    assert follows(brief, "[P1] costs [P1.price].")
    assert not follows(brief, "[P1] costs [P1.price], and it is due again.")
