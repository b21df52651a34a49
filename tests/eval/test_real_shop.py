"""The harness on the default shop: small sizes of what is measured in full by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from assistant.wiring import Assistant, open_assistant
from eval.faithfulness.reader import judge
from eval.faithfulness.witness import Witness
from eval.mutation.trial import kinds, trials
from eval.read_sentences import read_sentences, world_of
from eval.shop import TEMPLATE, settings_for
from eval.tasks.faithfulness import questions, turn_rows

pytestmark = pytest.mark.model
EACH = 8


@pytest.fixture(scope="module")
def assistant(settings: Any) -> Iterator[Assistant]:
    with open_assistant(settings_for(TEMPLATE, settings)) as found:
        yield found


def test_trial_when_drawn_from_real_shoppers_then_falsehoods_fall_and_true_words_stand(
    assistant: Assistant,
) -> None:
    cases = trials(assistant, EACH, seed=1)
    assert {case.kind for case in cases} == set(kinds())
    assert len(cases) == EACH * len(kinds())
    wrong = [
        (case.kind, case.planted.text)
        for case in cases
        if judge(case.planted.text, case.planted.scene.world).is_true is case.is_false
    ]
    assert len(wrong) <= 2, wrong
    assert any(case.by_reference for case in cases)


def test_trial_when_drawn_again_with_the_seed_then_the_same_sentences(
    assistant: Assistant,
) -> None:
    texts = [[case.planted.text for case in trials(assistant, 2, seed=3)] for _ in range(2)]
    assert texts[0] == texts[1]


def test_turns_when_templates_speak_then_nothing_unknown_is_said(assistant: Assistant) -> None:
    witness = Witness(assistant.search)
    rows = [
        row
        for asked in questions(assistant, 12, seed=0)
        for row in turn_rows(TEMPLATE, asked, assistant, witness, seed=0)
    ]
    assert len(rows) > 20
    assert sum(row.values["unknown_facts"] or 0 for row in rows) == 0
    cited = [r.values["score_falls"] for r in rows if r.values.get("score_falls") is not None]
    assert cited
    assert all(cited)


def test_labels_when_the_shop_is_as_it_was_then_nothing_false_passes(assistant: Assistant) -> None:
    found = [(s, world_of(s, assistant.search)) for s in read_sentences()]
    assert all(world is not None for _, world in found)
    passed = [s.text for s, w in found if w and s.label == "false" and judge(s.text, w).is_true]
    assert passed == []
