"""Teachers behind a real server: what they are asked, and how they lie."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from eval.drills.model_server import Handler, Say, Server, speak
from finetune.teacher import Teacher

KEY = "sk-of-the-teacher"


def asked(body: dict[str, Any]) -> str:
    """The last message of a request."""
    said: str = body["messages"][-1]["content"]
    return said


def saying(words: Callable[[str], str]) -> Say:
    """A teacher that answers each question by a rule."""
    return lambda handler, body: speak(handler, body, words(asked(body)))


def dying_after(count: int, words: Callable[[str], str]) -> Say:
    """One that answers so many questions and then refuses to work."""
    left, lock = [count], threading.Lock()

    def say(handler: Handler, body: dict[str, Any]) -> None:
        with lock:
            left[0] -= 1
            alive = left[0] >= 0
        if alive:
            speak(handler, body, words(asked(body)))
        else:
            handler.begin(503)
            handler.wfile.write(b"out of memory")

    return say


def at(server: Server, runs: Path) -> Teacher:
    """The teacher at a server, which waits for no one."""
    found = Teacher.at(server.url, "big", runs)
    found.wait_s = 0.01
    return found


def mark(question: str) -> str:
    """The mark of the pick that a question is about."""
    found = re.match(r"\[P\d+\]", question)
    assert found
    return found[0]
