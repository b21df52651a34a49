"""The line of turns: a few at work, some waiting, the rest told that the shop is full."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from assistant.interfaces import Stop
from ui.api.refusals import Refused, refused_by
from ui.boundary import Trouble, guarded

T = TypeVar("T")
TOGETHER, WAITING = 8, 64


class Line:
    """Runs turns on threads of its own and hands their events to the event loop.

    Parameters
    ----------
    together
        Turns at work at a time.
    waiting
        Turns that may wait; more are refused with 503.
    """

    def __init__(self, together: int = TOGETHER, waiting: int = WAITING) -> None:
        self._most = waiting
        self._slots = asyncio.Semaphore(together)
        self._pool = ThreadPoolExecutor(together, thread_name_prefix="turn")
        self.waiting = 0
        self.working = 0

    async def run(self, start: Callable[[Stop], Iterator[T]]) -> AsyncIterator[T]:
        """Yield what ``start(stop)`` yields; left early, it is stopped.

        Raises
        ------
        Refused
            503 where the line is full; what ``start`` fails with, in words.
        """
        async with self._turn():
            loop, inbox = asyncio.get_running_loop(), asyncio.Queue[T | Trouble | None]()
            stop = Stop()

            def work() -> None:
                for event in guarded(lambda: start(stop)):
                    loop.call_soon_threadsafe(inbox.put_nowait, event)
                loop.call_soon_threadsafe(inbox.put_nowait, None)

            self._pool.submit(work)
            try:
                while (event := await inbox.get()) is not None:
                    if isinstance(event, Trouble):
                        raise refused_by(event)
                    yield event
            finally:
                stop.set()

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._slots.locked() and self.waiting >= self._most:
            raise Refused(
                503,
                f"The shop is full: {self.waiting} others are waiting.",
                "Ask again in a few seconds.",
                {"retry-after": "5"},
            )
        self.waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self.waiting -= 1
        self.working += 1
        try:
            yield
        finally:
            self.working -= 1
            self._slots.release()
