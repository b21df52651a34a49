"""The line of turns: a few at work, some waiting, the rest told that the shop is full."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from assistant.interfaces import Stop
from ui.api.refusals import Refused, refused_by
from ui.boundary import Trouble, guarded

T = TypeVar("T")
TOGETHER, WAITING = 8, 64
LOOK_S = 0.5
"""Between two looks of who waits at their place in the line."""


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
        self._together = together
        self._most = waiting
        self._queue: deque[asyncio.Future[None]] = deque()
        self._pool = ThreadPoolExecutor(together, thread_name_prefix="turn")
        self.working = 0

    @property
    def waiting(self) -> int:
        return len(self._queue)

    async def run(
        self,
        start: Callable[[Stop], Iterator[T]],
        wait: Callable[[int], T] | None = None,
        stop: Stop | None = None,
    ) -> AsyncGenerator[T, None]:
        """Yield what ``start(stop)`` yields; left early, it is stopped.

        Until it is let in, ``wait(ahead)`` is yielded whenever the number of others before it
        changes; stopped while it waits, it ends without a word.

        Raises
        ------
        Refused
            503 where the line is full; what ``start`` fails with, in words.
        """
        stop = Stop() if stop is None else stop
        ticket, told = self._enter(), -1
        try:
            while not ticket.done():
                if stop:
                    return
                ahead = self._queue.index(ticket)
                if wait and ahead != told:
                    told = ahead
                    yield wait(ahead)
                await asyncio.wait([ticket], timeout=LOOK_S)
            async for event in self._worked(start, stop):
                yield event
        finally:
            stop.set()
            self._leave(ticket)

    async def _worked(self, start: Callable[[Stop], Iterator[T]], stop: Stop) -> AsyncIterator[T]:
        loop, inbox = asyncio.get_running_loop(), asyncio.Queue[T | Trouble | None]()

        def work() -> None:
            for event in guarded(lambda: start(stop)):
                loop.call_soon_threadsafe(inbox.put_nowait, event)
            loop.call_soon_threadsafe(inbox.put_nowait, None)

        self._pool.submit(work)
        while (event := await inbox.get()) is not None:
            if isinstance(event, Trouble):
                raise refused_by(event)
            yield event

    def _enter(self) -> asyncio.Future[None]:
        """A ticket that is done as soon as its turn may begin."""
        ticket = asyncio.get_running_loop().create_future()
        if self.working < self._together:
            self.working += 1
            ticket.set_result(None)
            return ticket
        if self.waiting >= self._most:
            raise Refused(
                503,
                f"The shop is full: {self.waiting} others are waiting.",
                "Ask again in a few seconds.",
                {"retry-after": "5"},
            )
        self._queue.append(ticket)
        return ticket

    def _leave(self, ticket: asyncio.Future[None]) -> None:
        """Give the place up, at work or in the line, to who is next."""
        if ticket in self._queue:
            self._queue.remove(ticket)
            return
        self.working -= 1
        if self._queue:
            self.working += 1
            self._queue.popleft().set_result(None)
