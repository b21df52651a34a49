"""From picks to sentences: the plan, the grammar, the model, the verifier, the template."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ModelFailed
from assistant.explain import Explainer, render_explain
from assistant.interfaces import Completion, Request, Stop
from assistant.lexicon import lexicon, read
from assistant.models.scripted import ScriptedModel, When
from assistant.plan import plan_for
from assistant.prompts import load
from assistant.references import parse
from assistant.templates import template_sentence
from assistant.types import Evidence, EvidenceKind, FactKind, Need, Reference, Sentence
from assistant.verify import verify
from tests.assistant.sentences import GUEST, NEED, PICKS, PROFILE, TODAY, context, without

TRUE = "You have bought [P1] [H1.count] and last on [H1.last]."
COUNT, LAST = Reference("H1", "count"), Reference("H1", "last")


def explained(model: ScriptedModel | None, stop: Stop | None = None) -> list[Sentence]:
    explainer = Explainer(model, load("explain/1"))
    return list(explainer.explain(PICKS, PROFILE, NEED, TODAY, stop))


def about(pick_id: str, text: str) -> tuple[When, str]:
    """A rule: this text for the request whose prompt shows this pick."""
    return (lambda request: f"[{pick_id}]" in request.prompt.messages[-1].content, text)


def test_explain_when_no_grammar_can_be_built_then_the_template(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise ValueError("nothing can be said of P1")

    monkeypatch.setattr("assistant.explain.sentence_grammar", refuse)
    model = Loose(TRUE)
    sentences = told(model)
    assert not any(s.by_model for s in sentences)
    assert not [requests for requests in model.asked if requests], "never without a grammar"
    assert all("no grammar" in s.rejected[0] for s in sentences)


# The lexicon


def test_lexicon_when_read_then_no_digits_capitals_or_number_words() -> None:
    words = set(lexicon().symbols)
    numbers = {"two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "dozen"}
    assert not words & numbers
    assert all(re.fullmatch(r"[a-z][a-z'’-]*", word) for word in words)


def test_lexicon_when_a_word_stands_twice_then_the_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "words.tsv"
    path.write_text("a\t-\tone two\nb\t-\ttwo\n")
    with pytest.raises(ValueError, match="line 2: 'two' stands twice"):
        read(path)


# The plan and the templates


def test_plan_when_evidence_is_given_then_the_strongest_comes_first() -> None:
    plan = plan_for(context("P1"))
    assert plan.reasons[0].kind is EvidenceKind.REPEAT
    assert plan.says_main(parse(TRUE))
    assert not plan.says_main(parse("[P1] costs [P1.price]."))


def test_plan_when_the_fact_is_gone_then_its_reason_is_too() -> None:
    facts = tuple(f for f in without(FactKind.DUE).facts if f.kind is not FactKind.STAPLE)
    plan = plan_for(context("P1", profile=replace(PROFILE, facts=facts)))
    assert EvidenceKind.REPEAT not in {reason.kind for reason in plan.reasons}


def test_plan_when_a_reference_failed_then_less_is_said_but_something() -> None:
    plan = plan_for(context("P1"))
    less = plan.without(frozenset(plan.references))
    assert less.reasons == plan.reasons[:1]


KINDS = st.lists(st.sampled_from(list(EvidenceKind)), max_size=3, unique=True)


@given(
    st.sampled_from(["P1", "P2", "P3"]), KINDS, st.booleans(), st.booleans(), st.integers(0, 500)
)
def test_template_when_any_reasons_then_the_verifier_passes_it(
    pick_id: str, kinds: list[EvidenceKind], guest: bool, categories: bool, limit: int
) -> None:
    evidence = tuple(Evidence(kind, (), 1.0) for kind in kinds)
    picks = tuple(replace(p, evidence=evidence) if p.id == pick_id else p for p in PICKS)
    need = Need(
        "x",
        search_text="yogurt",
        categories=("Yogurt",) if categories else (),
        max_price=limit or None,
    )
    found = context(pick_id, need, GUEST if guest else PROFILE, picks)
    parts = template_sentence(plan_for(found), found)
    assert parts is not None
    assert verify(parts, found).ok


# The loop


def test_explain_when_no_model_then_templates_one_a_pick_and_the_same_again() -> None:
    first, second = explained(None), explained(None)
    assert [s.pick_id for s in first] == ["P1", "P2", "P3"]
    assert [s.text for s in first] == [s.text for s in second]
    assert all(s.is_shown and not s.by_model for s in first)


def test_explain_when_the_model_speaks_truly_then_it_is_shown() -> None:
    others = [about(p, f"[{p}] costs [{p}.price].") for p in ("P2", "P3")]
    first, second, _ = explained(ScriptedModel([about("P1", TRUE), *others]))
    assert first.by_model
    assert first.text == "You have bought Greek Yogurt, 16 oz 14 times and last on December 20."
    assert (second.by_model, second.rejected) == (True, ())


class Loose:
    """A model that is asked under a grammar and does not keep to it."""

    name = fingerprint = "loose"

    def __init__(self, *texts: str, finished: bool = True) -> None:
        self.texts = list(texts)
        self.finished = finished
        self.asked: list[list[Request]] = []

    def complete(self, requests: list[Request], stop: Stop | None = None) -> list[Completion]:
        self.asked.append(list(requests))
        if not self.texts:
            raise ModelFailed("it is away")
        text = self.texts.pop(0) if len(self.texts) > 1 else self.texts[0]
        return [Completion(text, 9, finished=self.finished) for _ in requests]

    def stream(self, request: Request, stop: Stop | None = None) -> object:
        raise NotImplementedError

    def close(self) -> None: ...


def told(model: Loose) -> list[Sentence]:
    explainer = Explainer(model, load("explain/1"))  # type: ignore[arg-type]
    return list(explainer.explain(PICKS, PROFILE, NEED, TODAY))


def test_explain_when_false_once_then_asked_again_and_the_second_is_shown() -> None:
    model = Loose("You have bought [P1] [H1.count], and it costs [P1.was].", TRUE)
    first = told(model)[0]
    assert first.by_model
    assert len(first.rejected) == 1


def test_explain_when_asked_again_with_less_to_say_then_the_prompt_that_was_answered_is_kept() -> (
    None
):
    at_once = told(Loose(TRUE))[0]
    model = Loose("You have bought [P1] [H1.count], and it costs [P1.was].", TRUE)
    again = told(model)[0]
    prompts = [asked[0].prompt.fingerprint for asked in model.asked]
    assert prompts == [at_once.prompt, again.prompt]
    plan = plan_for(context())
    less = plan.without(frozenset({Reference("P1", "was")}))
    shorter = render_explain(load("explain/1"), less, context())
    assert (len(less.reasons), again.prompt) == (1, shorter.fingerprint)
    assert explained(None)[0].prompt == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[P1] is cheaper than [P3].", "contradicted"),
        ("[P1] cures every cold.", "unverifiable"),
        ("[P1] costs [P1.price].", "does not give the reason"),
        ("You bought [P1] [H1.count]", "empty or cut off"),
        ("", "empty or cut off"),
    ],
)
def test_explain_when_it_stays_wrong_then_the_template_and_the_reason_is_kept(
    text: str, why: str
) -> None:
    first = told(Loose(text))[0]
    assert not first.by_model
    assert first.is_shown
    assert why in first.rejected[0]


def test_explain_when_cut_off_then_not_shown() -> None:
    assert not any(s.by_model for s in told(Loose(TRUE, finished=False)))


def test_explain_when_the_model_is_away_then_templates() -> None:
    sentences = told(Loose())
    assert len(sentences) == 3
    assert all("it is away" in s.rejected[0] for s in sentences)


def test_explain_when_asked_then_all_picks_side_by_side() -> None:
    model = Loose(TRUE)
    told(model)
    assert len(model.asked[0]) == 3
    assert all(request.grammar for requests in model.asked for request in requests)


class OfPrices(Loose):
    """Tells every price, and of the first product a price that was never told."""

    def complete(self, requests: list[Request], stop: Stop | None = None) -> list[Completion]:
        self.asked.append(list(requests))
        shown = [request.prompt.messages[-1].content for request in requests]
        picks = [next(pick.id for pick in PICKS if f"[{pick.id}]" in text) for text in shown]
        false = "You have bought [P1] [H1.count], and it costs [P1.was]."
        texts = [false if pick == "P1" else f"[{pick}] costs [{pick}.price]." for pick in picks]
        return [Completion(text, 9, finished=True) for text in texts]


def test_explain_when_a_later_pick_is_asked_again_then_the_first_is_shown_before() -> None:
    model = OfPrices()
    explainer = Explainer(model, load("explain/1"))  # type: ignore[arg-type]
    sentences = explainer.explain(PICKS[::-1], PROFILE, NEED, TODAY)
    assert next(sentences).by_model
    assert len(model.asked) == 1
    assert [s.pick_id for s in sentences] == ["P2", "P1"]
    assert [len(requests) for requests in model.asked] == [3, 1]


def test_explain_when_stopped_then_the_model_is_not_asked() -> None:
    stop, model = Stop(), ScriptedModel([about("P1", TRUE)])
    stop.set()
    assert not any(s.by_model for s in explained(model, stop))
    assert model.requests == []


def test_plan_when_a_habit_cost_no_place_then_it_comes_after_what_is_useful() -> None:
    habit = Evidence(EvidenceKind.PRICE_BAND, (Reference("H5", "low"), Reference("H5", "high")), 9)
    for lost, first in ((1, EvidenceKind.PRICE_BAND), (0, EvidenceKind.PROMOTION)):
        picks = (replace(PICKS[0], evidence=(replace(habit, ranks_lost=lost),)), *PICKS[1:])
        plan = plan_for(context(picks=picks))
        assert plan.reasons[0].kind is first
