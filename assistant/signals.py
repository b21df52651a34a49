"""What speaks for a product: signals between 0 and 1, each from the need, the profile or the shop.

Personal signals are read from the profile's facts and from nothing else, so that taking a
fact's receipt lines away changes exactly what the fact was worth. No signal looks at other
candidates: the order and the company in which a candidate comes cannot matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum, log2

from assistant.config import RankConfig
from assistant.types import Fact, FactKind, Need
from index.text import stem_words
from index.types import Candidate, Product, Source

HALF_RANK = 10
"""The rank in a source at which its signal has fallen to one half."""
HALF_COUNT = 4
"""Baskets at which a regular's signal is one half."""
HALF_SHARE = 0.05
"""Share of purchases at which a category's signal is one half."""


SUGGESTED = 0.8
"""The most that words which nobody typed can say for a product, beside 1 of those typed."""
FITS = 0.5
"""Text signal from which a product is an answer, so that habit and popularity count in full."""


class Signal(StrEnum):
    """What a contribution to a score comes from; named like the weights of ``RankConfig``."""

    TEXT = "text"
    REPEAT = "repeat"
    DUE = "due"
    CATEGORY = "category"
    STORE_BRAND = "store_brand"
    PRICE_BAND = "price_band"
    PROMOTION = "promotion"
    POPULAR = "popular"


PERSONAL = frozenset(
    {Signal.REPEAT, Signal.DUE, Signal.CATEGORY, Signal.STORE_BRAND, Signal.PRICE_BAND}
)
"""What the dial multiplies."""


@dataclass(frozen=True, slots=True)
class Habits:
    """A profile's facts, where the signals look for them."""

    products: Mapping[str, Fact]
    """Staple and due facts, by product."""
    categories: Mapping[str, Fact]
    store_brand: Fact | None
    bands: Mapping[str | None, Fact]
    """Price bands by category; ``None`` is the one over everything."""

    @classmethod
    def of(cls, facts: Sequence[Fact], without: Fact | None = None) -> Habits:
        """Sort the facts, one of them left out."""
        kept = [fact for fact in facts if fact is not without]
        regular = (FactKind.STAPLE, FactKind.DUE)
        labels = [f for f in kept if f.kind is FactKind.STORE_BRAND]
        return cls(
            {f.product_id: f for f in kept if f.product_id and f.kind in regular},
            {f.category: f for f in kept if f.category and f.kind is FactKind.CATEGORY},
            labels[0] if labels else None,
            {f.category: f for f in kept if f.kind is FactKind.PRICE_BAND},
        )

    def band(self, product: Product) -> Fact | None:
        """The price band of the product's category, else the one over everything."""
        return self.bands.get(product.category) or self.bands.get(None)

    def touching(self, product: Product) -> list[Fact]:
        """The facts that any signal of this product is read from."""
        found = (
            self.products.get(product.id),
            self.categories.get(product.category),
            self.store_brand if product.store_brand is not None else None,
            self.band(product),
        )
        return [fact for fact in found if fact]


def contributions(
    config: RankConfig, need: Need, candidate: Candidate, habits: Habits, dial: float
) -> dict[Signal, float]:
    """What every signal adds to a candidate's score, in a fixed order.

    Parameters
    ----------
    dial
        Personalisation from 0 to 1; multiplies the personal signals.
    """
    product = candidate.product
    text = _text(need, candidate)
    # A habit is no answer to "school lunches": it counts as far as the product is one.
    fits = min(1.0, text / FITS) if need.search_text else 1.0
    worth = {
        Signal.TEXT: text,
        Signal.REPEAT: fits * _repeat(habits.products.get(product.id)),
        Signal.DUE: fits * _due(habits.products.get(product.id)),
        Signal.CATEGORY: _category(habits.categories.get(product.category)),
        Signal.STORE_BRAND: _store_brand(product, habits.store_brand),
        Signal.PRICE_BAND: _price_band(candidate, habits.band(product)),
        Signal.PROMOTION: float(candidate.promotion is not None),
        Signal.POPULAR: fits * _by_rank(candidate, Source.POPULAR),
    }
    return {
        signal: value * getattr(config, signal) * (dial if signal in PERSONAL else 1.0)
        for signal, value in worth.items()
    }


def total(parts: Mapping[Signal, float]) -> float:
    """The score: the exact sum, rounded once."""
    return fsum(parts.values())


def _by_rank(candidate: Candidate, source: Source) -> float:
    """1 at rank 1, one half ``HALF_RANK`` places further, 0 where the source is silent."""
    hit = candidate.hits.get(source)
    return HALF_RANK / (HALF_RANK + hit.rank - 1) if hit else 0.0


def _text(need: Need, candidate: Candidate) -> float:
    """How well the words match: meaning, words, and whether the kind is the one asked for.

    Cosines and BM25 live on scales that differ by query; their ranks do not.
    """
    if not need.search_text:
        return 0.0
    dense, lexical = _by_rank(candidate, Source.DENSE), _by_rank(candidate, Source.LEXICAL)
    suggested = SUGGESTED * _by_rank(candidate, Source.SUGGESTED)
    named = float(is_named(need, candidate.product))
    # Among sixty coffees "coffee" tells little; among everything, "school lunches" tells much.
    if need.categories or need.kinds:
        return 0.5 * named + 0.3 * dense + 0.2 * lexical
    return max(0.2 * named + 0.5 * dense + 0.3 * lexical, suggested)


def is_named(need: Need, product: Product) -> bool:
    """Whether the request names the product's category or kind, or says all its words."""
    if product.category in need.categories or product.kind in need.kinds:
        return True
    said = set(stem_words(need.search_text))
    return any(
        name and said.issuperset(stem_words(name)) for name in (product.kind, product.category)
    )


def _repeat(fact: Fact | None) -> float:
    count = fact.count or 0 if fact else 0
    return count / (count + HALF_COUNT)


def _due(fact: Fact | None) -> float:
    return float(fact is not None and fact.kind is FactKind.DUE)


def _category(fact: Fact | None) -> float:
    share = fact.share or 0.0 if fact else 0.0
    return share / (share + HALF_SHARE)


def _store_brand(product: Product, fact: Fact | None) -> float:
    """The share of own label for an own label, of the rest for the rest."""
    if fact is None or fact.share is None or product.store_brand is None:
        return 0.0
    return fact.share if product.store_brand else 1.0 - fact.share


def _price_band(candidate: Candidate, fact: Fact | None) -> float:
    """1 inside the band; outside, less with every doubling, 0 from twice or half on."""
    price = candidate.price_today
    if fact is None or not fact.low or not fact.high or not price:
        return 0.0
    if price < fact.low:
        return max(0.0, 1.0 - log2(fact.low / price))
    return max(0.0, 1.0 - log2(max(price / fact.high, 1.0)))
