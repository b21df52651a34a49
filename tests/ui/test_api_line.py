"""The line of turns: bounded, told in a sentence, stopped when nobody listens."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from starlette.requests import Request

from assistant.interfaces import Stop
from index.errors import BadData
from ui.api.line import Line
from ui.api.refusals import Refused
from ui.api.routes import attended


async def collect(line: Line, start) -> list[object]:  # type: ignore[no-untyped-def]
    return [event async for event in line.run(start)]


def test_line_when_full_then_one_more_is_told_so_and_the_others_are_served() -> None:
    async def scene() -> None:
        line, gate = Line(together=1, waiting=2), threading.Event()

        def slow(stop: Stop) -> Iterator[int]:
            gate.wait(5)
            yield 1

        tasks = [asyncio.create_task(collect(line, slow)) for _ in range(3)]
        await asyncio.sleep(0.01)
        with pytest.raises(Refused, match="The shop is full: 2 others are waiting") as refused:
            await collect(line, slow)
        assert refused.value.status == 503
        gate.set()
        assert await asyncio.gather(*tasks) == [[1], [1], [1]]
        assert (line.waiting, line.working) == (0, 0)

    asyncio.run(scene())


def test_line_when_left_early_then_the_turn_is_stopped() -> None:
    async def scene() -> None:
        line, ended = Line(together=1), threading.Event()

        def endless(stop: Stop) -> Iterator[int]:
            yield 1
            while not stop:
                threading.Event().wait(0.005)
            ended.set()

        events = line.run(endless)
        assert await anext(events) == 1
        await events.aclose()
        assert await asyncio.to_thread(ended.wait, 2)
        assert line.working == 0

    asyncio.run(scene())


def test_line_when_a_turn_fails_then_its_words_are_raised() -> None:
    def wrong(stop: Stop) -> Iterator[int]:
        raise BadData("The price can't be met.", "Raise it.")
        yield 1

    with pytest.raises(Refused, match="can't be met") as refused:
        asyncio.run(collect(Line(), wrong))
    assert refused.value.status == 422


def test_attended_when_the_client_leaves_then_the_turn_is_stopped_and_the_place_is_free() -> None:
    async def scene() -> None:
        line, ended, gone = Line(together=1), threading.Event(), asyncio.Event()

        def endless(stop: Stop) -> Iterator[int]:
            while not stop:
                threading.Event().wait(0.005)
            ended.set()
            yield 1

        async def receive() -> dict[str, str]:
            await gone.wait()
            return {"type": "http.disconnect"}

        request = Request({"type": "http"}, receive)
        events = [event async for event in _leaving(request, line, endless, gone)]
        assert events == []
        assert await asyncio.to_thread(ended.wait, 2)
        assert (line.waiting, line.working) == (0, 0)

    asyncio.run(scene())


async def _leaving(request, line, start, gone):  # type: ignore[no-untyped-def]
    asyncio.get_running_loop().call_later(0.05, gone.set)
    async for event in attended(request, line.run(start)):
        yield event


def test_attended_when_the_client_stays_then_every_event_comes() -> None:
    async def scene() -> None:
        async def receive() -> dict[str, str]:
            await asyncio.Event().wait()
            raise AssertionError("it never leaves")

        request = Request({"type": "http"}, receive)
        events = attended(request, Line().run(lambda stop: iter((1, 2, 3))))  # type: ignore[arg-type,return-value]
        assert [event async for event in events] == [1, 2, 3]

    asyncio.run(scene())
