"""Values as a person reads them: money, days, conditions, facts, reasons. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from assistant.conditions import conditions as conditions_of
from assistant.references import money
from assistant.types import Fact, FactKind, Need
from index.types import Money

INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Marks that reorder or hide text. Joiners stay: emoji and several scripts need them."""


def plain(text: str) -> str:
    """Text without control characters, half ones and marks that reorder or hide it; newlines stay.

    >>> plain("boots\\u202e\\ud800")
    'boots'
    """
    seen = INVISIBLE.sub("", text)
    return "".join(c for c in seen if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs"})


def unit_price(price: Money | None, amount: float | None, unit: str | None, currency: str) -> str:
    """Price per unit of size; empty where price or size is unknown, never invented.

    >>> unit_price(250, 32.0, "oz", "USD")
    '7.8¢ per oz'
    """
    if price is None or not amount or not unit:
        return ""
    each = price / amount
    if currency == "USD" and each < 100:
        return f"{each:.1f}¢ per {unit}"
    return f"{money(round(each), currency)} per {unit}"


def day(when: date) -> str:
    """A date in words: "24 Dec 2017"."""
    return f"{when.day} {when:%b %Y}"


def times(count: int) -> str:
    """A count in words.

    >>> times(1), times(2), times(23)
    ('once', 'twice', '23 times')
    """
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def every(days: int) -> str:
    """An interval in words: "every 9 days", "every day"."""
    return "every day" if days == 1 else f"every {days} days"


def percent(share: float) -> str:
    """A share between 0 and 1: "34%"; what is above nothing is never called 0%."""
    return "under 1%" if 0 < share < 0.005 else f"{share:.0%}"


def fact(one: Fact, currency: str = "USD") -> str:
    """A history fact as one sentence; parts that the fact does not know are left out."""
    name = plain(one.product_title or one.category or "")
    if one.kind in (FactKind.STAPLE, FactKind.DUE):
        return _staple(one, name)
    if one.kind is FactKind.CATEGORY:
        share = f", {percent(one.share)} of what you buy" if one.share is not None else ""
        bought = f": bought {times(one.count)}" if one.count is not None else ": bought"
        return f"{name}{bought}{share}."
    if one.kind is FactKind.STORE_BRAND:
        share = percent(one.share) if one.share is not None else "Some"
        return f"{share} of what you buy is the shop's own label."
    if one.kind is FactKind.PRICE_BAND:
        return _band(one, name, currency)
    when = f" on {day(one.last)}" if one.last else ""
    return f"You bought {name} for the first time lately{when}."


def _staple(one: Fact, name: str) -> str:
    said = f"You buy {name}"
    if one.every is not None:
        said += f" about {every(one.every)}"
    inside = [times(one.count)] if one.count is not None else []
    if one.last is not None:
        inside.append(f"last on {day(one.last)}")
    said += f" ({', '.join(inside)})" if inside else ""
    return f"{said}; it is due again." if one.kind is FactKind.DUE else f"{said}."


def _band(one: Fact, name: str, currency: str) -> str:
    what = f"for {name}" if name else "a pack"
    if one.low is None or one.high is None:
        return f"What you usually pay {what} is known."
    return f"You usually pay {money(one.low, currency)} to {money(one.high, currency)} {what}."


def conditions(need: Need, currency: str = "USD") -> list[tuple[str, bool]]:
    """What every pick must meet, in words, and whether an earlier turn asked for it."""
    return [(plain(one.words), one.carried) for one in conditions_of(need, currency)]
