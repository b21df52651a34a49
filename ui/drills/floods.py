"""Flooded: many at once, more than fit, some who leave, thousands one after the other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import httpx
import psutil

from eval.drills.children import Child
from eval.drills.stage import Stage
from eval.drills.tally import UNDEFENDED, Tally
from eval.report import Row
from ui.drills.server import CAP, NO_END, Serving, start

FULL = 503
OVER = 3
"""Times as many ask at once as the line holds."""
SOON_S = 3.0
"""Until one who asks after all others have left is answered."""
TALK = ("{thing} without {canary}", "cheaper", "more")
THINGS = ("boots", "warm jacket", "tent", "head lamp", "cooking pot")
GROWTH = 0.05
"""Share by which a server's memory may grow in the second half of a soak."""
LOOKS = 4
"""Times that its threads and handles are counted in each half."""
SWAY = 3
"""Of those, by which the most of two halves may differ: some come and go with each request."""
CLOSING_S = 20.0
"""For which connections of clients that have left may stand."""
SIDE_BY_SIDE = 8


async def _ask(http: httpx.AsyncClient, **body: Any) -> httpx.Response:
    return await http.post("/v1/ask", json=body)


def _client(address: str, token: str, most: int) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=address,
        headers={"authorization": f"Bearer {token}"},
        limits=httpx.Limits(max_connections=most),
        timeout=120,
    )


def flood_chats(stage: Stage, tries: int, defended: bool) -> Tally:
    """So many conversations at once: none fails, none sees a word of another's."""
    tally = _tally("flood-chats", defended)
    child, address, token = start(stage, Serving(shared=not defended, cap=NO_END))
    canaries = [f"qz{number}xv" for number in range(tries)]

    async def all_at_once() -> list[list[str]]:
        async with _client(address, token, tries) as http:
            return await asyncio.gather(*(_chat(http, n, canaries) for n in range(tries)))

    for number, faults in enumerate(asyncio.run(all_at_once())):
        tally.count(f"chat {number}", faults)
    return _stopped(tally, child)


async def _chat(http: httpx.AsyncClient, number: int, canaries: Sequence[str]) -> list[str]:
    """Hold one conversation with a word of its own in it."""
    canary, faults = canaries[number], list[str]()
    body: dict[str, Any] = {}
    for said in TALK:
        message = said.format(thing=THINGS[number % len(THINGS)], canary=canary)
        answer = await _ask(http, message=message, **body)
        if answer.status_code != httpx.codes.OK:
            return [*faults, f"{said!r} was answered {answer.status_code}: {answer.text[:100]}"]
        body = {"session": answer.json()["session"]}
        if strangers := [c for c in canaries if c != canary and c in answer.text]:
            faults.append(f"{said!r} was answered with the words of {len(strangers)} others")
        if canary not in answer.json()["reply"]["need"]["must_not"]:
            faults.append(f"{said!r} was answered without its own condition")
    return faults


def flood_line(stage: Stage, tries: int, defended: bool) -> Tally:
    """More at once than the line holds: each is answered, or told at once that it is full."""
    tally = _tally("flood-line", defended)
    together, waiting = 2, max(1, tries // OVER - 2)
    how = Serving(together=together, waiting=waiting if defended else NO_END)
    child, address, token = start(stage, how)

    async def all_at_once() -> list[httpx.Response]:
        async with _client(address, token, tries) as http:
            asked = (_ask(http, message=THINGS[n % len(THINGS)]) for n in range(tries))
            return await asyncio.gather(*asked)

    answers = asyncio.run(all_at_once())
    full = sum(answer.status_code == FULL for answer in answers)
    for number, answer in enumerate(answers):
        told = answer.status_code == FULL and "retry-after" in answer.headers
        fine = told or answer.status_code == httpx.codes.OK
        tally.count(f"asker {number}", [] if fine else [f"answered {answer.status_code}"])
    faults = [] if full else [f"all {tries} were let in, where {together + waiting} fit"]
    tally.count("the line", faults)
    tally.also.append(Row("told_full", full, tally.system, tally.kind, n=tries))
    return _stopped(tally, child)


def flood_leave(stage: Stage, tries: int, defended: bool) -> Tally:
    """Whoever keeps the model busy leaves; the next one who asks does not wait for that answer."""
    tally = _tally("flood-leave", defended)
    for number in range(tries):
        streamed = number % 2 == 0
        how = Serving(model="slow" if defended else "deaf", together=1)
        child, address, token = start(stage, how)
        seconds = asyncio.run(_left(address, token, streamed, child))
        faults = [f"the next one waited {seconds:.1f} s"] if seconds > SOON_S else []
        tally.count(f"a {'stream' if streamed else 'question'} {number}", faults)
        _stopped(tally, child)
        if not defended and tally.lost:
            break
    return tally


async def _left(address: str, token: str, streamed: bool, child: Child) -> float:
    """Leave while the model thinks, and another while it waits in line; then ask: its seconds."""
    async with _client(address, token, 2) as http:
        asked = [asyncio.create_task(_watch(http, THINGS[n], streamed)) for n in range(2)]
        await asyncio.to_thread(child.wait_for, "thinking")
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
    child.tell("quick")
    async with _client(address, token, 1) as http:
        began = time.monotonic()
        answer = await _ask(http, message="boots")
        assert answer.status_code == httpx.codes.OK, answer.text
        return time.monotonic() - began


async def _watch(http: httpx.AsyncClient, message: str, streamed: bool) -> None:
    body = {"message": message, "stream": streamed}
    async with http.stream("POST", "/v1/ask", json=body) as answer:
        async for _ in answer.aiter_bytes():
            pass


def flood_soak(stage: Stage, tries: int, defended: bool) -> Tally:
    """Thousands of turns: memory, threads and handles of the server stay what they were."""
    tally = _tally("flood-soak", defended)
    child, address, token = start(stage, Serving(cap=CAP if defended else NO_END))
    process = psutil.Process(child.pid)
    looks = []
    for _ in range(2 * LOOKS):
        asyncio.run(_soak(address, token, tries // (2 * LOOKS), tally))
        looks.append(_held(process))
    before, after = looks[:LOOKS], looks[LOOKS:]
    growth = after[-1]["memory"] / before[-1]["memory"] - 1
    tally.also.append(Row("memory_growth", growth, tally.system, tally.kind, n=tries))
    faults = [f"its memory grew by {growth:.1%}"] if growth > GROWTH else []
    for name in ("threads", "handles"):
        most, now = (max(held[name] for held in half) for half in (before, after))
        tally.also.append(Row(f"{name}_growth", now - most, tally.system, tally.kind, n=tries))
        faults += [f"{most} {name} at most became {now}"] if now > most + SWAY else []
    tally.count(f"the server after {tries} turns", faults)
    return _stopped(tally, child)


async def _soak(address: str, token: str, turns: int, tally: Tally) -> None:
    """Take so many turns, two a conversation, a few conversations side by side."""
    left = turns

    async def talk(http: httpx.AsyncClient) -> None:
        nonlocal left
        while left > 0:
            body: dict[str, Any] = {}
            for message in (THINGS[left % len(THINGS)], "cheaper"):
                left -= 1
                answer = await _ask(http, message=message, **body)
                fine = answer.status_code == httpx.codes.OK
                tally.count(message, [] if fine else [f"answered {answer.status_code}"])
                body = {"session": answer.json()["session"]} if fine else {}

    async with _client(address, token, SIDE_BY_SIDE) as http:
        await asyncio.gather(*(talk(http) for _ in range(SIDE_BY_SIDE)))


def _held(process: psutil.Process) -> dict[str, int]:
    """What a process holds: bytes that are its alone, threads, open files and sockets.

    Those of connections that are being closed are waited for.
    """
    until = time.monotonic() + CLOSING_S
    while any(one.status != psutil.CONN_LISTEN for one in process.net_connections("tcp")):
        if time.monotonic() > until:
            break  # they count
        time.sleep(0.1)
    return {
        "memory": process.memory_full_info().uss,
        "threads": process.num_threads(),
        "handles": process.num_fds(),
    }


def _tally(kind: str, defended: bool) -> Tally:
    return Tally(kind) if defended else Tally(kind, UNDEFENDED)


def _stopped(tally: Tally, child: Child) -> Tally:
    ended = child.stop()
    if ended.trouble:
        tally.count("the server", [ended.trouble])
    return tally
