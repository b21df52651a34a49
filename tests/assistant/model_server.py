"""The model server of the drills, and what it says to the questions of the contract."""

from __future__ import annotations

from typing import Any

from eval.drills.model_server import Handler, speak
from tests.contracts.chat_model import SAID


def good(handler: Handler, body: dict[str, Any]) -> None:
    question = body["messages"][-1]["content"]
    speak(handler, body, next(text for word, text in SAID.items() if word in question))


def refusing(handler: Handler, body: dict[str, Any]) -> None:
    """As ``transformers serve`` does: it knows no grammar, and says so."""
    if "structured_outputs" in body:
        handler.begin(422)
        handler.wfile.write(b'{"detail": "Unexpected fields: structured_outputs"}')
    else:
        good(handler, body)
