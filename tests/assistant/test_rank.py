"""The blend and its evidence: order-free, summing, weighed by taking things away."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from math import fsum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.config import RankConfig
from assistant.rank import BlendRanker, compare_picks
from assistant.types import Evidence, EvidenceKind, Fact, FactKind, Need, Pick, Profile, Sort
from index.types import Candidate, Hit, Product, Promotion, Source

DAY = date(2017, 6, 30)
YOGURT = Need("yogurt", search_text="yogurt", categories=("Yogurt",))
OPEN = Need("something")
GUEST = Profile(None, DAY)


def product(id_: str, **kwargs: object) -> Product:
    values = {"title": id_.title(), "category": "Yogurt", "kind": "Yogurt cup", "price": 200}
    return Product(id=id_, **{**values, **kwargs})  # type: ignore[arg-type]


def candidate(
    id_: str,
    dense: int = 0,
    lexical: int = 0,
    popular: int = 0,
    suggested: int = 0,
    promo: bool = False,
    **kwargs: object,
) -> Candidate:
    ranks = {Source.DENSE: dense, Source.LEXICAL: lexical, Source.POPULAR: popular}
    ranks[Source.SUGGESTED] = suggested
    hits = {source: Hit(rank, 1.0) for source, rank in ranks.items() if rank}
    promotion = Promotion(id_, "s", DAY, DAY, "mailer", 150) if promo else None
    return Candidate(product(id_, **kwargs), hits, 0.0, promotion)


def shopper(*facts: Fact) -> Profile:
    return Profile("7", DAY, tuple(replace(f, id=f"H{i}") for i, f in enumerate(facts, 1)))


def staple(id_: str, count: int = 8, due: bool = False) -> Fact:
    kind = FactKind.DUE if due else FactKind.STAPLE
    return Fact("", kind, id_, id_.title(), count=count, every=7, last=date(2017, 6, 20))


def rank(
    candidates: Sequence[Candidate],
    profile: Profile = GUEST,
    need: Need = YOGURT,
    dial: float = 0.6,
) -> list[Pick]:
    return BlendRanker().rank(need, candidates, profile, dial)


def ids(picks: Sequence[Pick]) -> list[str]:
    return [pick.candidate.product.id for pick in picks]


def reasons(pick: Pick) -> dict[EvidenceKind, Evidence]:
    return {e.kind: e for e in pick.evidence}


CATEGORY = Fact("", FactKind.CATEGORY, category="Yogurt", count=9, share=0.1)
LABEL = Fact("", FactKind.STORE_BRAND, count=20, share=0.6)
BAND = Fact("", FactKind.PRICE_BAND, category="Yogurt", low=150, high=250)
some_candidates = st.lists(
    st.builds(
        candidate,
        st.sampled_from("abcdef"),
        st.integers(0, 30),
        st.integers(0, 30),
        st.integers(0, 30),
        st.booleans(),
        price=st.none() | st.integers(50, 900),
        store_brand=st.none() | st.booleans(),
        kind=st.sampled_from(["Yogurt cup", "Milk jug", ""]),
    ),
    max_size=6,
    unique_by=lambda c: c.product.id,
)
needs = st.sampled_from(
    [YOGURT, OPEN, Need("x", search_text="milk"), *(replace(YOGURT, sort=s) for s in Sort)]
)
profiles = st.sampled_from(
    [GUEST, shopper(staple("a"), staple("b", due=True), CATEGORY, LABEL, BAND)]
)
dials = st.sampled_from([0.0, 0.3, 1.0])


@settings(max_examples=15, deadline=None)
@given(some_candidates, needs, profiles, dials, st.integers(0, 99))
def test_rank_when_candidates_are_shuffled_then_the_same(
    candidates: list[Candidate], need: Need, profile: Profile, dial: float, seed: int
) -> None:
    shuffled = list(candidates)
    random.Random(seed).shuffle(shuffled)
    assert rank(shuffled, profile, need, dial) == rank(candidates, profile, need, dial)


@settings(max_examples=15, deadline=None)
@given(some_candidates, needs, profiles, dials)
def test_rank_when_done_then_everyone_once_and_contributions_sum(
    candidates: list[Candidate], need: Need, profile: Profile, dial: float
) -> None:
    picks = rank(candidates, profile, need, dial)
    assert sorted(ids(picks)) == sorted(c.product.id for c in candidates)
    assert [p.id for p in picks] == [f"P{n}" for n in range(1, len(picks) + 1)]
    for pick in picks:
        assert fsum(pick.contributions.values()) == pick.score
        assert [e.weight for e in pick.evidence] == sorted(
            (e.weight for e in pick.evidence), reverse=True
        )
        assert all(0 <= e.ranks_lost < len(picks) and e.weight >= 0 for e in pick.evidence)


@settings(max_examples=15, deadline=None)
@given(some_candidates, needs, dials)
def test_rank_when_a_guest_then_nothing_personal_and_no_dial(
    candidates: list[Candidate], need: Need, dial: float
) -> None:
    picks = rank(candidates, GUEST, need, dial)
    assert ids(picks) == ids(rank(candidates, GUEST, need, 1.0))
    personal = {
        EvidenceKind.REPEAT,
        EvidenceKind.CATEGORY,
        EvidenceKind.STORE_BRAND,
        EvidenceKind.PRICE_BAND,
    }
    assert not any(personal & reasons(pick).keys() for pick in picks)


@settings(max_examples=15, deadline=None)
@given(some_candidates, needs)
def test_rank_when_the_dial_is_zero_then_the_same_for_everyone(
    candidates: list[Candidate], need: Need
) -> None:
    mine = shopper(staple("a"), staple("b", due=True), CATEGORY, LABEL, BAND)
    assert ids(rank(candidates, mine, need, 0.0)) == ids(rank(candidates, GUEST, need, 0.0))


@settings(max_examples=15, deadline=None)
@given(some_candidates, dials)
def test_evidence_when_a_fact_is_taken_away_then_its_weight_is_what_is_lost(
    candidates: list[Candidate], dial: float
) -> None:
    mine = shopper(staple("a"), staple("b", due=True), CATEGORY, LABEL, BAND)
    before = rank(candidates, mine, YOGURT, dial)
    for fact in mine.facts:
        less = replace(mine, facts=tuple(f for f in mine.facts if f is not fact))
        after = rank(candidates, less, YOGURT, dial)
        for place, pick in enumerate(before):
            cited = [e for e in pick.evidence if any(r.target == fact.id for r in e.references)]
            if cited:
                id_ = pick.candidate.product.id
                new = next(p for p in after if p.candidate.product.id == id_)
                assert cited[0].weight == pytest.approx(pick.score - new.score)
                assert cited[0].ranks_lost == max(0, ids(after).index(id_) - place)


def test_score_when_signals_are_plain_then_as_on_paper() -> None:
    config = RankConfig()
    (pick,) = rank(
        [candidate("a", dense=1, lexical=11, popular=1, promo=True)], shopper(staple("a", 4))
    )
    text = 0.5 * 1 + 0.3 * 1 + 0.2 * 10 / 20
    repeat = 4 / (4 + 4)
    assert pick.score == pytest.approx(
        config.text * text + config.repeat * repeat * 0.6 + config.promotion + config.popular
    )


def test_rank_when_two_are_equal_then_ties_break_by_id() -> None:
    assert ids(rank([candidate("b", dense=3), candidate("a", dense=3)])) == ["a", "b"]


def test_rank_when_one_is_a_regular_then_it_comes_first_and_says_why() -> None:
    picks = rank([candidate("a", dense=1), candidate("b", dense=4)], shopper(staple("b", due=True)))
    assert ids(picks) == ["b", "a"]
    best = picks[0].evidence[0]
    assert (best.kind, best.ranks_lost) == (EvidenceKind.REPEAT, 1)
    assert [str(r) for r in best.references] == ["[H1.count]", "[H1.every]", "[H1.last]"]


def test_evidence_when_a_price_is_outside_the_band_then_the_band_is_no_reason() -> None:
    dear, fair = candidate("a", dense=1, price=300), candidate("b", dense=2, price=200)
    found = {p.candidate.product.id: reasons(p) for p in rank([dear, fair], shopper(BAND))}
    assert EvidenceKind.PRICE_BAND not in found["a"]
    assert EvidenceKind.PRICE_BAND in found["b"]


@pytest.mark.parametrize(
    ("label", "share", "said"), [(True, 0.6, True), (False, 0.6, False), (True, 0.1, False)]
)
def test_evidence_when_own_label_is_bought_then_said_of_own_labels_alone(
    label: bool, share: float, said: bool
) -> None:
    (pick,) = rank([candidate("a", store_brand=label)], shopper(replace(LABEL, share=share)))
    assert (EvidenceKind.STORE_BRAND in reasons(pick)) is said


def test_evidence_when_a_limit_is_kept_then_true_but_weightless() -> None:
    (pick,) = rank([candidate("a", dense=1)], need=replace(YOGURT, max_price=500))
    kept = reasons(pick)[EvidenceKind.NEED_PRICE]
    assert (kept.weight, [str(r) for r in kept.references]) == (
        0.0,
        ["[N.max_price]", "[P1.price]"],
    )


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        (Sort.CHEAPEST, "a"),
        (Sort.DEAREST, "c"),
        (Sort.MOST_BOUGHT, "b"),
        (Sort.BIGGEST, "b"),
        (Sort.SMALLEST, "a"),
    ],
)
def test_rank_when_an_order_is_asked_for_then_it_replaces_the_score(sort: Sort, first: str) -> None:
    candidates = [
        candidate("a", dense=1, price=100, popular=9, amount=5.0, unit="oz"),
        candidate("b", dense=1, price=200, popular=2, amount=32.0, unit="oz"),
        candidate("c", dense=1, price=300, amount=90.0, unit="ct"),
        candidate("d", dense=1, price=None),
    ]
    picks = rank(candidates, shopper(staple("d", 90)), replace(YOGURT, sort=sort))
    assert ids(picks)[0] == first
    assert "d" in ids(picks)[2:]
    assert not any(e.ranks_lost for p in picks for e in p.evidence)


def test_rank_when_the_cheapest_hardly_matches_then_it_stays_behind() -> None:
    good = candidate("a", dense=1, lexical=1, price=400, kind="Rye bread")
    poor = candidate("b", dense=200, price=10, kind="Cat toy", category="Pets")
    need = Need("cheapest rye bread", search_text="rye bread", sort=Sort.CHEAPEST)
    assert ids(rank([good, poor], need=need)) == ["a", "b"]


def test_rank_when_the_request_is_open_then_no_kind_fills_the_answer() -> None:
    cups = [candidate(f"a{i}", popular=1 + i) for i in range(3)]
    other = candidate("z", popular=40, kind="Milk jug")
    assert ids(rank([*cups, other], need=OPEN)) == ["a0", "z", "a1", "a2"]
    assert ids(rank([*cups, other], need=YOGURT)) == ["a0", "a1", "a2", "z"]


def test_compare_picks_when_cheaper_and_bigger_then_both_said_last() -> None:
    small = candidate("a", dense=1, price=100, amount=5.0, unit="oz")
    big = candidate("b", dense=9, price=300, amount=32.0, unit="oz")
    one, two = compare_picks(rank([small, big]))
    assert [str(r) for r in reasons(one)[EvidenceKind.CHEAPER].references] == [
        "[P1.price]",
        "[P2.price]",
    ]
    assert [str(r) for r in reasons(two)[EvidenceKind.BIGGER].references] == [
        "[P2.size]",
        "[P1.size]",
    ]
    assert EvidenceKind.BIGGER not in reasons(one)
    assert two.evidence[-1].weight == 0.0


def test_compare_picks_when_units_differ_then_no_size_is_compared() -> None:
    a, b = candidate("a", amount=5.0, unit="oz"), candidate("b", amount=32.0, unit="ct")
    assert not any(EvidenceKind.BIGGER in reasons(p) for p in compare_picks(rank([a, b])))


def test_rank_when_a_habit_does_not_match_the_words_then_it_is_no_answer() -> None:
    habit = candidate("a", dense=150, kind="Bananas", category="Fruit")
    match = candidate("b", dense=1, kind="Lunch kit", category="Lunch")
    need = Need("school lunches", search_text="school lunches")
    assert ids(rank([habit, match], shopper(staple("a", 40, due=True)), need)) == ["b", "a"]


def test_rank_when_words_that_nobody_typed_bring_it_then_after_as_good_a_match_of_those_typed() -> (
    None
):
    typed = candidate("a", dense=1, lexical=1, kind="Fever drops", category="Flu")
    thought_of = candidate("b", suggested=1, kind="Lozenges", category="Cold")
    far = candidate("c", dense=150, kind="Kites", category="Toys")
    need = Need("flu", search_text="flu", suggested=("Cold",))
    assert ids(rank([far, thought_of, typed], need=need)) == ["a", "b", "c"]


def test_evidence_when_every_candidate_matches_alike_then_the_words_move_nothing() -> None:
    for pick in rank([candidate("a", dense=3), candidate("b", dense=3)]):
        assert reasons(pick)[EvidenceKind.NEED_TEXT].weight == 0.0
