"""Likes and dislikes to pairs: under the prompt that was served, by majority, and what is left."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant.claims import Context
from assistant.consent import Purpose, Wish, WishBook
from assistant.explain import render_explain
from assistant.models.local_prompt import text_of
from assistant.plan import Plan, plan_for
from assistant.prompts import load
from assistant.references import parse
from assistant.said import Said, SaidSentence
from assistant.types import Evidence, EvidenceKind, Reference
from assistant.verify import verify
from finetune.build import Order, build
from finetune.examples import HELD_PLANS, kinds, shape
from finetune.likes import Left, Likes, Thumb, liked_pairs
from finetune.replay import replayed
from finetune.scenes import Shop, is_held
from index.catalogue import Catalogue
from index.config import IndexConfig
from index.database import Database
from index.errors import BadData
from index.purchases import Purchases
from tests.finetune.aisles import LAST, SHOPPERS
from tests.finetune.liked import TEMPLATE, Served, make_open, served
from tests.finetune.test_examples import Plain

WHO, TWIN = "s3", "s28"
"""They always buy the same yogurt."""
HELD = next(f"s{n}" for n in range(SHOPPERS) if is_held(f"s{n}"))


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> IndexConfig:
    return make_open(tmp_path_factory.mktemp("aisles"))


@pytest.fixture(scope="module")
def shop(config: IndexConfig) -> Shop:
    return Shop(Catalogue.open(config), Purchases.open(config))


@pytest.fixture(scope="module")
def reply(config: IndexConfig) -> Served:
    return served(config, WHO)


def learned(shop: Shop, *thumbs: Thumb, cut: date = LAST) -> Likes:
    return liked_pairs(Plain(), TEMPLATE, shop, thumbs, cut)


def thumb(said: Said, is_up: bool = True, who: str | None = WHO) -> Thumb:
    return Thumb(who, None, is_up, said.as_json())


def test_pairs_when_liked_then_the_served_prompt_to_the_letter_and_a_worse_sentence(
    shop: Shop, reply: Served
) -> None:
    found = learned(shop, thumb(reply.said))
    assert [pair.prompt for pair in found.pairs] == [text_of(Plain(), p) for p in reply.prompts]
    assert [pair.chosen for pair in found.pairs] == [one.raw for one in reply.said.sentences]
    for pair in found.pairs:
        assert (pair.why, pair.shoppers) == ("liked", (WHO,))
        better, lesser = (
            [part for part in parse(raw) if isinstance(part, Reference)]
            for raw in (pair.chosen, pair.rejected)
        )
        assert set(better) - set(lesser) or better != lesser  # lost, or in each other's place
    assert found.as_dict() == {"thumbs": 1, "pairs": {"liked": 3}, "left_out": {}}


def test_pairs_when_disliked_then_another_true_wording_of_another_shape_is_better(
    shop: Shop, reply: Served
) -> None:
    found = learned(shop, thumb(reply.said, is_up=False))
    assert [pair.rejected for pair in found.pairs] == [one.raw for one in reply.said.sentences]
    for pair, liked in zip(found.pairs, learned(shop, thumb(reply.said)).pairs, strict=True):
        assert (pair.why, pair.prompt) == ("disliked", liked.prompt)
        assert shape(pair.chosen) != shape(pair.rejected)
        assert set(parse(pair.chosen)) & set(parse(pair.rejected))
    better = thumb(worded(reply.said, [pair.chosen for pair in found.pairs]))
    assert not learned(shop, better).left  # the verifier passes them


def test_pairs_when_wording_after_wording_is_disliked_then_none_of_them_is_ever_better(
    shop: Shop, reply: Served
) -> None:
    said = answering(reply.said, *replayed_second(reply.said, shop), reply.said.sentences[1].raw)
    thumbs, seen = [thumb(said, is_up=False)], {said.sentences[0].raw}
    while (found := learned(shop, *thumbs)).pairs:
        (chosen,) = {pair.chosen for pair in found.pairs}
        assert chosen not in seen
        seen.add(chosen)
        thumbs.append(thumb(worded(said, [chosen]), is_up=False))
    assert len(seen) > 4
    assert found.left == {Left.ALONE: len(seen)}


def worded(said: Said, texts: Sequence[str]) -> Said:
    """The reply in other words."""
    lines = zip(said.sentences, texts, strict=True)
    return replace(said, sentences=tuple(replace(one, raw=text) for one, text in lines))


def test_pairs_when_a_guest_thumbs_then_of_nobody(shop: Shop, config: IndexConfig) -> None:
    of = served(config, None)
    found = learned(shop, thumb(of.said, who=None))
    assert [pair.prompt for pair in found.pairs] == [text_of(Plain(), p) for p in of.prompts]
    assert {pair.shoppers for pair in found.pairs} == {()}


def test_pairs_when_a_shopper_thinks_again_then_their_last_thumb(shop: Shop, reply: Served) -> None:
    up, down = thumb(reply.said), thumb(reply.said, is_up=False)
    assert {pair.why for pair in learned(shop, up, down, down).pairs} == {"disliked"}
    assert {pair.why for pair in learned(shop, down, down, up).pairs} == {"liked"}


def test_pairs_when_two_disagree_on_what_both_read_then_it_teaches_nothing(
    shop: Shop, reply: Served, config: IndexConfig
) -> None:
    theirs = served(config, TWIN).said
    down = thumb(theirs, is_up=False, who=TWIN)
    shared = {o.prompt for o in reply.said.sentences} & {o.prompt for o in theirs.sentences}
    assert len(shared) == 2
    tied = learned(shop, thumb(reply.said), down)
    assert sorted(pair.why for pair in tied.pairs) == ["disliked", "liked"]
    assert tied.left == {Left.TIED: 2}
    guest = thumb(theirs, is_up=False, who=None)
    most = learned(shop, thumb(reply.said), down, guest)
    assert sorted(pair.why for pair in most.pairs) == [*["disliked"] * 3, "liked"]
    assert [pair.shoppers for pair in most.pairs].count((TWIN, WHO)) == 2


def test_pairs_when_a_thumb_names_a_product_then_of_its_sentence_alone(
    shop: Shop, reply: Served
) -> None:
    second = reply.said.picks[1].product_id
    found = learned(shop, Thumb(WHO, second, True, reply.said.as_json()))
    assert [pair.chosen for pair in found.pairs] == [reply.said.sentences[1].raw]


def test_pairs_when_a_sentence_was_a_second_try_then_its_shorter_prompt(
    shop: Shop, reply: Served
) -> None:
    context, plan = replayed_second(reply.said, shop)
    less = plan.without(frozenset(plan.reasons[1].references))
    said = answering(reply.said, context, less, "[P2] matches your request for [N.category].")
    (pair,) = learned(shop, thumb(said)).pairs
    assert pair.prompt == text_of(Plain(), render_explain(TEMPLATE, less, context))
    assert "under your limit" not in pair.prompt


def test_left_when_the_reasons_are_kept_for_evaluations_then_counted(
    shop: Shop, reply: Served
) -> None:
    fits = Evidence(EvidenceKind.NEED_TEXT, (Reference("N", "category"),), 2.0, 2)
    cheap = Evidence(EvidenceKind.CHEAPER, (Reference("P2", "price"), Reference("P1")), 1.0, 1)
    first, second, *others = reply.said.picks
    picks = (first, replace(second, evidence=(fits, cheap)), *others)
    context, plan = replayed_second(replace(reply.said, picks=picks), shop)
    raw = "[P2] matches your request for [N.category] and is cheaper than [P1]."
    assert verify(parse(raw), context).ok
    said = answering(replace(reply.said, picks=picks), context, plan, raw)
    assert kinds(plan) in HELD_PLANS
    assert learned(shop, thumb(said)).left == {Left.HELD_PLAN: 1}


def replayed_second(said: Said, shop: Shop) -> tuple[Context, Plan]:
    """The second card of the reply, and what is to be said of it."""
    resolver = replayed(said, shop, WHO)
    assert resolver
    context = Context(resolver.picks[1], resolver)
    return context, plan_for(context)


def answering(said: Said, context: Context, plan: Plan, raw: str) -> Said:
    """The reply as if one sentence had been said in it, under the prompt of this plan."""
    prompt = render_explain(TEMPLATE, plan, context).fingerprint
    return replace(said, sentences=(SaidSentence("P2", raw, prompt),))


def _empty(said: Said) -> Thumb:
    return Thumb(WHO, None, True, "")


def _told(said: Said, **other: str) -> Thumb:
    return thumb(replace(said, sentences=(replace(said.sentences[0], **other),)))


CASES: dict[Left, Callable[[Said], Thumb]] = {
    Left.UNKEPT: _empty,
    Left.HELD_SHOPPER: lambda said: thumb(said, who=HELD),
    Left.LATER: lambda said: thumb(replace(said, day=LAST + timedelta(days=1))),
    Left.UNSAID: lambda said: Thumb(WHO, "Tea-1", True, said.as_json()),
    Left.TEMPLATE: lambda said: _told(said, prompt="explain/2 0123456789abcdef"),
    Left.CHANGED: lambda said: _told(said, prompt="explain/3 0123456789abcdef"),
    Left.UNTRUE: lambda said: _told(said, raw="[P1] is new for you."),
}


@pytest.mark.parametrize("why", list(CASES))
def test_left_when_it_may_not_teach_then_counted_by_reason(
    shop: Shop, reply: Served, why: Left
) -> None:
    found = learned(shop, CASES[why](reply.said))
    assert found.pairs == []
    assert found.left == {why: 1}
    assert found.as_dict()["left_out"] == {why.value: 1}


def test_left_when_torn_or_of_another_version_then_as_if_nothing_was_kept(
    shop: Shop, reply: Served
) -> None:
    torn = Thumb(WHO, None, True, reply.said.as_json()[:-9])
    assert learned(shop, torn).left == {Left.UNKEPT: 1}


def test_left_when_the_cut_lies_before_the_reply_then_later(shop: Shop, reply: Served) -> None:
    found = learned(shop, thumb(reply.said), cut=LAST - timedelta(weeks=4))
    assert found.left == {Left.LATER: 1}


def test_left_when_something_changed_since_then_what_it_was_told_of(tmp_path: Path) -> None:
    config = make_open(tmp_path)
    said = served(config, WHO).said

    def again() -> Likes:
        return learned(Shop(Catalogue.open(config), Purchases.open(config)), thumb(said))

    assert len(again().pairs) == 3
    catalogue = Catalogue.open(config, readonly=False)
    dearer = replace(next(iter(catalogue.many([said.picks[1].product_id]))), price=200)
    catalogue.upsert([dearer])
    catalogue.close()
    assert again().left == {Left.CHANGED: 1}
    book = WishBook(Database(config.database))
    book.add(WHO, Wish.FORGET, f"product:{said.picks[0].product_id}")
    assert again().left == {Left.CHANGED: 2}
    book.add(WHO, Wish.OFF, Purpose.LEARN)
    assert again().left == {Left.UNWILLING: 1}


def test_build_when_a_log_is_given_then_its_pairs_stand_among_the_others_and_on_the_card(
    shop: Shop, reply: Served, tmp_path: Path
) -> None:
    thumbs = [thumb(reply.said, is_up=False), _empty(reply.said)]
    order = Order(LAST, pairs=5, thumbs=thumbs)
    card = build(shop, Plain(), [(TEMPLATE, 12)], order, tmp_path / "data")
    assert card["likes"]["pairs"] == {"disliked": 3}
    assert card["likes"]["left_out"] == {"nothing of the reply was kept": 1}
    assert card["pairs"]["disliked"] == 3 / 8
    lines = [json.loads(x) for x in (tmp_path / "data" / "pairs.jsonl").read_text().splitlines()]
    assert [row["why"] for row in lines] != sorted(row["why"] for row in lines)
    assert all(row["shoppers"] for row in lines)
    alone = build(shop, Plain(), [(TEMPLATE, 12)], replace(order, thumbs=None), tmp_path / "alone")
    others = [row for row in lines if row["why"] != "disliked"]
    text = "".join(json.dumps(row) + "\n" for row in others)
    assert (tmp_path / "alone" / "pairs.jsonl").read_text() == text
    assert "likes" not in alone


def test_build_when_nothing_explains_then_likes_are_refused(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(BadData, match="no template is of the job explain"):
        build(shop, Plain(), [(load("score/1"), 9)], Order(LAST, thumbs=[]), tmp_path / "data")
