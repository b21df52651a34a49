"""When a model server that fails is left alone, and when it is tried again."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from assistant.errors import ModelFailed

FIRST_S, MOST_S = 2.0, 60.0
"""Of rest after a failure, and after many in a row; each is twice the one before."""


class Refused(ModelFailed):
    """The server did not take this one request; it is up all the same."""

    def __init__(self, said: str, status: int) -> None:
        super().__init__(said)
        self.status = status


class Rest:
    """Shared by all requests to one server. Safe to use from several threads."""

    def __init__(self, first_s: float = FIRST_S) -> None:
        self._lock = threading.Lock()
        self._first_s = first_s
        self._pause_s = first_s
        self._until = 0.0
        self._round = 0
        self._because = ""

    @property
    def away(self) -> bool:
        """Whether the last that was heard of the server is a failure."""
        return bool(self._because)

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Do one request, if it is time to.

        Raises
        ------
        ModelFailed
            At once, while the server is left alone; or what the request raised.
        """
        round_ = self._enter()
        try:
            yield
        except Refused:
            raise
        except ModelFailed as failed:
            self._failed(round_, str(failed))
            raise
        self._worked()

    def _enter(self) -> int:
        with self._lock:
            left = self._until - time.monotonic()
            if left > 0:
                raise ModelFailed(
                    f"The server is left alone for {left:.1f} more seconds: {self._because}"
                )
            if self._because:  # this request tries; those beside it need not wait for it
                self._until = time.monotonic() + self._pause_s
            return self._round

    def _failed(self, round_: int, because: str) -> None:
        with self._lock:
            if round_ != self._round:
                return  # one of those beside it has told of it
            self._round += 1
            self._because = because
            self._until = time.monotonic() + self._pause_s
            self._pause_s = min(2 * self._pause_s, MOST_S)

    def _worked(self) -> None:
        with self._lock:
            self._because, self._until, self._pause_s = "", 0.0, self._first_s
