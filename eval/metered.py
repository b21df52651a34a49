"""A model that keeps what it was asked and what it said, for those who measure it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant.interfaces import ChatModel, Completion, Request, Stop


@dataclass(slots=True)
class Metered:
    """A ``ChatModel`` before another one, which answers."""

    model: ChatModel
    asked: list[list[tuple[Request, Completion]]] = field(default_factory=list)
    """Request and answer, one list for each time that it was asked."""

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def fingerprint(self) -> str:
        return self.model.fingerprint

    @property
    def calls(self) -> list[tuple[Request, Completion]]:
        """All of them, in order."""
        return [call for together in self.asked for call in together]

    def complete(self, requests: Sequence[Request], stop: Stop | None = None) -> list[Completion]:
        answers = self.model.complete(requests, stop)
        self.asked.append(list(zip(requests, answers, strict=True)))
        return answers

    def stream(self, request: Request, stop: Stop | None = None) -> Iterator[str]:
        return self.model.stream(request, stop)

    def close(self) -> None:
        """The model is its owner's to close."""
