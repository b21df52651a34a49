"""The client, against servers on the loopback: good, hanging, garbled, deaf to the grammar."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from assistant.errors import BadModel, ModelFailed
from assistant.interfaces import ChatModel
from assistant.models.openai import OpenAIModel
from tests.contracts.chat_model import MILK, MILK_BOUND, SAID, ChatModelContract

Say = Callable[["Handler", dict[str, Any]], None]


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the server's ``say``."""

    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.bodies.append(body)
        self.server.paths.append(self.path)
        self.server.say(self, body)

    def begin(self, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()

    def event(self, event: dict[str, Any]) -> None:
        self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Be quiet."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, say: Say) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.say = say
        self.bodies: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


def speak(handler: Handler, body: dict[str, Any], text: str) -> None:
    words = text.split(" ")
    words = [words[0], *(f" {word}" for word in words[1:])]
    kept = words[: body["max_tokens"]]
    handler.begin()
    for word in kept:
        handler.event({"choices": [{"delta": {"content": word}, "finish_reason": None}]})
    reason = "stop" if kept == words else "length"
    handler.event({"choices": [{"delta": {}, "finish_reason": reason}]})
    usage = {"completion_tokens": len(kept), "prompt_tokens": 9}
    handler.event({"choices": [], "usage": usage})
    handler.wfile.write(b"data: [DONE]\n\n")


def good(handler: Handler, body: dict[str, Any]) -> None:
    question = body["messages"][-1]["content"]
    speak(handler, body, next(text for word, text in SAID.items() if word in question))


def deaf(handler: Handler, body: dict[str, Any]) -> None:
    speak(handler, body, "That is 7 dollars well spent!")


def hanging(handler: Handler, body: dict[str, Any]) -> None:
    handler.begin()
    assert isinstance(handler.server, Server)
    handler.server.over.wait(10)


def dripping(handler: Handler, body: dict[str, Any]) -> None:
    handler.begin()
    assert isinstance(handler.server, Server)
    while not handler.server.over.wait(0.05):
        try:
            handler.event({"choices": [{"delta": {"content": "a"}, "finish_reason": None}]})
        except OSError:
            return


def garbled(handler: Handler, body: dict[str, Any]) -> None:
    handler.begin()
    handler.wfile.write(b"data: {<html>\n\n")


def of_another_shape(handler: Handler, body: dict[str, Any]) -> None:
    handler.begin()
    handler.event({"choices": [{"text": "you"}]})


def silent(handler: Handler, body: dict[str, Any]) -> None:
    handler.begin()


def failing(handler: Handler, body: dict[str, Any]) -> None:
    handler.begin(503)
    handler.wfile.write(b"no such model loaded")


@pytest.fixture
def serve() -> Iterator[Callable[[Say], Server]]:
    servers: list[Server] = []

    def start(say: Say) -> Server:
        server = Server(say)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return server

    yield start
    for server in servers:
        server.over.set()
        server.shutdown()
        server.server_close()


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


@pytest.mark.parametrize("url", ["", "tiny", "ftp://host", "http://", "http://host/v1?key=1"])
def test_url_when_it_is_none_then_bad_model_names_it(url: str) -> None:
    with pytest.raises(BadModel, match="not the address") as caught:
        OpenAIModel.from_url(url, "tiny")
    assert repr(url) in str(caught.value)
