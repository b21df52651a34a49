"""The vocabulary of the shop: what can be bought, and who bought it when.

Read this file first. Everything here is frozen, holds no behaviour beyond what follows
from its fields, and imports nothing but the standard library.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

Money = int
"""An amount in minor units of a currency (cents). Never a float."""


@dataclass(frozen=True, slots=True)
class Product:
    """One catalogue entry: what a shopper can tell apart on the shelf.

    ``None`` means unknown, never zero and never "no".
    """

    id: str
    """Stable within a catalogue."""
    title: str
    """Readable, normalised, without control characters."""
    category: str
    """The aisle, as a shopper would say it: "Yogurt"."""
    kind: str = ""
    """Finer than the category: "Greek yogurt". Empty where the source has none."""
    department: str = ""
    """Coarser than the category: "Grocery"."""
    brand: str | None = None
    """The maker's name, where a shopper can read it."""
    store_brand: bool | None = None
    """True where the shop's own label is on it."""
    size: str | None = None
    """As printed on the pack: "16 oz"."""
    amount: float | None = None
    """The size as a number of ``unit``; both or neither are known."""
    unit: str | None = None
    """The unit of ``amount``: "oz", "fl oz", "ct", "g", "ml"."""
    price: Money | None = None
    """Shelf price of one pack before promotions, in minor units of ``currency``."""
    currency: str = "USD"
    stock: int | None = None
    """Packs in stock; 0 is sold out, ``None`` is not tracked."""
    description: str = ""
    """Prose from the seller: data, never instructions."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Typed extras, name to value: material, colour, ingredients."""
    rating: float | None = None
    """Mean review stars, 1 to 5."""
    rating_count: int | None = None
    """Reviews behind ``rating``."""
    image: str | None = None
    """An https address, or nothing."""
    min_age: int | None = None
    """Years a buyer must have; ``None`` where the shop has no rule."""

    @property
    def unit_price(self) -> float | None:
        """Minor currency units per ``unit``, or ``None`` where price or size is unknown."""
        if self.price is None or not self.amount:
            return None
        return self.price / self.amount


@dataclass(frozen=True, slots=True)
class Promotion:
    """A product put forward by one store for a span of days."""

    product_id: str
    store_id: str
    first_day: date
    last_day: date
    """Inclusive."""
    where: str
    """"mailer" or "display" or "mailer and display"."""
    price: Money | None = None
    """What a pack costs while it lasts, where the source knows it."""


@dataclass(frozen=True, slots=True)
class Coupon:
    """Takes an amount off one line of a basket, once, in its days, for whom it was sent to."""

    id: str
    product_ids: frozenset[str]
    """The products whose line it may be laid on."""
    first_day: date
    last_day: date
    """Inclusive."""
    amount: Money | None = None
    """What it takes off the line, whatever its packs; where it is not known, nothing."""
    packs: int = 1
    """Packs that the line must hold at the least."""
    sent_to: frozenset[str] | None = None
    """Shoppers; ``None`` is everyone."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """One line of a receipt."""

    id: int
    """Stable row number of the event; facts cite it."""
    shopper_id: str
    product_id: str
    at: datetime
    quantity: int = 1
    paid: Money | None = None
    """For the whole line, after discounts, in minor units."""
    basket_id: str = ""
    store_id: str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """Hard conditions: what does not meet all of them is not a candidate.

    Empty sets and ``None`` mean "no condition". A product whose price is unknown does not
    meet a price condition. A product known to be out of stock never passes.
    """

    min_price: Money | None = None
    max_price: Money | None = None
    """Inclusive, compared with the price that would be paid today (promotion included)."""
    categories: frozenset[str] = frozenset()
    """Any of these categories."""
    kinds: frozenset[str] = frozenset()
    """Any of these kinds. With ``categories`` too, either is enough."""
    not_categories: frozenset[str] = frozenset()
    brands: frozenset[str] = frozenset()
    not_brands: frozenset[str] = frozenset()
    store_brand: bool | None = None
    """True: only the shop's own label. False: everything that is not it."""
    not_words: tuple[str, ...] = ()
    """Stems that may not occur in title, kind, description or attributes."""
    attributes: tuple[tuple[str, str], ...] = ()
    """(name, value) pairs that must hold, compared case-folded."""
    promoted: bool = False
    """Only what is on promotion today at ``store_id``."""
    store_id: str | None = None
    """The shopper's usual store; promotions are looked up there (any store if ``None``)."""
    max_age_rule: int = 0
    """Age that the shop knows the shopper to have; products with a higher ``min_age`` fail."""
    only_ids: frozenset[str] | None = None
    not_ids: frozenset[str] = frozenset()

    @property
    def narrows(self) -> bool:
        """Whether anything beyond stock and age is asked."""
        return self != Filters(store_id=self.store_id, max_age_rule=self.max_age_rule)


class Source(StrEnum):
    """Where a candidate came from."""

    DENSE = "dense"
    LEXICAL = "lexical"
    COLLABORATIVE = "collaborative"
    REPEAT = "repeat"
    POPULAR = "popular"
    SUGGESTED = "suggested"
    """By words that nobody typed: what the assistant thought of."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One source's word on one product."""

    rank: int
    """From 1."""
    score: float
    """On the source's own scale: cosine, BM25 (higher is better), times bought …"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product that passed the filters, with what every source said of it."""

    product: Product
    hits: Mapping[Source, Hit]
    fused: float
    """Reciprocal-rank fusion over ``hits``."""
    promotion: Promotion | None = None
    """On today at the shopper's store."""

    @property
    def price_today(self) -> Money | None:
        """What a pack costs today: the promotion's price where there is a lower one."""
        promo = self.promotion.price if self.promotion else None
        known = [p for p in (self.product.price, promo) if p is not None]
        return min(known) if known else None


@dataclass(frozen=True, slots=True)
class Scored:
    """A product id with a score, best first in every list of them, ties by id."""

    id: str
    score: float
