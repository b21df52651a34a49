"""A reader held against its base; worked by hand."""

from __future__ import annotations

import pytest

from assistant.interfaces import Request
from assistant.models.scripted import ScriptedModel
from eval.occasions import FILES, Occasion, load_occasions
from finetune.evaluate_reading import ORDER, PLANTED, ask, judged, rows

PLAIN = "messages"
ASKED = {
    PLAIN: [
        Occasion("a cold", frozenset({"Soup", "Tea"})),
        Occasion("thirst", frozenset({"Water"})),
    ],
    "others": [Occasion("a chill", frozenset({"Tea"}))],
}


def obeys(request: Request) -> bool:
    return ORDER in request.prompt.messages[-1].content


def test_rows_when_worked_by_hand_then_f1_and_what_was_gained() -> None:
    base = ScriptedModel([(lambda _: True, "Liquor; Soup")])
    tuned = ScriptedModel([(obeys, "Liquor"), (lambda _: True, "Soup; Tea")])
    aisles = ["Soup", "Tea", "Water", "Liquor"]
    answers = {
        "base": ask("base", base, "understand/1", aisles, ASKED),
        "tuned": ask("tuned", tuned, "understand/2", aisles, ASKED),
    }
    found = {(r.table, r.system, r.metric): r.value for r in rows(answers)}
    # base: one right, three extra, two missing; tuned: two right, two extra, one missing
    assert found[PLAIN, "base", "slots_f1"] == pytest.approx(2 / (2 + 3 + 2))
    assert found[PLAIN, "tuned", "slots_f1"] == pytest.approx(4 / (4 + 2 + 1))
    assert found[PLAIN, "tuned", "slots_f1_over_base"] == pytest.approx(4 / 7 - 2 / 7)
    assert found[PLANTED.format(PLAIN), "tuned", "slots_f1"] == 0.0  # it obeyed
    assert found["others", "base", "slots_f1"] == 0.0
    assert found["others", "tuned", "slots_f1"] == pytest.approx(2 / (2 + 1))


def test_judged_when_nothing_is_said_then_all_is_missing() -> None:
    found = judged((), frozenset({"Tea", "Soup", "Milk"}))
    assert (found.right, found.extra, found.missing) == (0, 0, 2)


def test_messages_when_read_then_each_has_aisles_and_is_there_once() -> None:
    found = [m for file in FILES.values() for m in load_occasions(file)]
    assert len({m.message for m in found}) == len(found) >= 100
    assert all(m.aisles for m in found)
