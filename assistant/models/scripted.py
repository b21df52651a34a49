"""A model that says what it was told to: for tests, and for demonstrations without weights."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

from assistant.errors import ModelFailed
from assistant.interfaces import Completion, Request, Stop
from assistant.models.grammar import follows

When = Callable[[Request], bool]


class ScriptedModel:
    """A ``ChatModel`` over a script.

    Parameters
    ----------
    answers
        Texts said in order, each once. Or pairs of a condition and a text: the first pair
        whose condition holds answers, as often as it is asked.
    name
        What it calls itself.

    Every request is kept in ``requests``. A script that has run out raises ``ModelFailed``,
    and so does a line that does not follow the request's grammar.
    """

    def __init__(
        self, answers: Sequence[str] | Sequence[tuple[When, str]], name: str = "scripted"
    ) -> None:
        self.name = name
        self.requests: list[Request] = []
        self._lines = [answer for answer in answers if isinstance(answer, str)]
        self._rules = [answer for answer in answers if not isinstance(answer, str)]
        self._said = 0

    @property
    def fingerprint(self) -> str:
        """Hash of the script's texts."""
        texts = [*self._lines, *(text for _, text in self._rules)]
        return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]

    def complete(self, requests: Sequence[Request], stop: Stop | None = None) -> list[Completion]:
        """Answer from the script; a word is a token."""
        return [self._answer(request, stop) for request in requests]

    def stream(self, request: Request, stop: Stop | None = None) -> Iterator[str]:
        """Yield the answer word by word."""
        for word in _words(self._answer(request, stop).text):
            if stop:
                return
            yield word

    def close(self) -> None:
        """Nothing to let go of."""

    def _answer(self, request: Request, stop: Stop | None) -> Completion:
        self.requests.append(request)
        if stop:
            return Completion(text="", tokens=0, finished=False)
        text = self._text(request)
        if request.grammar is not None and not follows(request.grammar, text):
            raise ModelFailed(f"The script's line {text!r} does not follow the grammar.")
        words = _words(text)
        kept = words[: request.max_tokens]
        return Completion("".join(kept), len(kept), finished=len(kept) == len(words))

    def _text(self, request: Request) -> str:
        for holds, text in self._rules:
            if holds(request):
                return text
        if self._said == len(self._lines):
            raise ModelFailed(f"The script has no line for prompt {request.prompt.name}.")
        self._said += 1
        return self._lines[self._said - 1]


def _words(text: str) -> list[str]:
    """Split so that the pieces joined are the text.

    >>> _words("a bc  d")
    ['a', ' bc', ' ', ' d']
    """
    first, *rest = text.split(" ")
    return [piece for piece in (first, *(f" {word}" for word in rest)) if piece]
