"""What every card has to be, and whether it is: read off the card, not through our filters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from assistant.types import Need
from index.types import Candidate, Money


class Wanted(BaseModel):
    """Conditions as a person who watches the conversation would hold the cards to them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    min_price: Money | None = None
    max_price: Money | None = None
    """Cents, inclusive."""
    aisles: tuple[str, ...] = ()
    """Any of these, or any of ``kinds``."""
    kinds: tuple[str, ...] = ()
    store_brand: bool | None = None
    """A label that is not known is not the shop's own."""
    brands: tuple[str, ...] = ()
    not_brands: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    """Words that stand nowhere on the card."""
    promoted: bool = False
    attributes: tuple[tuple[str, str], ...] = ()
    not_ids: tuple[str, ...] = ()

    @classmethod
    def of(cls, need: Need) -> Wanted:
        """What a need says of itself."""
        return cls(
            min_price=need.min_price,
            max_price=need.max_price,
            aisles=need.categories,
            kinds=need.kinds,
            store_brand=need.store_brand,
            brands=need.brands,
            not_brands=need.not_brands,
            without=need.must_not,
            promoted=need.promoted,
            attributes=need.attributes,
            not_ids=need.not_ids,
        )

    def broken_by(self, card: Candidate) -> list[str]:
        """Every condition that a card does not meet, in words."""
        return [f"{card.product.title}: {what}" for what in self._broken(card)]

    def _broken(self, card: Candidate) -> Iterator[str]:
        product, price = card.product, card.price_today
        if self.max_price is not None and (price is None or price > self.max_price):
            yield f"price {price} is over {self.max_price}"
        if self.min_price is not None and (price is None or price < self.min_price):
            yield f"price {price} is below {self.min_price}"
        named = product.category in self.aisles or product.kind in self.kinds
        if (self.aisles or self.kinds) and not named:
            yield f"{product.category}, {product.kind} was not asked for"
        if self.store_brand is not None and bool(product.store_brand) is not self.store_brand:
            yield f"store brand is {product.store_brand}"
        if (self.brands and product.brand not in self.brands) or product.brand in self.not_brands:
            yield f"the brand is {product.brand}"
        if self.promoted and card.promotion is None:
            yield "it is not on promotion"
        for name, value in self.attributes:
            if product.attributes.get(name, "").casefold() != value.casefold():
                yield f"{name} is {product.attributes.get(name)}, not {value}"
        for word in self.without:
            if _holds(card, word):
                yield f"it names {word}"
        if product.id in self.not_ids:
            yield "it was to be left out"
        if product.stock == 0:
            yield "it is sold out"


def _holds(card: Candidate, word: str) -> bool:
    product = card.product
    text = " ".join(
        (product.title, product.kind, product.description, *product.attributes.values())
    )
    root = re.escape(word.casefold().removesuffix("s"))
    return re.search(rf"(?<![a-z]){root}s?(?![a-z])", text.casefold()) is not None
