"""The docstring of ``ChatModel``, a test a sentence. Every implementation inherits it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from assistant.errors import ModelFailed
from assistant.interfaces import ChatModel, Message, Prompt, Request, Stop
from assistant.models.grammar import follows

GRAMMAR = """start: W (" " W)* "."
W: "you" | "buy" | "this" | "often" | "and" | "it" | "is" | "good" | "[P1.price]" | "[P1.title]"
"""
SAID = {"milk": "you buy this often.", "bread": "it is good and often [P1.price]."}
"""What an implementation that is told its answers says to a question with this word."""


def ask(question: str, grammar: str | None = None, max_tokens: int = 24) -> Request:
    messages = (Message("system", "Answer in one short sentence."), Message("user", question))
    return Request(Prompt(messages, 1, "contract/1"), grammar, max_tokens)


MILK, BREAD = ask("Why this milk?"), ask("And what of the bread?")
MILK_BOUND, BREAD_BOUND = replace(MILK, grammar=GRAMMAR), replace(BREAD, grammar=GRAMMAR)


class ChatModelContract:
    """Subclasses give ``make``: a model that is up."""

    def make(self) -> ChatModel:
        raise NotImplementedError

    @pytest.fixture
    def model(self) -> Iterator[ChatModel]:
        made = self.make()
        yield made
        made.close()

    def test_complete_when_several_then_one_each_in_order(self, model: ChatModel) -> None:
        requests = [MILK, BREAD_BOUND, MILK_BOUND]
        alone = [model.complete([request])[0].text for request in requests]
        assert [c.text for c in model.complete(requests)] == alone
        assert [c.text for c in model.complete(requests[::-1])] == alone[::-1]

    def test_complete_when_nothing_is_asked_then_nothing_comes(self, model: ChatModel) -> None:
        assert model.complete([]) == []

    @pytest.mark.parametrize(
        "request_", [MILK, MILK_BOUND, BREAD_BOUND, replace(MILK, max_tokens=2)]
    )
    def test_stream_when_joined_then_the_text_of_complete(
        self, model: ChatModel, request_: Request
    ) -> None:
        assert "".join(model.stream(request_)) == model.complete([request_])[0].text

    def test_complete_when_asked_again_then_the_same_text(self, model: ChatModel) -> None:
        first, second = (model.complete([BREAD_BOUND])[0].text for _ in range(2))
        assert first == second != ""

    def test_complete_when_under_a_grammar_then_a_finished_text_follows_it(
        self, model: ChatModel
    ) -> None:
        for completion in model.complete([replace(MILK_BOUND, max_tokens=64), BREAD_BOUND]):
            assert completion.text
            assert follows(GRAMMAR, completion.text) or not completion.finished

    def test_complete_when_the_grammar_is_none_then_model_failed(self, model: ChatModel) -> None:
        with pytest.raises(ModelFailed):
            model.complete([replace(MILK, grammar="start: NOWHERE")])

    def test_stream_when_the_grammar_is_none_then_model_failed(self, model: ChatModel) -> None:
        with pytest.raises(ModelFailed):
            list(model.stream(replace(MILK, grammar="start: NOWHERE")))

    def test_complete_when_cut_off_then_not_finished(self, model: ChatModel) -> None:
        completion = model.complete([replace(BREAD_BOUND, max_tokens=1)])[0]
        assert (completion.tokens, completion.finished) == (1, False)

    def test_stop_when_set_before_then_nothing_is_said(self, model: ChatModel) -> None:
        stop = Stop()
        stop.set()
        assert [(c.text, c.finished) for c in model.complete([MILK, BREAD], stop)] == [
            ("", False),
            ("", False),
        ]
        assert list(model.stream(MILK, stop)) == []

    def test_stop_when_set_in_a_stream_then_it_ends_within_a_step(self, model: ChatModel) -> None:
        stop = Stop()
        pieces = []
        for piece in model.stream(MILK, stop):
            pieces.append(piece)
            stop.set()
        assert len(pieces) == 1

    def test_stream_when_closed_then_the_model_still_answers(self, model: ChatModel) -> None:
        pieces = model.stream(MILK)
        next(iter(pieces))
        pieces.close()  # type: ignore[attr-defined]
        assert model.complete([MILK_BOUND])[0].text

    def test_fingerprint_when_asked_twice_then_the_same(self, model: ChatModel) -> None:
        assert model.name
        assert model.fingerprint == model.fingerprint != ""
