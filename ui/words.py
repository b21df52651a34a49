"""Values as a person reads them: money, days, conditions, facts. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from assistant.conditions import conditions as conditions_of
from assistant.references import money
from assistant.types import Fact, FactKind, Need
from index.types import Money
from ui.language import ENGLISH, Language

INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Marks that reorder or hide text. Joiners stay: emoji and several scripts need them."""


def plain(text: str) -> str:
    """Text without control characters, half ones and marks that reorder or hide it; newlines stay.

    >>> plain("boots\\u202e\\ud800")
    'boots'
    """
    seen = INVISIBLE.sub("", text)
    return "".join(c for c in seen if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs"})


def unit_price(
    price: Money | None,
    amount: float | None,
    unit: str | None,
    currency: str,
    words: Language = ENGLISH,
) -> str:
    """Price per unit of size; empty where price or size is unknown, never invented.

    >>> unit_price(250, 32.0, "oz", "USD")
    '7.8¢ per oz'
    """
    if price is None or not amount or not unit:
        return ""
    each = price / amount
    small = currency == "USD" and each < 100
    said = f"{each:.1f}¢" if small else money(round(each), currency)
    return words("value.unit", price=said, unit=unit)


def day(when: date, words: Language = ENGLISH) -> str:
    """A date in words: "24 Dec 2017"."""
    month = words("value.months").split()[when.month - 1]
    return words("value.day", day=when.day, month=month, number=when.month, year=when.year)


def times(count: int, words: Language = ENGLISH) -> str:
    """A count in words.

    >>> times(1), times(2), times(23)
    ('once', 'twice', '23 times')
    """
    return words("value.times", count)


def every(days: int, words: Language = ENGLISH) -> str:
    """An interval in words: "every 9 days", "every day"."""
    return words("value.every", days)


def percent(share: float, words: Language = ENGLISH) -> str:
    """A share between 0 and 1: "34%"; what is above nothing is never called 0%."""
    return words("value.little") if 0 < share < 0.005 else f"{share:.0%}"


def fact(one: Fact, currency: str = "USD", words: Language = ENGLISH) -> str:
    """A history fact as one sentence; parts that the fact does not know are left out."""
    name = plain(one.product_title or one.category or "")
    if one.kind in (FactKind.STAPLE, FactKind.DUE):
        return _staple(one, name, words)
    if one.kind is FactKind.CATEGORY:
        share = "" if one.share is None else percent(one.share, words)
        share = words("fact.category_share", share=share) if share else ""
        said = "" if one.count is None else times(one.count, words)
        said = words("fact.category_times", times=said) if said else ""
        return words("fact.category", name=name, times=said, share=share)
    if one.kind is FactKind.STORE_BRAND:
        known = one.share is not None
        share = percent(one.share or 0, words) if known else words("fact.some")
        return words("fact.store_brand", share=share)
    if one.kind is FactKind.PRICE_BAND:
        return _band(one, name, currency, words)
    when = words("fact.new_when", day=day(one.last, words)) if one.last else ""
    return words("fact.new", name=name, when=when)


def _staple(one: Fact, name: str, words: Language) -> str:
    about = "" if one.every is None else words("fact.about", every=every(one.every, words))
    told = [] if one.count is None else [times(one.count, words)]
    if one.last is not None:
        told.append(words("fact.last", day=day(one.last, words)))
    inside = words("fact.inside", parts=words("value.comma").join(told)) if told else ""
    key = "fact.due" if one.kind is FactKind.DUE else "fact.staple"
    return words(key, name=name, about=about, inside=inside)


def _band(one: Fact, name: str, currency: str, words: Language) -> str:
    what = words("fact.band_for", name=name) if name else words("fact.band_pack")
    if one.low is None or one.high is None:
        return words("fact.band_known", what=what)
    low, high = money(one.low, currency), money(one.high, currency)
    return words("fact.band", low=low, high=high, what=what)


def conditions(need: Need, currency: str = "USD") -> list[tuple[str, bool]]:
    """What every pick must meet, in words, and whether an earlier turn asked for it."""
    return [(plain(one.words), one.carried) for one in conditions_of(need, currency)]
