"""Fifty shoppers at once against the API, over loopback, on a scripted model.

What is measured is the way in: HTTP, tokens, the line of turns, search and ranking. The model
answers from a script at once, so that its speed is no part of the figure.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx
import numpy as np

from eval.report import Measurement, Row

MESSAGES = ("something for breakfast", "cheaper", "milk under $4", "more", "snacks without nuts")
"""A conversation; each shopper says them one after the other."""
FULL = 503


@dataclass(slots=True)
class Seen:
    """What the shoppers met."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    full: int = 0
    sentence: str = ""
    """What a shopper is told where the line is full."""


async def chat(http: httpx.AsyncClient, shopper: str, turns: int, think: float, seen: Seen) -> None:
    """Hold one conversation over the API, thinking up to twice ``think`` before each message."""
    session, random = None, Random(f"{shopper}/{think}")
    for turn in range(turns):
        await asyncio.sleep(random.uniform(0, 2 * think))
        body: dict[str, Any] = {"message": MESSAGES[turn % len(MESSAGES)]}
        body |= {"session": session} if session else {"shopper": shopper}
        began = time.perf_counter()
        answer = await http.post("/v1/ask", json=body)
        if answer.status_code == FULL:
            seen.full += 1
            seen.sentence = answer.json()["error"]["what"]
        elif answer.status_code != 200 or not answer.json()["reply"]:
            seen.errors.append(f"{answer.status_code} {answer.text[:200]}")
        else:
            seen.seconds.append(time.perf_counter() - began)
            session = answer.json()["session"]


async def crowd(base: str, token: str, shoppers: Sequence[str], turns: int, think: float) -> Seen:
    """Have all shoppers chat at once."""
    seen = Seen()
    limits = httpx.Limits(max_connections=len(shoppers))
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        base_url=base, headers=headers, limits=limits, timeout=120
    ) as http:
        await asyncio.gather(*(chat(http, shopper, turns, think, seen) for shopper in shoppers))
    return seen


def measure(
    base: str, token: str, shoppers: Sequence[str], turns: int, think: float
) -> Measurement:
    """Run a crowd that fits the line, and one twice as large as the line holds, all at once."""
    seen = asyncio.run(crowd(base, token, shoppers, turns, think))
    wide = [shoppers[n % len(shoppers)] for n in range(150)]
    over = asyncio.run(crowd(base, token, wide, 1, 0.0))
    n = len(seen.seconds)
    ms = 1000 * np.array(seen.seconds or [np.inf])
    rows = [
        Row("turn_p50_ms", float(np.percentile(ms, 50)), table="crowd", n=n),
        Row("turn_p95_ms", float(np.percentile(ms, 95)), table="crowd", n=n),
        Row("errors", len(seen.errors) + seen.full, table="crowd", n=n),
        Row("errors", len(over.errors), table="over the line", n=len(wide)),
        Row("told_full", over.full, table="over the line", n=len(wide)),
    ]
    notes = [f"told where the line is full: {over.sentence}"] if over.sentence else []
    notes += [f"error: {line}" for line in (seen.errors + over.errors)[:5]]
    protocol = {
        "chats": len(shoppers),
        "turns": turns,
        "think_s": think,
        "messages": list(MESSAGES),
    }
    return Measurement("bench web", rows, protocol, notes=notes)
