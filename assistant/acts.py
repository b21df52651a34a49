"""What goes on beside the picks: questions, taps, a table, choices, the basket.

Part of the vocabulary, like ``assistant.types``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from index.types import Candidate, Coupon, Money, Product, Promotion


class Ask(StrEnum):
    """What a question about a shown product wants to know."""

    PRICE = "price"
    UNIT_PRICE = "unit_price"
    SIZE = "size"
    BRAND = "brand"
    STORE_BRAND = "store_brand"
    """Is it the shop's own label?"""
    PROMOTION = "promotion"
    """Is it on offer?"""
    RATING = "rating"
    STOCK = "stock"
    AISLE = "aisle"
    BUYERS = "buyers"
    """Do others buy it?"""
    BOUGHT = "bought"
    """Have I bought it before?"""
    CHEAPER = "cheaper"
    """Which of them costs less?"""
    BIGGER = "bigger"
    """Which of them holds more?"""
    LIGHTER = "lighter"
    """Which of them weighs less?"""
    HEAVIER = "heavier"
    INGREDIENTS = "ingredients"
    """What is in it?"""
    OTHERWISE = "otherwise"
    """Which of them is … something that no field holds ("warmer")."""
    DETAILS = "details"
    """Tell me more."""


IS = "is:"
"""Before the words of a question whether a product is something: "is:waterproof"."""


class Tap(StrEnum):
    """What can be tapped on a card, or under the answer. A tap is a turn like a message."""

    LIKE = "like"
    """Others of its kind."""
    DISMISS = "dismiss"
    """Not this one, in this conversation."""
    NEVER_BRAND = "never_brand"
    """Nothing of this brand any more."""
    UNDO = "undo"
    """Take the last refusal back."""


class BasketAct(StrEnum):
    """What a message wants of the basket."""

    ADD = "add"
    """Have so many packs of what is pointed at; said twice, it is the same."""
    REMOVE = "remove"
    """Take what is pointed at out; with no pointer, everything."""
    LOOK = "look"
    COUPONS = "coupons"
    """Say which coupons this shopper may use today."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question of ours, to tap instead of typing."""

    label: str
    """As a person reads it; holds catalogue text, so escape it on the way out."""
    message: str
    """What a tap sends."""
    categories: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    """What it stands for, as hard conditions of the request; one of the two is filled."""


@dataclass(frozen=True, slots=True)
class ComparedField:
    """One row of a comparison."""

    name: str
    """``price``, ``size``, ``unit_price`` …, or the name of an attribute."""
    label: str
    """As a person reads it."""
    values: tuple[str, ...]
    """As a person reads them, in the order of the products."""
    best: int | None = None
    """Place of the lowest price or the most held, where one product alone has it."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two to four shown products over the fields that all of them have. By code alone."""

    product_ids: tuple[str, ...]
    titles: tuple[str, ...]
    fields: tuple[ComparedField, ...]
    left_out: tuple[str, ...] = ()
    """Labels of fields that only some of them have."""


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One product of the basket."""

    product: Product
    packs: int
    promotion: Promotion | None
    """On today at the shopper's store."""
    coupon: Coupon | None = None
    """Laid on it; see ``off`` for what it takes off."""

    @property
    def price(self) -> Money | None:
        """For all packs, promotion included, before the coupon; ``None`` where not known."""
        each = Candidate(self.product, {}, 0.0, self.promotion).price_today
        return None if each is None else each * self.packs

    @property
    def off(self) -> Money:
        """What the coupon takes off: never more than the price, nothing for too few packs."""
        if self.coupon is None or self.coupon.amount is None or self.packs < self.coupon.packs:
            return 0
        return min(self.coupon.amount, self.price or 0)


@dataclass(frozen=True, slots=True)
class Basket:
    """What is in it, by product id."""

    lines: tuple[BasketLine, ...] = ()

    @property
    def total(self) -> Money:
        """The sum of the lines whose price is known, less their coupons, in minor units."""
        return sum((line.price or 0) - line.off for line in self.lines)

    @property
    def saved(self) -> Money:
        """What the promotions of the lines take off, already within ``total``."""
        full = [(line.product.price, line.price, line.packs) for line in self.lines]
        return sum(shelf * packs - paid for shelf, paid, packs in full if shelf and paid)

    @property
    def off(self) -> Money:
        """What coupons take off, already within ``total``."""
        return sum(line.off for line in self.lines)

    @property
    def unpriced(self) -> tuple[BasketLine, ...]:
        """Lines that are not in the total."""
        return tuple(line for line in self.lines if line.price is None)
