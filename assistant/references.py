"""References: how a sentence points at the catalogue, the history and the request.

A model writes ``[P2.price]``; this module says which references may be spoken of a pick and
what each of them reads as. Nothing here comes from a model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from assistant.types import Fact, FactKind, Need, Pick, Profile, Reference
from index.text import clean, money, stem_words
from index.types import Product

__all__ = ["Parts", "Resolver", "bounded", "day", "money", "parse", "render"]

Parts = tuple[str | Reference, ...]
"""A sentence: words and references, in order."""

_REFERENCE = re.compile(r"\[(P\d{1,3}|H\d{1,4}|N)(?:\.([a-z_]{1,20}))?\]")
_MARKS = str.maketrans("", "", '[]<>{}"“”')
_NUMBER_AT_END = re.compile(r",?\s[\d.,]+$")
_MAX_TEXT = 60
"""Characters of catalogue or request text in a sentence."""


def parse(text: str) -> Parts:
    """Split raw text into words and references; what only looks like one stays text.

    >>> parse("It costs [P1.price].")
    ('It costs ', Reference(target='P1', field='price'), '.')
    """
    parts: list[str | Reference] = []
    end = 0
    for found in _REFERENCE.finditer(text):
        if found.start() > end:
            parts.append(text[end : found.start()])
        parts.append(Reference(found[1], found[2] or ""))
        end = found.end()
    if end < len(text):
        parts.append(text[end:])
    return tuple(parts)


def render(parts: Parts) -> str:
    """Return the raw text; the inverse of ``parse``."""
    return "".join(str(part) for part in parts)


def bounded(text: str, limit: int = _MAX_TEXT) -> str:
    """One clean line, without what could pass for a reference or a quote, cut at a word.

    A number whose unit was cut off goes with it.

    >>> bounded('Best [P1.price] "deal"', 13), bounded("Dip in a tub, 16 oz", 16)
    ('Best P1.price…', 'Dip in a tub…')
    """
    line = clean(text.translate(_MARKS))
    return line if len(line) <= limit else _NUMBER_AT_END.sub("", clean(line, limit)) + "…"


def day(value: date, today: date) -> str:
    """Write a date without its year where it lies within the last 300 days.

    >>> day(date(2017, 11, 21), date(2017, 12, 31)), day(date(2016, 1, 2), date(2017, 12, 31))
    ('November 21', 'January 2, 2016')
    """
    text = f"{value:%B} {value.day}"
    return text if abs((today - value).days) <= 300 else f"{text}, {value.year}"


@dataclass(frozen=True, slots=True)
class Resolver:
    """What every reference of one reply reads as.

    Parameters
    ----------
    picks
        The picks of the reply; comparisons reach no further.
    today
        The shop's clock: decides whether a date carries its year.
    """

    picks: tuple[Pick, ...]
    profile: Profile
    need: Need
    today: date

    def pick(self, target: str) -> Pick | None:
        """Return the pick with this id, if it is one of the reply."""
        return next((p for p in self.picks if p.id == target), None)

    def fact(self, target: str) -> Fact | None:
        """Return the history fact with this id, if there is one."""
        return next((f for f in self.profile.facts if f.id == target), None)

    def resolve(self, ref: Reference) -> str:
        """Return what the reference reads as.

        Raises
        ------
        KeyError
            There is no such thing, or its value is unknown.
        """
        text = self._values(ref.target).get(ref.field)
        if not text:
            raise KeyError(f"{ref} has no value")
        return text

    def text(self, parts: Parts) -> str:
        """Resolve every reference; the first letter is a capital."""
        line = "".join(p if isinstance(p, str) else self.resolve(p) for p in parts).strip()
        return line[:1].upper() + line[1:]

    def linked(self, pick: Pick) -> tuple[Fact, ...]:
        """Facts about this product, its category, its price band, and its label."""
        return tuple(f for f in self.profile.facts if _is_linked(f, pick.candidate.product))

    def available(self, pick: Pick) -> tuple[Reference, ...]:
        """Exactly the references that may be spoken of this pick, all with a value."""
        found = [Reference(pick.id, name) for name in self._values(pick.id)]
        for other in self.picks:
            if other.id != pick.id:
                values = self._values(other.id)
                found += [Reference(other.id, n) for n in ("", "price", "size") if n in values]
        for fact in self.linked(pick):
            found += [Reference(fact.id, name) for name in self._values(fact.id)]
        unmet = {"category", "search"}.difference(met(self.need, pick.candidate.product))
        found += [Reference("N", name) for name in self._values("N") if name not in unmet]
        return tuple(found)

    def _values(self, target: str) -> Mapping[str, str]:
        values: Mapping[str, str | None] = {}
        if pick := self.pick(target):
            values = _pick_values(pick)
        elif fact := self.fact(target):
            values = _fact_values(fact, self._currency, self.today)
        elif target == "N":
            values = _need_values(self.need, self._currency)
        return {name: value for name, value in values.items() if value}

    @property
    def _currency(self) -> str:
        return self.picks[0].candidate.product.currency if self.picks else "USD"


def _is_linked(fact: Fact, product: Product) -> bool:
    if fact.kind in (FactKind.STAPLE, FactKind.DUE, FactKind.NEW):
        return fact.product_id == product.id
    if fact.kind is FactKind.CATEGORY:
        return fact.category == product.category
    if fact.kind is FactKind.STORE_BRAND and not product.store_brand:
        return False
    return fact.category in (None, product.category)


def _pick_values(pick: Pick) -> dict[str, str | None]:
    product, price = pick.candidate.product, pick.candidate.price_today
    lower = price is not None and product.price is not None and price < product.price
    return {
        "": bounded(product.title),
        "price": _known(price, lambda v: money(v, product.currency)),
        "was": money(product.price, product.currency) if lower and product.price else None,
        "size": bounded(product.size or ""),
        "unit_price": None if lower else _unit_price(product),
        "category": bounded(product.category),
        "kind": bounded(product.kind),
        "brand": bounded(product.brand or ""),
        "promotion": _promotion(pick),
        "rating": _known(product.rating, lambda v: f"{v:.1f} out of 5"),
        "buyers": _known(pick.buyers or None, lambda v: _plural(v, "shopper")),
    }


def _fact_values(fact: Fact, currency: str, today: date) -> dict[str, str | None]:
    band = None
    if fact.low is not None and fact.high is not None:
        band = f"{money(fact.low, currency)} to {money(fact.high, currency)}"
    subject = {
        FactKind.CATEGORY: bounded(fact.category or ""),
        FactKind.STORE_BRAND: "store brand",
        FactKind.PRICE_BAND: band,
    }.get(fact.kind, bounded(fact.product_title or ""))
    return {
        "": subject,
        "count": _known(fact.count or None, lambda v: "once" if v == 1 else f"{v:,} times"),
        "every": _known(fact.every or None, lambda v: "day" if v == 1 else f"{v} days"),
        "last": _known(fact.last, lambda v: day(v, today)),
        "share": _known(fact.share or None, _percent),
        "low": _known(fact.low, lambda v: money(v, currency)) if band else None,
        "high": _known(fact.high, lambda v: money(v, currency)) if band else None,
    }


def _asked_name(need: Need) -> str:
    """The first name of the catalogue that was asked for; "" where none was."""
    return next(iter((*need.categories, *need.kinds)), "")


def met(need: Need, product: Product) -> tuple[str, ...]:
    """Which words of the request this product may be said to meet: fields of ``N``.

    The name that was asked for, where it is its own; the shopper's words, where the shelf has
    every one: nobody knows whether a frozen dinner is a vegan one.
    """
    shelf = f"{product.title} {product.kind} {product.category} {product.brand or ''}"
    said = stem_words(need.asked or need.search_text)
    holds = {
        "category": _asked_name(need) in (product.category, product.kind),
        "search": bool(said) and set(stem_words(shelf)).issuperset(said),
    }
    return tuple(name for name, so in holds.items() if so)


def _need_values(need: Need, currency: str) -> dict[str, str | None]:
    search = bounded(need.asked or need.search_text, 40)
    return {
        "max_price": _known(need.max_price, lambda v: money(v, currency)),
        "min_price": _known(need.min_price, lambda v: money(v, currency)),
        "category": bounded(_asked_name(need)),
        "search": f'"{search}"' if search else None,
        "must_not": _listed(need.must_not),
    }


_T = TypeVar("_T")


def _known(value: _T | None, write: Callable[[_T], str]) -> str | None:
    return None if value is None else write(value)


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _percent(share: float) -> str:
    return "less than 1%" if share < 0.01 else f"{share:.0%}"


def _listed(words: Iterable[str]) -> str | None:
    found = [f'"{bounded(word, 24)}"' for word in words if bounded(word, 24)]
    return " or ".join(found[:3]) or None


def _unit_price(product: Product) -> str | None:
    """Whole minor units, so none where they would be too coarse to be true."""
    value = product.unit_price
    if value is None or not product.unit:
        return None
    return f"{money(round(value), product.currency)} per {product.unit}" if value >= 10 else None


def _promotion(pick: Pick) -> str | None:
    where = pick.candidate.promotion.where if pick.candidate.promotion else ""
    return {
        "mailer": "in this week's mailer",
        "display": "on display this week",
        "mailer and display": "in this week's mailer and on display",
    }.get(where)
