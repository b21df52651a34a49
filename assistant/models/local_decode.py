"""Greedy decoding of several rows side by side, each with its own grammar."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from assistant.interfaces import Stop
from assistant.models.grammar import Matcher
from assistant.models.local_int8 import Switch
from assistant.models.local_rows import Row, forward, hidden, prefill

CHUNK = 128
"""Tokens of a prefill between two looks at the stop."""


@dataclass(slots=True)
class Line:
    """One completion while it grows."""

    row: Row
    pending: list[int]
    """Tokens not fed yet: at first the last one of the prompt."""
    matcher: Matcher
    room: int
    """Tokens that may still be added."""
    tokens: list[int] = field(default_factory=list)
    forced: int = 0
    """How many of the tokens were the only way on."""
    prompt_tokens: int = 0
    cached_tokens: int = 0
    finished: bool = False
    """Whether it came to its own end."""

    @property
    def open(self) -> bool:
        return not self.finished and self.room > 0

    def follow(self) -> NDArray[np.bool_] | None:
        """Append what is the only way on; return the mask of the next choice.

        Where the text is complete or the room used up, the line is not open any more.
        """
        while self.open:
            forced = self.matcher.forced()
            self.forced += min(len(forced), self.room)
            cut = len(forced) > self.room
            self._add(forced)
            self.finished = self.matcher.done and not cut
            if not self.open:
                return None
            allowed = self.matcher.allowed()
            if allowed is None or np.count_nonzero(allowed) != 1:
                return allowed
            self.choose(allowed.astype(np.float32), None)
            self.forced += not self.finished
        return None

    def choose(self, logits: NDArray[np.float32], allowed: NDArray[np.bool_] | None) -> None:
        """Append the likeliest token that is allowed, or end. *Shape:* both (vocabulary,)."""
        if allowed is not None:
            logits = np.where(allowed, logits[: len(allowed)], -np.inf)
        token = int(logits.argmax())
        if self.matcher.is_end(token):
            self.finished = True
            return
        self.matcher.accept(token)
        self._add([token])
        self.finished = self.matcher.done

    def _add(self, tokens: list[int]) -> None:
        taken = tokens[: self.room]
        self.tokens += taken
        self.pending += taken
        self.room -= len(taken)


class Engine:
    """Runs the forward passes, one at a time whoever asks.

    torch spreads one pass over all cores, so two threads in the same model would only stand
    in each other's way. The lock is held for a pass, not for a completion.
    """

    def __init__(self, model: Any, switch: Switch) -> None:
        self.model = model
        self.switch = switch
        self.lock = threading.Lock()

    def prefill(self, row: Row, tokens: Sequence[int], stop: Stop | None) -> None:
        """Feed a prompt, each row by itself.

        The float32 weights do this: a long pass waits for arithmetic.
        """
        for start in range(0, len(tokens), CHUNK):
            if stop:
                return
            with self.lock, self.switch.exactly():
                prefill(self.model, row, tokens[start : start + CHUNK])

    def read(self, rows: Sequence[Row], chunks: Sequence[Sequence[int]]) -> Tensor:
        """Feed several rows in one pass of the weights of a prefill; return their last states.

        *Shape:* (rows, size).
        """
        with self.lock, self.switch.exactly():
            return hidden(self.model, rows, chunks)

    def step(self, lines: Sequence[Line], stop: Stop | None) -> None:
        """Bring every open line forward by its forced tokens and one choice.

        Lines that got several forced tokens feed them all in this one pass.
        """
        waiting = [(line, line.follow()) for line in lines if line.open]
        waiting = [(line, allowed) for line, allowed in waiting if line.open]
        if not waiting or stop:
            return
        with self.lock:
            rows = [line.row for line, _ in waiting]
            logits = forward(self.model, rows, [line.pending for line, _ in waiting]).numpy()
        for (line, allowed), found in zip(waiting, logits, strict=True):
            line.pending = []
            line.choose(found, allowed)
