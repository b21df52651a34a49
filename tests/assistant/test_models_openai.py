"""The client, against servers on the loopback: good, hanging, garbled, deaf to the grammar."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest

from assistant.errors import BadModel, ModelFailed
from assistant.interfaces import ChatModel, Stop
from assistant.models import openai_rest
from assistant.models.openai import OpenAIModel
from assistant.models.openai_rest import Rest
from eval.drills.model_server import (
    Say,
    Server,
    cut_off,
    deaf,
    dripping,
    dripping_without_a_line,
    endless,
    failing,
    garbled,
    hanging,
    in_one_piece,
    nested,
    of_another_shape,
    serving,
    silent,
)
from tests.assistant.model_server import good, refusing
from tests.contracts.chat_model import BREAD, MILK, MILK_BOUND, SAID, ChatModelContract


@pytest.fixture
def serve() -> Iterator[Callable[[Say], Server]]:
    with contextlib.ExitStack() as servers:
        yield lambda say: servers.enter_context(serving(say))


class TestOpenAIContract(ChatModelContract):
    @pytest.fixture(autouse=True)
    def up(self, serve: Callable[[Say], Server]) -> None:
        self.server = serve(good)

    def make(self) -> ChatModel:
        return OpenAIModel.from_url(self.server.url, "tiny")


def test_body_when_under_a_grammar_then_structured_outputs_and_greedy(
    serve: Callable[[Say], Server],
) -> None:
    server = serve(good)
    completion = OpenAIModel.from_url(server.url + "/v1/", "tiny").complete([MILK_BOUND])[0]
    body = server.bodies[0]
    assert server.paths == ["/v1/chat/completions"]
    assert body["structured_outputs"] == {"grammar": MILK_BOUND.grammar}
    assert (body["model"], body["temperature"], body["max_tokens"]) == ("tiny", 0, 24)
    assert (completion.tokens, completion.prompt_tokens, completion.finished) == (4, 9, True)


def test_answer_when_the_grammar_is_ignored_then_failed(serve: Callable[[Say], Server]) -> None:
    model = OpenAIModel.from_url(serve(deaf).url, "tiny")
    assert model.complete([MILK])[0].text.startswith("That")
    with pytest.raises(ModelFailed, match="does not apply structured_outputs"):
        model.complete([MILK_BOUND])


@pytest.mark.parametrize(
    ("say", "why"),
    [
        (hanging, "took over 0.3 seconds"),
        (dripping, "took over 0.3 seconds"),
        (garbled, "not a chat completion"),
        (of_another_shape, "not a chat completion"),
        (silent, "broke off"),
        (failing, "503: no such model loaded"),
        (dripping_without_a_line, "took over 0.3 seconds"),
        (endless, "(has|took) over"),
        (nested, "not a chat completion"),
        (in_one_piece, "does not stream"),
        (cut_off, "broke off"),
    ],
)
def test_server_when_it_misbehaves_then_failed_in_time(
    serve: Callable[[Say], Server], say: Say, why: str
) -> None:
    model = OpenAIModel.from_url(serve(say).url, "tiny", timeout_s=0.3)
    start = time.monotonic()
    with pytest.raises(ModelFailed, match=why):
        model.complete([MILK])
    assert time.monotonic() - start < 3


def test_server_when_away_then_failed(serve: Callable[[Say], Server]) -> None:
    server = serve(good)
    server.shutdown()
    server.server_close()
    with pytest.raises(ModelFailed, match="can't be reached"):
        OpenAIModel.from_url(server.url, "tiny").complete([MILK])


def test_server_when_it_refuses_the_grammar_then_failed_but_it_is_still_asked(
    serve: Callable[[Say], Server],
) -> None:
    model = OpenAIModel.from_url(serve(refusing).url, "tiny")
    for _ in range(3):
        with pytest.raises(ModelFailed, match="422"):
            model.complete([MILK_BOUND])
    assert model.complete([MILK])[0].text == SAID["milk"]


def test_server_when_it_hung_then_left_alone_and_then_tried_again(
    serve: Callable[[Say], Server],
) -> None:
    server = serve(hanging)
    model = OpenAIModel.from_url(server.url, "tiny", timeout_s=0.2, rest_s=0.4)
    with pytest.raises(ModelFailed, match="took over"):
        model.complete([MILK] * 3)
    start = time.monotonic()
    for _ in range(5):
        with pytest.raises(ModelFailed, match=r"left alone .* took over"):
            model.complete([MILK])
    assert time.monotonic() - start < 0.15
    assert len(server.bodies) == 3
    server.say = good
    time.sleep(0.45)
    assert model.complete([MILK])[0].text == SAID["milk"]
    assert len(model.complete([MILK, BREAD])) == 2


def test_rest_when_failures_go_on_then_twice_as_long_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [100.0]
    monkeypatch.setattr(openai_rest, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    rest, tried = Rest(2.0), []
    for _ in range(200):
        with contextlib.suppress(ModelFailed), rest.watch():
            tried.append(clock[0])
            raise ModelFailed("away")
        clock[0] += 0.5
    assert tried[:5] == [100, 102, 106, 114, 130]
    clock[0] = 500.0
    with rest.watch():
        pass
    with pytest.raises(ModelFailed, match="away"), rest.watch():
        raise ModelFailed("away")
    with pytest.raises(ModelFailed, match=r"left alone for 2\.0 more seconds"), rest.watch():
        pass


def test_stop_when_set_while_the_server_rests_then_nothing_is_asked(
    serve: Callable[[Say], Server],
) -> None:
    server = serve(failing)
    model = OpenAIModel.from_url(server.url, "tiny")
    stop = Stop()
    stop.set()
    assert model.complete([MILK], stop)[0].finished is False
    assert server.bodies == []


@pytest.mark.parametrize("url", ["", "tiny", "ftp://host", "http://", "http://host/v1?key=1"])
def test_url_when_it_is_none_then_bad_model_names_it(url: str) -> None:
    with pytest.raises(BadModel, match="not the address") as caught:
        OpenAIModel.from_url(url, "tiny")
    assert repr(url) in str(caught.value)
