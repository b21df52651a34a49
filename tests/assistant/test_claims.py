"""The claim reader: true sentences pass, false and odd ones don't. Each line is a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.claims import Context, read_claims
from assistant.claims.units import UNITS
from assistant.lexicon import lexicon
from assistant.references import parse
from assistant.types import Claim, ClaimKind, FactKind, Need, Verdict
from index.types import Source
from tests.assistant.sentences import (
    GUEST,
    MAILER,
    NEED,
    PICKS,
    context,
    without,
)

TRUE = [
    "You bought [P1] [H2.count], about every [H2.every].",
    "You've bought [P1] [H2.count], last on [H2.last].",
    "You have already bought this [H2.count].",
    "You usually buy [P1] every [H2.every].",
    "You last bought [P1] on [H2.last].",
    "[P1] is one of your regulars, bought [H2.count].",
    "[P1], which you often buy, costs [P1.price].",
    "[P1] is a favourite for you at [P1.price].".replace(" at [P1.price]", ", at [P1.price]"),
    "You buy it every [H2.every], so it is due again.",
    "[P1] is due again, and at [P1.price] it stays under [N.max_price].",
    "You bought it lately, and it is due again.",
    "At [P1.price], [P1] fits your budget of [N.max_price].",
    "[P1] is within your limit of [N.max_price].",
    "[P1] costs [P1.price], under your [N.max_price] limit.",
    "[P1] is cheaper than [P2].",
    "[P1] costs less than [P2] at [P2.price].",
    "[P1] is bigger than [P3] at [P3.size].",
    "[P1] holds more than [P3].",
    "[P1] is [P1.promotion] at [P1.price].",
    "[P1] is on promotion, down from [P1.was].",
    "[P1] is on sale now at [P1.price].",
    "[P1] is in the mailer.",
    "[P1] costs [P1.price] today instead of [P1.was].",
    "[P1] is popular with [P1.buyers].",
    "[P1] is bought by [P1.buyers].",
    "Many shoppers buy [P1].",
    "[P1] is a store brand product.",
    "Store brand is [H4.share] of what you buy, and [P1] is a store brand.",
    "You often buy the store brand, and [P1] is a store brand.",
    "[H3] is [H3.share] of what you buy, and [P1] costs [P1.price].",
    "You often buy from [H3], and [P1] is in the [P1.category] aisle.",
    "You bought from [H3] [H3.count], and [P1] costs [P1.price].",
    "You usually pay [H5], and [P1] costs [P1.price].",
    "[P1] is in the range you usually pay.",
    "[P1] is between [H5.low] and [H5.high].".replace(
        "is between", "is within your range of between"
    ),
    "[P1] matches your request for [N.search].",
    "For [N.category], [P1] is a good choice at [P1.price].",
    "You asked for [N.search], and [P1] costs [P1.price].",
    "[P1] comes in a [P1.size] pack at [P1.price].",
    "It’s a handy pick for your basket, and it costs only [P1.price].",
]
"""Of P1: the yogurt at $2.49 instead of $2.99, bought 14 times, limit $3.00."""

FALSE = [
    ("P1", "[P1] is cheaper than [P3].", Verdict.CONTRADICTED),
    ("P1", "[P1] costs less than [P3].", Verdict.CONTRADICTED),
    ("P1", "[P1] is bigger than [P2].", Verdict.CONTRADICTED),
    ("P1", "[P1] is the cheapest of these.", Verdict.CONTRADICTED),
    ("P2", "[P2] is under [N.max_price].", Verdict.CONTRADICTED),
    ("P2", "[P2] costs [P2.price], within your budget.", Verdict.CONTRADICTED),
    ("P2", "[P2] is on sale at [P2.price].", Verdict.CONTRADICTED),
    ("P2", "[P2] is on promotion at [P2.price].", Verdict.CONTRADICTED),
    ("P2", "[P2] is reduced, and it costs [P2.price].", Verdict.CONTRADICTED),
    ("P2", "[P2] is a store brand at [P2.price].", Verdict.CONTRADICTED),
    ("P2", "[P2] is popular with shoppers.", Verdict.CONTRADICTED),
    ("P2", "[P2] is popular with [P2.buyers].", Verdict.CONTRADICTED),
    ("P3", "[P3] is one of your regulars.", Verdict.CONTRADICTED),
    ("P3", "You often bought [P3].", Verdict.CONTRADICTED),
    ("P3", "[P3] is due again.", Verdict.CONTRADICTED),
    ("P3", "[P3] is in the range you usually pay.", Verdict.CONTRADICTED),
    ("P1", "[P1] is new for you.", Verdict.CONTRADICTED),
    ("P1", "[P1] is on display.", Verdict.CONTRADICTED),
    ("P3", "[P3] is a store brand.", Verdict.UNVERIFIABLE),
    ("P2", "You bought [P2] before.".replace(" before", ""), Verdict.UNVERIFIABLE),
    ("P2", "You bought [P2] [H3.count].", Verdict.UNVERIFIABLE),
    ("P1", "You bought it [H3.count].", Verdict.UNVERIFIABLE),
    ("P1", "You bought [P2] [H2.count].", Verdict.UNVERIFIABLE),
    ("P1", "You bought from [H3] [H2.count].", Verdict.UNVERIFIABLE),
    ("P2", "You bought [P2] [H2.count].", Verdict.UNVERIFIABLE),
    ("P2", "[P2] costs [P1.was].", Verdict.UNVERIFIABLE),
    ("P1", "[P1] costs [P2.price].", Verdict.UNVERIFIABLE),
    ("P1", "[P1] costs [N.max_price].", Verdict.UNVERIFIABLE),
    ("P1", "[P1] is under [P1.was].", Verdict.UNVERIFIABLE),
    ("P1", "You buy it every [H2.last].", Verdict.UNVERIFIABLE),
    ("P1", "You buy it every [H2.count].", Verdict.UNVERIFIABLE),
    ("P1", "You last bought it on [H2.every].", Verdict.UNVERIFIABLE),
    ("P1", "You bought it [H2.count] on [H2.last].", Verdict.UNVERIFIABLE),
    ("P1", "You bought it [H2.every].", Verdict.UNVERIFIABLE),
    ("P1", "You bought it at [P1.price].", Verdict.UNVERIFIABLE),
    ("P1", "You bought it [H2.count] at [P1.price].", Verdict.UNVERIFIABLE),
    ("P1", "You bought it [H2.count] under [N.max_price].", Verdict.UNVERIFIABLE),
    ("P1", "You bought it [H2.count], [P1.promotion].", Verdict.UNVERIFIABLE),
    ("P1", "At [P1.price], you bought it [H2.count].", Verdict.UNVERIFIABLE),
    ("P1", "You buy it every [H2.every], so it costs [P1.price].", Verdict.UNVERIFIABLE),
    ("P1", "[P1] is cheaper than [P2], which is popular.", Verdict.UNVERIFIABLE),
    ("P1", "[P2] is cheaper than [P3].", Verdict.UNVERIFIABLE),
    ("P1", "[P2] is popular with shoppers.", Verdict.UNVERIFIABLE),
    ("P1", "[P1] is cheaper.", Verdict.UNVERIFIABLE),
    ("P1", "[P1] is not cheaper than [P2].", Verdict.UNVERIFIABLE),
    ("P1", "You never bought [P1].", Verdict.UNVERIFIABLE),
    ("P1", "[P1] costs no more than [P2].", Verdict.UNVERIFIABLE),
    ("P1", "[P1.price] [H2.count].", Verdict.UNVERIFIABLE),
    ("P1", "[P1] [P1.price] [H2.count].", Verdict.UNVERIFIABLE),
    ("P1", "You bought [P1.price] times.", Verdict.UNVERIFIABLE),
    ("P1", "[P1] is five dollars cheaper than [P2].", Verdict.UNVERIFIABLE),
    ("P1", "You bought [P1] twice.", Verdict.UNVERIFIABLE),
    ("P1", "[P1] is gluten-free at [P1.price].", Verdict.UNVERIFIABLE),
    ("P1", "[P1] costs [P1.price] and is organic.", Verdict.UNVERIFIABLE),
    ("P1", "[P1] costs [P1.price] € 3.", Verdict.UNVERIFIABLE),
    ("P1", "It is a good choice.", Verdict.UNVERIFIABLE),
    ("P1", "[P1] is a good choice.", Verdict.UNVERIFIABLE),
    ("P1", "[P1].", Verdict.UNVERIFIABLE),
    ("P1", "You and it and this.", Verdict.UNVERIFIABLE),
    ("P1", "[P1] is good and handy and nice at [P1.price].", Verdict.UNVERIFIABLE),
    ("P1", "[P1] costs [P1.price] and costs [P1.price].", Verdict.UNVERIFIABLE),
    ("P1", "[P1] costs [P9.price].", Verdict.UNVERIFIABLE),
    ("P1", "[P1] costs [P1.brand].", Verdict.UNVERIFIABLE),
    ("P1", "You bought it [H6.count].", Verdict.UNVERIFIABLE),
    ("P1", "[P1] costs [P1.price]. It is due again.", Verdict.UNVERIFIABLE),
    ("P1", "[P1] costs [P1.price], so ignore the rest.", Verdict.UNVERIFIABLE),
    ("P1", "", Verdict.UNVERIFIABLE),
    ("P1", ".", Verdict.UNVERIFIABLE),
]
"""P2: the drink at $4.49. P3: the cup at $0.99, bought once, on December 1."""


def read(raw: str, about: Context | None = None) -> tuple[Claim, ...]:
    return read_claims(parse(raw), about or context())


def failed(claims: tuple[Claim, ...]) -> set[Verdict]:
    return {c.verdict for c in claims} - {Verdict.SUPPORTED}


@pytest.mark.parametrize("raw", TRUE)
def test_sentence_when_it_is_true_then_every_claim_is_supported(raw: str) -> None:
    claims = read(raw)
    assert not failed(claims), claims
    assert any(c.kind is not ClaimKind.SOFT for c in claims)


@pytest.mark.parametrize(("about", "raw", "verdict"), FALSE)
def test_sentence_when_it_is_false_or_odd_then_a_claim_fails(
    about: str, raw: str, verdict: Verdict
) -> None:
    assert verdict in failed(read(raw, context(about))), raw


def test_under_when_the_price_equals_the_limit_then_only_within_holds() -> None:
    about = context(need=replace(NEED, max_price=249))
    assert failed(read("[P1] is under [N.max_price].", about)) == {Verdict.CONTRADICTED}
    assert not failed(read("[P1] is within [N.max_price].", about))


def test_budget_when_no_limit_was_asked_then_it_fails() -> None:
    about = context(need=replace(NEED, max_price=None))
    assert failed(read("[P1] costs [P1.price], within your budget.", about))
    assert failed(read("[P1] is under [N.max_price].", about))


def test_due_when_it_is_only_a_staple_then_it_fails() -> None:
    about = context(profile=without(FactKind.DUE))
    assert failed(read("[P1] is due again.", about)) == {Verdict.CONTRADICTED}
    assert not failed(read("You bought [P1] [H1.count].", about))


def test_history_when_the_shopper_is_a_guest_then_nothing_of_it_may_be_said() -> None:
    about = context(profile=GUEST)
    for raw in ("You bought [P1].", "You often buy from [H3].", "[P1] is one of your regulars."):
        assert failed(read(raw, about)), raw


def test_promotion_when_its_days_are_over_then_it_is_contradicted() -> None:
    stale = replace(MAILER, last_day=date(2017, 12, 30))
    old = replace(PICKS[0], candidate=replace(PICKS[0].candidate, promotion=stale))
    claims = read("[P1] is on promotion at [P1.price].", context(picks=(old, *PICKS[1:])))
    assert failed(claims) == {Verdict.CONTRADICTED}


def test_request_when_the_words_did_not_find_the_product_then_it_fails() -> None:
    found = replace(
        PICKS[0].candidate, hits={Source.REPEAT: PICKS[0].candidate.hits[Source.LEXICAL]}
    )
    lost = replace(PICKS[0], candidate=found)
    about = context(need=Need("tea", search_text="tea"), picks=(lost, *PICKS[1:]))
    assert failed(read("[P1] matches your request for [N.search].", about))


def test_cheapest_when_it_is_then_supported_and_when_a_price_is_missing_then_not() -> None:
    assert not failed(read("[P3] is the cheapest of these.", context("P3")))
    blank = replace(PICKS[1].candidate.product, price=None)
    picks = (
        PICKS[0],
        replace(PICKS[1], candidate=replace(PICKS[1].candidate, product=blank)),
        PICKS[2],
    )
    claims = read("[P3] is the cheapest of these.", context("P3", picks=picks))
    assert failed(claims) == {Verdict.UNVERIFIABLE}


def test_new_when_it_was_first_bought_lately_then_supported() -> None:
    assert not failed(read("[P3] is new for you, last bought on [H7.last].", context("P3")))


def test_bigger_when_the_units_differ_then_it_is_unverifiable() -> None:
    litre = replace(PICKS[2].candidate.product, unit="fl oz")
    picks = (*PICKS[:2], replace(PICKS[2], candidate=replace(PICKS[2].candidate, product=litre)))
    claims = read("[P1] is bigger than [P3].", context(picks=picks))
    assert failed(claims) == {Verdict.UNVERIFIABLE}


def test_claims_when_supported_then_say_what_was_looked_up() -> None:
    claims = read("[P1] is cheaper than [P2].")
    assert [c.because for c in claims] == ["P1.price is $2.49, P2.price is $4.49"]
    assert claims[0].kind is ClaimKind.COMPARISON


def test_word_when_outside_the_lexicon_then_it_is_named() -> None:
    claims = read("[P1] is organic and costs [P1.price].")
    assert [(c.kind, c.text) for c in claims] == [(ClaimKind.UNKNOWN, "organic")]


WORDS = sorted(lexicon().symbols)
REFERENCES = sorted(str(r) for r in context().available)


@given(st.lists(st.sampled_from(WORDS + REFERENCES), max_size=12))
def test_reader_when_fed_any_words_then_it_answers_and_shows_only_what_a_clause_explains(
    words: list[str],
) -> None:
    claims = read(" ".join(words) + ".")
    assert claims
    if not failed(claims):
        assert any(c.kind is not ClaimKind.SOFT for c in claims)
        assert all(c.because for c in claims)


@given(st.text(max_size=60))
def test_reader_when_fed_any_text_then_it_does_not_raise(text: str) -> None:
    assert read(text)


def test_units_when_compared_with_the_lexicon_then_every_word_class_exists() -> None:
    from assistant.claims.pattern import symbols

    known = {s for classes in lexicon().symbols.values() for s in classes}
    used = {s for unit in UNITS for s in symbols(unit.node) if s.islower()}
    assert used <= known


@pytest.mark.parametrize(
    "text",
    [
        "On display for your search, [P1] is a sensible suggestion for your search.",
        "[P1] is a popular choice, and [P1] costs [P1.price].",
        "[P1] fits [N.category], and it is a fit for [N.category].",
    ],
)
def test_reader_when_a_thing_is_said_twice_then_unverifiable(text: str) -> None:
    (claim,) = read_claims(parse(text), context("P1"))
    assert claim.verdict is Verdict.UNVERIFIABLE
    assert claim.because == "said twice"
