"""The scripted conversations on the default shop."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from assistant.wiring import Assistant
from eval.dialogue.replay import play
from eval.dialogue.script import Script, scripts
from eval.shop import TEMPLATE, TUNED, open_speaker
from eval.simulator.rambler import Rambler, things_of

pytestmark = pytest.mark.model
JOURNEY = [script for script in scripts() if script.catalogue == "journey"]


@pytest.fixture(scope="module")
def assistant() -> Iterator[Assistant]:
    with open_speaker(TEMPLATE) as found:
        yield found


@pytest.mark.parametrize("script", JOURNEY, ids=lambda script: script.id)
def test_play_when_templates_speak_then_all_holds(script: Script, assistant: Assistant) -> None:
    played = play(script, assistant.session(script.shopper), assistant.search)
    assert played.failures + played.marks.lines == []
    if script.real_model:
        again = play(script, assistant.session(script.shopper), assistant.search)
        assert again.said == played.said


def test_rambler_when_it_talks_to_the_default_shop_then_nothing_is_wrong(
    assistant: Assistant,
) -> None:
    things = things_of(assistant.search)
    session = assistant.session("1228")
    said = list(Rambler(session, assistant.search, things, Random(7)).talk(30))
    assert [line for one in said for line in one.marks.lines] == []


@pytest.mark.slow
def test_play_when_the_model_speaks_then_all_holds() -> None:
    with open_speaker(TUNED) as assistant:
        for script in (script for script in JOURNEY if script.real_model):
            played = play(script, assistant.session(script.shopper), assistant.search)
            assert played.failures + played.marks.lines == [], script.id
