"""An asker held against its base; worked by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.acts import Choice
from assistant.interfaces import Request
from assistant.models.scripted import ScriptedModel
from assistant.prompts import load
from assistant.types import Need
from assistant.understanding.words import stems
from finetune.evaluate_ask import Asked, ask, questions, rows
from finetune.scenes import is_held
from tests.finetune.meanings import make
from tests.finetune.test_scoring import CUT

TEMPLATE = load("ask/2")
CHOICES = tuple(Choice(aisle, "") for aisle in ("Hair care", "Brooms and mops"))
ASKED: list[Asked] = [(Need(w, asked=w), CHOICES) for w in ("brush", "spray", "oil")]
GOOD = "Do you mean [C1] or [C2]?"
OTHER = "Is it [C1] or [C2] that you want?"


def is_oil(request: Request) -> bool:
    return "is oil." in request.prompt.messages[-1].content


def test_rows_when_worked_by_hand_then_shares_of_the_questions() -> None:
    base = ScriptedModel([(lambda _: True, "Hair care costs $3.")])
    tuned = ScriptedModel([(is_oil, OTHER), (lambda _: True, GOOD)])
    found = {
        (r.system, r.metric): r
        for system, model in (("base", base), ("tuned", tuned))
        for r in rows(system, ask(system, model, TEMPLATE, ASKED))
    }
    values = {key: row.value for key, row in found.items()}
    assert values["base", "reference_valid"] == 0.0
    assert values["base", "template_share"] == 1.0
    assert values["tuned", "reference_valid"] == 1.0
    assert values["tuned", "template_share"] == 0.0
    assert values["tuned", "unique_masked"] == pytest.approx(2 / 3)
    assert found["tuned", "reference_valid"].ci95 == (1.0, 1.0)
    assert all(row.ci95 for row in found.values())
    assert {row.n for row in found.values()} == {3}


def test_ask_when_asked_then_the_base_reads_the_same_prompt_without_a_grammar_first() -> None:
    model = ScriptedModel([(lambda _: True, GOOD)])
    said = ask("base", model, TEMPLATE, ASKED[:1])
    assert [r.grammar is None for r in model.requests] == [True, False]
    assert model.requests[0].prompt == model.requests[1].prompt
    (one,) = said
    assert (one.word, one.raw, one.shown) == (
        "brush", GOOD, "Do you mean Hair care or Brooms and mops?",
    )  # fmt: skip


def test_questions_when_drawn_then_about_words_that_never_taught(
    tmp_path: Path,
) -> None:
    shop = make(tmp_path)
    found = questions(shop, CUT, 30, 1)
    assert len({(need.asked, choices) for need, choices in found}) == len(found) > 5
    assert all(is_held(f"word/{stems(need.asked)[0]}") for need, _ in found)
    assert found == questions(shop, CUT, 30, 1)
