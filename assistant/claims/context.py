"""What a sentence about one pick may be checked against, and the role of each reference."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from assistant.references import Resolver, money
from assistant.types import Fact, FactKind, Need, Pick, Reference
from index.types import Candidate, Money, Product

_PICK = {
    "": "P",
    "price": "PRICE",
    "was": "WAS",
    "size": "SIZE",
    "unit_price": "UNIT",
    "category": "CAT",
    "kind": "KIND",
    "brand": "BRAND",
    "promotion": "PROMO",
    "rating": "RATING",
    "buyers": "BUYERS",
}
_OTHER = {"": "Q", "price": "QPRICE", "size": "QSIZE"}
_NEED = {
    "max_price": "MAX",
    "min_price": "MIN",
    "category": "NCAT",
    "search": "SEARCH",
    "must_not": "MUSTNOT",
}
_BOUGHT = {"": "HP", "count": "COUNT", "every": "EVERY", "last": "LAST"}
_FACT = {
    FactKind.STAPLE: _BOUGHT,
    FactKind.DUE: _BOUGHT,
    FactKind.NEW: _BOUGHT,
    FactKind.CATEGORY: {"": "HC", "count": "CCOUNT", "share": "CSHARE"},
    FactKind.STORE_BRAND: {"": "HS", "count": "SCOUNT", "share": "SSHARE"},
    FactKind.PRICE_BAND: {"": "HB", "low": "LOW", "high": "HIGH"},
}


@dataclass(frozen=True)
class Context:
    """The pick that a sentence speaks of, among the picks of its reply."""

    pick: Pick
    resolver: Resolver

    @property
    def need(self) -> Need:
        return self.resolver.need

    @property
    def candidate(self) -> Candidate:
        return self.pick.candidate

    @property
    def product(self) -> Product:
        return self.pick.candidate.product

    @property
    def price(self) -> Money | None:
        """What a pack costs today."""
        return self.pick.candidate.price_today

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """Facts that are linked to this pick."""
        return self.resolver.linked(self.pick)

    @cached_property
    def available(self) -> frozenset[Reference]:
        """References that may be spoken."""
        return frozenset(self.resolver.available(self.pick))

    def about_product(self) -> tuple[Fact, ...]:
        """Facts about this very product."""
        return tuple(f for f in self.facts if _FACT[f.kind] is _BOUGHT)

    def of_kind(self, kind: FactKind) -> tuple[Fact, ...]:
        return tuple(f for f in self.facts if f.kind is kind)

    def role(self, ref: Reference) -> str | None:
        """Return what the reference is in a clause ("PRICE"), ``None`` if it may not be spoken."""
        if ref not in self.available:
            return None
        if ref.target == "N":
            return _NEED.get(ref.field)
        if ref.target == self.pick.id:
            return _PICK.get(ref.field)
        if fact := self.resolver.fact(ref.target):
            return _FACT[fact.kind].get(ref.field)
        return _OTHER.get(ref.field)

    def money(self, amount: Money) -> str:
        return money(amount, self.product.currency)
