"""What the assistant asks of a language model and of a ranker."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from assistant.types import Need, Pick, Profile
from index.types import Candidate


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """Chat messages, the last one from the user.

    The first ``stable`` of them are the same for every request of a job (instructions and
    examples): a local model keeps their attention cache, keyed by weights, adapter and text.
    """

    messages: tuple[Message, ...]
    stable: int
    name: str
    """Template and version: "explain/1"."""

    @property
    def fingerprint(self) -> str:
        """The name, and SHA-256 of all messages, first 16 digits: "explain/1 9c56cc51b374c3ba"."""
        text = json.dumps([(message.role, message.content) for message in self.messages])
        return f"{self.name} {hashlib.sha256(text.encode()).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Request:
    """One generation. Decoding is greedy."""

    prompt: Prompt
    grammar: str | None = None
    """A Lark grammar that the whole completion must follow; ``None`` is free text.

    A model that can't apply it raises ``ModelFailed``: it never answers without it.
    """
    max_tokens: int = 64


@dataclass(frozen=True, slots=True)
class Completion:
    """What came back."""

    text: str
    tokens: int
    """Tokens of the completion, forced ones included."""
    forced: int = 0
    """Of these, how many the grammar left no choice about (no forward pass was spent)."""
    prompt_tokens: int = 0
    cached_tokens: int = 0
    seconds: float = 0.0
    finished: bool = True
    """False where ``max_tokens`` or a stop cut it off."""


@dataclass(slots=True)
class Stop:
    """A stop that stops: the model looks at it before every step."""

    _event: threading.Event = field(default_factory=threading.Event)

    def set(self) -> None:
        self._event.set()

    def __bool__(self) -> bool:
        return self._event.is_set()


class ChatModel(Protocol):
    """A language model.

    ``complete`` returns one completion per request, in order; requests are decoded side by
    side where the model can. ``stream`` yields pieces of text whose concatenation equals the
    ``text`` of ``complete`` for the same request. Both raise ``ModelFailed`` where the model
    is away or the grammar can't be applied; once ``stop`` is set they end within one step,
    ``complete`` with ``finished=False``. The same request gives the same text.
    """

    @property
    def name(self) -> str: ...

    @property
    def fingerprint(self) -> str:
        """Hash of base weights and adapter, or of the server's address and model name."""

    def complete(
        self, requests: Sequence[Request], stop: Stop | None = None
    ) -> list[Completion]: ...

    def stream(self, request: Request, stop: Stop | None = None) -> Iterator[str]: ...

    def close(self) -> None: ...


class Scorer(Protocol):
    """A model that can say how likely "yes" is. Not every ``ChatModel`` is one."""

    def score(self, prompts: Sequence[Prompt]) -> list[float]:
        """Log-odds (nats) of yes over no as the first word of each answer, in order.

        Prompts with the same stable messages share their attention cache. A score does not
        depend on the prompts beside it, nor on their order. Raises ``ModelFailed`` for a prompt
        that is longer than the model can read.
        """


@runtime_checkable
class Remote(Protocol):
    """A model that can be away while the shop is open. Not every ``ChatModel`` is one."""

    @property
    def away(self) -> bool:
        """Whether it failed when it was last asked: templates speak meanwhile."""


class Ranker(Protocol):
    """Orders candidates for a shopper and a need. Pure: same input, same output.

    The order in which candidates come in does not matter; ties break by product id. Every
    pick's contributions sum to its score. ``dial`` is the personalisation from 0 (the same
    for everyone) to 1.
    """

    @property
    def fingerprint(self) -> str:
        """Changes with whatever may change the order."""

    def rank(
        self, need: Need, candidates: Sequence[Candidate], profile: Profile, dial: float
    ) -> list[Pick]:
        """All candidates, best first, with evidence; the caller cuts to ``need.count``."""
