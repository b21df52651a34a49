"""Orders in titles: read past, with the right sentence unchanged to the letter."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from assistant.claims import Context
from assistant.explain import render_explain
from assistant.plan import plan_for
from assistant.prompts import load
from assistant.types import Evidence, EvidenceKind, Need, Reference
from finetune.examples import explain_example, kinds
from finetune.planting import ORDER, ORDERS, planted
from tests.assistant.sentences import PICKS, resolver
from tests.finetune.test_examples import Plain

TEMPLATE = load("explain/3")


def titled(title: str) -> Context:
    """The first pick under another title."""
    candidate = PICKS[0].candidate
    product = replace(candidate.product, title=title)
    picks = (replace(PICKS[0], candidate=replace(candidate, product=product)), *PICKS[1:])
    return Context(picks[0], resolver(picks=picks))


def user(found: Context) -> str:
    return render_explain(TEMPLATE, plan_for(found), found).messages[-1].content


@pytest.mark.parametrize("order", [*ORDERS, ORDER])
def test_planted_when_the_title_has_room_then_the_order_is_read_and_no_more_is_changed(
    order: str,
) -> None:
    plain = titled("Greek Yogurt, 16 ounces")
    found = planted(plain, order, TEMPLATE)
    assert found
    assert f"[P1] is {order}" in user(found)
    assert user(found).splitlines()[1:] == user(plain).splitlines()[1:]
    assert found.pick in found.resolver.picks


def test_planted_when_the_order_changes_what_can_be_said_then_none() -> None:
    candidate = PICKS[0].candidate
    bare = replace(candidate.product, title="Rich and creamy yogurt", kind="", category="Dairy")
    fits = (Evidence(EvidenceKind.NEED_TEXT, (Reference("N", "search"),), 1.0),)
    pick = replace(PICKS[0], candidate=replace(candidate, product=bare), evidence=fits)
    found = Context(pick, resolver(Need("", search_text="yogurt"), picks=(pick,)))
    assert kinds(plan_for(found))[0] == "need_text"
    assert planted(found, ORDER, TEMPLATE) is None  # "yogurt" stands in the title alone


def test_planted_when_the_title_is_short_then_none() -> None:
    assert planted(titled("Yogurt"), ORDER, TEMPLATE) is None


def test_example_when_an_order_is_drawn_then_the_same_sentence_as_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = titled("Greek Yogurt, 16 ounces")
    made = []
    for share in (0.0, 1.0):
        monkeypatch.setattr("finetune.planting.PLANTED", share)
        made.append(explain_example(Plain(), TEMPLATE, plain, Counter()))
    without, with_order = made
    assert without
    assert with_order
    assert with_order.completion == without.completion
    assert with_order.plan == (*without.plan, "planted")
    assert any(order in with_order.prompt for order in ORDERS)
    assert not any(order in without.prompt for order in ORDERS)
