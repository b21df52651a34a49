"""The scripted model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ModelFailed
from assistant.interfaces import ChatModel, Request
from assistant.models.scripted import ScriptedModel, When
from tests.contracts.chat_model import MILK, MILK_BOUND, SAID, ChatModelContract


def asks_for(word: str) -> When:
    def holds(request: Request) -> bool:
        return word in request.prompt.messages[-1].content

    return holds


class TestScriptedContract(ChatModelContract):
    def make(self) -> ChatModel:
        return ScriptedModel([(asks_for(word), text) for word, text in SAID.items()])


def test_script_when_in_order_then_each_line_once_and_then_failed() -> None:
    model = ScriptedModel(["one", "two"])
    assert [c.text for c in model.complete([MILK, MILK])] == ["one", "two"]
    with pytest.raises(ModelFailed, match="no line for prompt contract/1"):
        model.complete([MILK])


def test_script_when_it_breaks_the_grammar_then_failed() -> None:
    with pytest.raises(ModelFailed, match="does not follow"):
        ScriptedModel(["you buy 7 of it."]).complete([MILK_BOUND])


def test_script_when_asked_then_the_request_is_kept() -> None:
    model = ScriptedModel(["one"])
    model.complete([MILK])
    assert model.requests == [MILK]


@given(st.text(alphabet="ab é", max_size=20))
def test_stream_when_any_text_then_joined_it_is_the_text(text: str) -> None:
    assert "".join(ScriptedModel([text]).stream(MILK)) == text
