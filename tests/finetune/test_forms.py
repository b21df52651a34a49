"""Forms: what the style asks for comes first, and what is said is what holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.explain import render_explain
from assistant.grammar import sentence_grammar
from assistant.models.grammar import follows
from assistant.plan import plan_for
from assistant.prompts import load
from assistant.references import parse
from assistant.types import Evidence, EvidenceKind, Reference
from assistant.verify import verify
from finetune.examples import shape
from finetune.forms import Style, forms, read, sentences
from index.errors import BadData
from tests.assistant.sentences import PICKS, context

STYLE = Style("product", "pick", "good", "often")


def test_forms_when_counted_then_several_hundred_for_every_kind() -> None:
    found = forms()
    assert len(found) >= 300
    assert {f.kind for f in found} == {
        "repeat", "category", "store_brand", "price_band", "need_price", "need_text",
        "promotion", "popular", "cheaper", "bigger", "plain",
    }  # fmt: skip


@pytest.mark.parametrize("opening", ["product", "you", "this"])
def test_sentences_when_the_style_names_an_opening_then_the_first_opens_so(opening: str) -> None:
    found = context()
    style = Style(opening, "pick", "good", "often")
    first, _ = next(sentences(plan_for(found), found, style))
    head = {"product": "[P1]", "you": "You", "this": "This"}[opening]
    assert first.startswith(head)


def test_sentences_when_the_plan_has_two_reasons_then_the_first_says_both() -> None:
    found = context()
    plan = plan_for(found)
    assert len(plan.reasons) == 2
    passing = (s for s, _ in sentences(plan, found, STYLE) if verify(parse(s), found).ok)
    said = parse(next(passing))
    for reason in plan.reasons:
        assert any(ref in said for ref in reason.references)


HABIT = Evidence(EvidenceKind.CATEGORY, (Reference("H3"), Reference("H3", "share")), 0.9, 1)
LESS = Evidence(EvidenceKind.CHEAPER, (Reference("P2"),), 0.5, 1)


@pytest.mark.parametrize(
    ("evidence", "opening", "head"),
    [
        ((HABIT, LESS), "this", "This"),
        ((HABIT, LESS), "product", "[P1]"),
        ((LESS, HABIT), "you", "You"),
    ],
)
def test_sentences_when_the_first_reason_never_opens_so_then_the_second_stands_first(
    evidence: tuple[Evidence, ...], opening: str, head: str
) -> None:
    found = context(picks=(replace(PICKS[0], evidence=evidence), *PICKS[1:]))
    plan = plan_for(found)
    assert [r.kind for r in plan.reasons] == [e.kind for e in evidence]
    style = Style(opening, "pick", "good", "often")
    grammar = sentence_grammar(found.pick, found.resolver, plan.references)
    first = next(
        text
        for text, _ in sentences(plan, found, style)
        if verify(parse(text), found).ok and follows(grammar, text)
    )
    assert first.startswith(head)
    assert plan.says_main(parse(first))
    assert all(set(r.references) & set(parse(first)) for r in plan.reasons)


def test_sentences_when_the_plan_is_empty_then_none() -> None:
    found = context()
    assert not list(sentences(plan_for(found).__class__(found.pick, (), 0), found, STYLE))


def test_style_when_the_prompt_has_no_style_line_then_the_person_is_told() -> None:
    found = context()
    old = render_explain(load("explain/1"), plan_for(found), found)
    with pytest.raises(BadData, match="no style line"):
        Style.of(old)


def test_style_when_the_card_is_the_same_then_the_same() -> None:
    found = context()
    one, two = (render_explain(load("explain/2"), plan_for(found), found) for _ in range(2))
    assert Style.of(one) == Style.of(two)


def test_shape_when_references_differ_then_equal() -> None:
    assert shape("[P1] costs [P1.price].") == shape("[P7] costs [P7.price].") == "[] costs []."


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("repeat:\n  middle: [a]\n", "'middle'"),
        ("repeat:\n  main: [a]\nplain:\n  main: [a]\n", "stands twice"),
    ],
)
def test_read_when_the_file_is_wrong_then_it_is_named(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "forms.yaml"
    path.write_text(text)
    with pytest.raises(BadData, match=what):
        read(path)
