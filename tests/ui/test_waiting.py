"""Turns of the page in the line: a place for who waits, a sentence where it is full."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial

from tests.ui.fake_assistant import FakeAssistant
from ui.api.line import Line
from ui.counter import Counter
from ui.screen import GUEST, Screen
from ui.waiting import in_line


class Shop:
    """A counter with room for one turn at a time, and two that wait."""

    def __init__(self, waiting: int = 2, tongue: str = "en") -> None:
        self.counter = Counter(FakeAssistant())
        self.line = Line(together=1, waiting=waiting)
        self.tongue = tongue

    def begin(self) -> str:
        return self.counter.begin("", "1228", self.tongue).key

    def ask(self, key: str, message: str) -> AsyncIterator[Screen]:
        turn = partial(self.counter.ask, message, key, GUEST)
        return in_line(self.line, self.counter, key, message, turn)


async def all_of(screens: AsyncIterator[Screen]) -> list[Screen]:
    return [screen async for screen in screens]


async def until(screens: list[Screen], words: str) -> None:
    async with asyncio.timeout(10):
        while not any(words in screen.talk for screen in screens):
            await asyncio.sleep(0.01)


def follow(screens: AsyncIterator[Screen], into: list[Screen]) -> asyncio.Task[None]:
    async def read() -> None:
        async for screen in screens:
            into.append(screen)

    return asyncio.create_task(read())


def test_turn_when_others_are_before_it_then_its_place_is_shown_until_it_is_answered() -> None:
    async def scene() -> None:
        shop, seen = Shop(), [[], [], []]  # type: ignore[var-annotated]
        keys = [shop.begin() for _ in range(3)]
        tasks = [follow(shop.ask(keys[0], "slow"), seen[0])]
        await until(seen[0], 'class="line"')
        for n in (1, 2):
            tasks.append(follow(shop.ask(keys[n], f"lunch {n}"), seen[n]))
            await asyncio.sleep(0.05)
        await until(seen[1], "you are next")
        await until(seen[2], "one other is before you")
        assert "lunch 2" in seen[2][0].talk
        assert seen[2][0].busy
        shop.counter.stop(keys[0])
        await asyncio.gather(*tasks)
        assert all('id="card-P1"' in screens[-1].shelf for screens in seen)
        assert "before you" not in seen[2][-1].talk
        assert seen[2][-1].talk.count("lunch 2") == 1
        assert (shop.line.waiting, shop.line.working) == (0, 0)

    asyncio.run(scene())


def test_turn_when_the_line_is_full_then_a_sentence_and_the_message_stays_in_the_box() -> None:
    async def scene() -> None:
        shop, seen = Shop(waiting=0, tongue="zh"), []  # type: ignore[var-annotated]
        first, second = shop.begin(), shop.begin()
        task = follow(shop.ask(first, "slow"), seen)
        await until(seen, 'class="line"')
        (told,) = await all_of(shop.ask(second, "lunch"))
        assert "店里已满：还有 0 人在等候。" in told.talk
        assert not told.taken
        assert not told.busy
        shop.counter.stop(first)
        await task
        assert 'id="card-P1"' in (await all_of(shop.ask(second, "lunch")))[-1].shelf

    asyncio.run(scene())


def test_turn_when_stopped_in_the_line_then_it_leaves_and_the_next_one_moves_up() -> None:
    async def scene() -> None:
        shop, seen = Shop(), [[], [], []]  # type: ignore[var-annotated]
        keys = [shop.begin() for _ in range(3)]
        tasks = [follow(shop.ask(keys[0], "slow"), seen[0])]
        await until(seen[0], 'class="line"')
        for n in (1, 2):
            tasks.append(follow(shop.ask(keys[n], "lunch"), seen[n]))
            await asyncio.sleep(0.05)
        again = await all_of(shop.ask(keys[1], "twice"))
        assert "I am still answering." in again[-1].talk, "one place for a conversation"
        (tapped,) = shop.counter.act("add p1", keys[1], GUEST)
        assert "you are next" in tapped.talk, "a tap leaves the place shown"
        assert tapped.busy
        shop.counter.stop(keys[1])
        await until(seen[1], "Stopped.")
        await until(seen[2], "you are next")
        shop.counter.stop(keys[0])
        await asyncio.gather(*tasks)
        assert 'id="card-P1"' not in seen[1][-1].shelf
        assert not seen[1][-1].busy
        assert 'id="card-P1"' in seen[2][-1].shelf

    asyncio.run(scene())


def test_turn_when_the_page_leaves_the_line_then_its_place_is_free() -> None:
    async def scene() -> None:
        shop, seen = Shop(), []  # type: ignore[var-annotated]
        keys = [shop.begin() for _ in range(2)]
        task = follow(shop.ask(keys[0], "slow"), seen)
        await until(seen, 'class="line"')
        waiting = shop.ask(keys[1], "lunch")
        await anext(waiting)
        assert shop.line.waiting == 1
        await waiting.aclose()  # type: ignore[attr-defined]
        await asyncio.sleep(0)
        shop.counter.stop(keys[0])
        await task
        assert (shop.line.waiting, shop.line.working) == (0, 0)

    asyncio.run(scene())
