"""Turns of a small shop, scored: what is said, whether it is the reason, and what blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from assistant.explain import Explainer
from assistant.types import Sentence
from assistant.wiring import Assistant
from eval.cases import CaseRow, to_frame
from eval.causal import Inquest, cited_fact
from eval.datasets.files import Provenance
from eval.faithfulness.witness import Witness
from eval.report import Measurement
from eval.shop import BASE, TEMPLATE, TUNED, settings_for
from eval.summary import figures
from eval.tasks.faithfulness import (
    Faithfulness,
    Question,
    before_verify,
    causal_values,
    turn_rows,
)
from index.config import IndexConfig
from tests.eval.small_assistant import small_assistant

ASKED = Question("s1", "milk")
"""They bought oat milk three times, a week apart, the last time a week ago."""


@pytest.fixture(scope="module")
def assistant(shop: IndexConfig) -> Iterator[Assistant]:
    with small_assistant(shop) as found:
        yield found


def rows(assistant: Assistant, system: str = TEMPLATE) -> list[CaseRow]:
    return list(turn_rows(system, ASKED, assistant, Witness(assistant.search), seed=0))


def test_turn_when_templates_speak_then_grounded_and_counted_as_theirs(
    assistant: Assistant,
) -> None:
    found = rows(assistant)
    assert [row.case for row in found] == ["s1/P1", "s1/P2"]
    assert all(row.values["groundedness"] == 1.0 for row in found)
    assert all(row.values["template_share"] == 1.0 for row in found)
    assert all(row.values["groundedness_before_verify"] is None for row in found)
    assert sum(row.values["unknown_facts"] or 0 for row in found) == 0


def test_turn_when_the_cited_purchases_are_taken_away_then_the_pick_falls(
    assistant: Assistant,
) -> None:
    first = rows(assistant)[0]
    assert first.values["cites_history"] == 1.0
    assert first.values["causal_faithfulness"] == 1.0
    assert first.values["causal_of_main_reason"] == 1.0


def test_causal_when_no_fact_is_cited_then_counted_apart(assistant: Assistant) -> None:
    session = assistant.session("s1")
    reply = session.ask("milk")
    plain, inquest = Sentence("P1", ("It is milk.",), "It is milk."), Inquest(session, reply.need)
    found = causal_values(plain, reply.picks[0], session, inquest, Random(0))
    assert found == {"cites_history": 0.0}


def test_inquest_when_lines_are_of_something_else_then_the_pick_stays(
    assistant: Assistant,
) -> None:
    session = assistant.session("s1")
    reply = session.ask("milk")
    inquest = Inquest(session, reply.need)
    bread = [e.id for e in session._history if e.product_id == "bread"]
    kept = inquest.without("oat", bread)
    assert kept is not None
    assert not kept.fell
    fact = cited_fact(reply.sentences[0], session.profile)
    assert fact is not None
    gone = inquest.without("oat", fact.event_ids)
    assert gone is not None
    assert (gone.place, gone.place_without) == (1, 2)
    assert inquest.without("nothing", fact.event_ids) is None
    assert inquest.uncited(fact, Random(0)) is None  # no other fact has three more lines


def test_before_verify_when_a_try_was_rejected_then_that_one_is_read(assistant: Assistant) -> None:
    session = assistant.session("s1")
    reply = session.ask("milk")
    world = Witness(assistant.search).world(reply, reply.picks[0], "milk", session.profile)
    shown = replace(reply.sentences[0], by_model=True)
    assert before_verify(shown, reply, session, world) == 1.0
    for raw, grounded in (("[P1] costs [P2.price].", 0.0), ("[P9] is good.", 0.0)):
        tried = replace(shown, rejected=(f"{raw} (unsupported)",))
        assert before_verify(tried, reply, session, world) == grounded
    silent = replace(shown, by_model=False, rejected=("no answer: away",))
    assert before_verify(silent, reply, session, world) is None


class Liar(Explainer):
    """Says of every pick that it was bought nine times."""

    def explain(self, picks, profile, need, today, stop=None):  # type: ignore[no-untyped-def]
        for pick in picks:
            text = f"You bought {pick.candidate.product.title} 9 times."
            yield Sentence(pick.id, (text,), text)


def report(cases: list[CaseRow]) -> dict[str, bool]:
    task = Faithfulness([ASKED], 0, 6, Provenance("small", "ours", "0" * 64), {})
    found = figures(to_frame(cases))
    measured = Measurement("eval run faithfulness", [*found, *task.across(found)])
    return {target.metric: target.holds for target in measured.targets()}


def test_gate_when_the_words_lie_then_groundedness_and_unknown_facts_block(
    assistant: Assistant,
) -> None:
    honest = report(rows(assistant, TUNED))
    assert honest["groundedness"]
    assert honest["unknown_facts"]
    assert honest["unverifiable"]
    assert not honest["template_share"]  # templates spoke under the model's name
    witness = Witness(assistant.search)
    lying = assistant.session("s1")
    parts = replace(lying.parts, explainer=Liar(None, None))  # type: ignore[arg-type]
    before, assistant.parts = assistant.parts, parts
    try:
        cases = list(turn_rows(TUNED, ASKED, assistant, witness, seed=0))
    finally:
        assistant.parts = before
    held = report(cases)
    assert not held["groundedness"]
    assert not held["unknown_facts"]
    assert not held["causal_faithfulness"]
    assert not held["causal_minus_uncited_low"]


def test_settings_when_a_speaker_is_named_then_the_model_is_that() -> None:
    assert settings_for(TEMPLATE).model.backend == "none"
    assert str(settings_for(BASE).model.adapter) == "none"
    assert settings_for(TUNED).model.adapter is None
