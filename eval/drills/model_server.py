"""A model server on the loopback that answers as it is told: hanging, dripping, lying, garbled."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

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
    """Keeps what it was asked."""

    daemon_threads = True

    def __init__(self, say: Say, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
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


def dripping_without_a_line(handler: Handler, body: dict[str, Any]) -> None:
    handler.begin()
    assert isinstance(handler.server, Server)
    while not handler.server.over.wait(0.05):
        try:
            handler.wfile.write(b"data: ")
            handler.wfile.flush()
        except OSError:
            return


def endless(handler: Handler, body: dict[str, Any]) -> None:
    handler.begin()
    with contextlib.suppress(OSError):
        while True:
            handler.event({"choices": [{"delta": {"content": "very " * 2000}}]})


def nested(handler: Handler, body: dict[str, Any]) -> None:
    handler.begin()
    handler.wfile.write(b"data: " + b"[" * 100_000 + b"\n\n")


def in_one_piece(handler: Handler, body: dict[str, Any]) -> None:
    handler.begin()
    handler.wfile.write(b'{"choices": [{"message": {"content": "you"}}]}\n')


def cut_off(handler: Handler, body: dict[str, Any]) -> None:
    handler.begin()
    handler.event({"choices": [{"delta": {"content": "you buy"}, "finish_reason": None}]})
    handler.close_connection = True


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


def start(say: Say, port: int = 0) -> Server:
    """Begin to serve; ``stop`` ends it."""
    server = Server(say, port)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server


def stop(server: Server) -> None:
    """End it, and whatever it holds open."""
    server.over.set()
    server.shutdown()
    server.server_close()


@contextlib.contextmanager
def serving(say: Say) -> Iterator[Server]:
    """Serve until the block ends."""
    server = start(say)
    try:
        yield server
    finally:
        stop(server)
