"""Fifty shoppers at once against the API, over loopback, on a scripted model.

What is measured is the way in: HTTP, tokens, the line of turns, search and ranking. The model
answers from a script at once, so that its speed is no part of the figure.
"""

from __future__ import annotations

import asyncio
import json
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
ALONE = 10
"""Shoppers who are also served with nobody beside them."""


@dataclass(slots=True)
class Seen:
    """What the shoppers met."""

    cards: list[float] = field(default_factory=list)
    """Seconds until the cards of a turn came."""
    seconds: list[float] = field(default_factory=list)
    """Until its last sentence."""
    errors: list[str] = field(default_factory=list)
    full: int = 0
    sentence: str = ""
    """What a shopper is told where the line is full."""


async def chat(http: httpx.AsyncClient, shopper: str, turns: int, think: float, seen: Seen) -> None:
    """Hold one conversation over the API, thinking up to twice ``think`` before each message."""
    session, random = None, Random(f"{shopper}/{think}")
    for turn in range(turns):
        await asyncio.sleep(random.uniform(0, 2 * think))
        body: dict[str, Any] = {"message": MESSAGES[turn % len(MESSAGES)], "stream": True}
        body |= {"session": session} if session else {"shopper": shopper}
        session = await ask(http, body, seen) or session


async def ask(http: httpx.AsyncClient, body: dict[str, Any], seen: Seen) -> str | None:
    """Take a turn and read its events as they come; returns the key of the conversation."""
    began, session, name, ended = time.perf_counter(), None, "", ""
    async with http.stream("POST", "/v1/ask", json=body) as answer:
        if answer.status_code != 200:
            text = (await answer.aread()).decode()
            if answer.status_code == FULL:
                seen.full += 1
                seen.sentence = json.loads(text)["error"]["what"]
            else:
                seen.errors.append(f"{answer.status_code} {text[:200]}")
            return None
        async for line in answer.aiter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif name == "session" and line.startswith("data: "):
                session = json.loads(line.removeprefix("data: "))["session"]
            elif name == "cards" and line.startswith("data: "):
                seen.cards.append(time.perf_counter() - began)
            elif name in ("done", "trouble") and line.startswith("data: "):
                ended = line[:200]
    if name == "done":
        seen.seconds.append(time.perf_counter() - began)
    else:
        seen.errors.append(ended or f"the answer broke off after {name!r}")
    return session


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
    """Run shoppers one by one, a crowd that fits the line, and one twice what the line holds."""
    alone = Seen()
    for shopper in shoppers[:ALONE]:
        one = asyncio.run(crowd(base, token, [shopper], turns, 0.0))
        alone.cards += one.cards
        alone.seconds += one.seconds
        alone.errors += one.errors
        alone.full += one.full
    seen = asyncio.run(crowd(base, token, shoppers, turns, think))
    wide = [shoppers[n % len(shoppers)] for n in range(150)]
    over = asyncio.run(crowd(base, token, wide, 1, 0.0))
    n = len(seen.seconds)
    rows = [
        Row("cards_p95_ms", _ms(alone.cards, 95), table="alone", n=len(alone.cards)),
        Row("turn_p95_ms", _ms(alone.seconds, 95), table="alone", n=len(alone.seconds)),
        Row("errors", len(alone.errors) + alone.full, table="alone", n=len(alone.cards)),
        Row("cards_p95_ms", _ms(seen.cards, 95), table="crowd", n=len(seen.cards)),
        Row("turn_p50_ms", _ms(seen.seconds, 50), table="crowd", n=n),
        Row("turn_p95_ms", _ms(seen.seconds, 95), table="crowd", n=n),
        Row("errors", len(seen.errors) + seen.full, table="crowd", n=len(shoppers) * turns),
        Row("errors", len(over.errors), table="over the line", n=len(wide)),
        Row("told_full", over.full, table="over the line", n=len(wide)),
    ]
    notes = [f"told where the line is full: {over.sentence}"] if over.sentence else []
    notes += [f"error: {line}" for line in (alone.errors + seen.errors + over.errors)[:5]]
    protocol = {
        "chats": len(shoppers),
        "turns": turns,
        "think_s": think,
        "messages": list(MESSAGES),
        "alone": ALONE,
    }
    return Measurement("bench web", rows, protocol, notes=notes)


def _ms(seconds: Sequence[float], percentile: float) -> float:
    return float(np.percentile(1000 * np.array(seconds or [np.inf]), percentile))
