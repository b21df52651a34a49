"""A chat completion as it streams in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from assistant.errors import ModelFailed

LIMIT = 200_000
"""Characters without the end of a line, and of an answer; a sentence has a few hundred."""


class Answer:
    """What a stream of server-sent events has said so far."""

    def __init__(self) -> None:
        self.text = ""
        self.chunks = 0
        self.tokens = 0
        self.prompt_tokens = 0
        self.cached_tokens = 0
        self.reason: str | None = None
        self._rest = ""

    @property
    def complete(self) -> bool:
        """Whether the server said that it was at its end."""
        return self.reason is not None

    @property
    def finished(self) -> bool:
        return self.reason == "stop"

    def take(self, text: str) -> Iterator[str]:
        """Take in what came over the wire and yield the new words in it.

        Raises
        ------
        ModelFailed
            Where it is no chat completion, or has no end.
        """
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            if piece := self._read(line.rstrip("\r")):
                yield piece
        if max(len(self._rest), len(self.text)) > LIMIT:
            raise ModelFailed(f"The server's answer has over {LIMIT} characters.")

    def _read(self, line: str) -> str:
        if not line.startswith("data:") or line == "data: [DONE]":
            return ""
        try:
            event = json.loads(line.removeprefix("data:"))
            self._count(event.get("usage") or {})
            piece = ""
            for choice in event.get("choices", [])[:1]:
                piece = str(choice["delta"].get("content") or "")
                self.reason = choice.get("finish_reason") or self.reason
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ModelFailed(f"The server's answer is not a chat completion: {line[:80]}") from (
                error
            )
        self.text += piece
        self.chunks += bool(piece)
        return piece

    def _count(self, usage: dict[str, Any]) -> None:
        self.tokens = usage.get("completion_tokens") or self.tokens
        self.prompt_tokens = usage.get("prompt_tokens") or self.prompt_tokens
        details = usage.get("prompt_tokens_details") or {}
        self.cached_tokens = details.get("cached_tokens") or self.cached_tokens
