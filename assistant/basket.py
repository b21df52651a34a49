"""A shopper's basket: what is in it, and what it costs by the catalogue of now.

Nothing is bought here. A conversation keeps ids and packs; names, prices and promotions are
read again at every look, so that a total is never older than the shop.
"""

from __future__ import annotations

from assistant.acts import Basket, BasketLine
from assistant.coupons import lay
from assistant.types import Profile
from index.errors import TellPerson
from index.search import Search
from index.text import money
from index.types import Coupon

__all__ = [
    "MOST_PACKS",
    "NO_COUPON",
    "BadBasket",
    "Basket",
    "BasketLine",
    "Packs",
    "about_coupon",
    "look",
    "offered",
    "put",
    "told",
]

MOST_PACKS = 99
MOST_OFFERED = 5
"""Coupons that are told when asked for; the others are counted."""

NO_COUPON = "There is no coupon that you can use today."

Packs = tuple[tuple[str, int], ...]
"""Product id and packs of everything in a basket, by id."""


class BadBasket(TellPerson):
    """A product that can't go into a basket, or a number of packs that there is not."""


def put(packs: Packs, product_id: str, count: int, search: Search, profile: Profile) -> Packs:
    """Return the basket with so many packs of a product; 0 takes it out. Twice is the same.

    Raises
    ------
    BadBasket
        The product is not sold, sold out or above the shopper's age, or the number is not
        between 0 and ``MOST_PACKS``.
    """
    if not 0 <= count <= MOST_PACKS:
        raise BadBasket(
            f"A basket can't hold {count} packs.", f"Take 0 to {MOST_PACKS} of a product."
        )
    if count:
        _check(product_id, count, search, profile)
    after = {**dict(packs), product_id: count}
    return tuple(sorted((id_, n) for id_, n in after.items() if n))


def look(packs: Packs, search: Search, profile: Profile) -> Basket:
    """Return the basket with the prices of now; what is not sold any more has left it.

    On it lie the coupons that this shopper may use today, and nobody else's.
    """
    ids = [id_ for id_, _ in packs]
    products = {product.id: product for product in search.catalogue.many(ids)}
    promotions = search.catalogue.promotions_for(ids, profile.store_id, profile.as_of)
    coupons = search.coupons.usable(ids, profile.shopper_id, profile.as_of)
    lines = [
        BasketLine(products[id_], count, promotions.get(id_))
        for id_, count in packs
        if id_ in products
    ]
    return Basket(lay(lines, coupons))


def told(basket: Basket) -> str:
    """Say in a line what is in it and what it costs."""
    if not basket.lines:
        return "Your basket is empty."
    lines = [f"{line.packs} of {line.product.title}{_coupon(line)}" for line in basket.lines]
    total = money(basket.total, basket.lines[0].product.currency)
    beside = f", without {len(basket.unpriced)} of unknown price" if basket.unpriced else ""
    return f"In your basket: {'; '.join(lines)}. Total {total}{beside}."


def offered(search: Search, profile: Profile) -> str:
    """Say which coupons this shopper may use today, those of known amount first."""
    with search.catalogue.database.snapshot():
        found = search.coupons.usable(None, profile.shopper_id, profile.as_of)
        found.sort(key=lambda one: (-(one.amount or 0), one.last_day, one.id))
        lines = [_offer(one, search) for one in found[:MOST_OFFERED]]
    if not found:
        return NO_COUPON
    rest = len(found) - len(lines)
    more = f"; and {rest} more" if rest else ""
    return f"Coupons that you can use today: {'; '.join(lines)}{more}. In your basket they count."


def _offer(coupon: Coupon, search: Search) -> str:
    """What a coupon is for, by the first title of its products, and what it takes off."""
    titles = sorted((p.title, p.currency) for p in search.catalogue.many(coupon.product_ids))
    title, currency = titles[0]
    more = len(titles) - 1
    others = f" or {more} other{'s' if more > 1 else ''}" if more else ""
    off = "an unknown amount" if coupon.amount is None else money(coupon.amount, currency)
    from_ = f", {coupon.packs} packs or more" if coupon.packs > 1 else ""
    return f"{off} off {title}{others}{from_}, {_until(coupon)}"


def _until(coupon: Coupon) -> str:
    whose = "for everyone" if coupon.sent_to is None else "yours"
    return f"{whose} until {coupon.last_day}"


def about_coupon(line: BasketLine) -> str:
    """Say what the coupon of a line takes off and until when, or why nothing; empty without one.

    >>> from datetime import date
    >>> from index.types import Coupon, Product
    >>> coupon = Coupon("c", frozenset({"p"}), date(2025, 12, 1), date(2026, 1, 31), amount=100)
    >>> about_coupon(BasketLine(Product("p", "Soup", "Soup", price=320), 2, None, coupon))
    'coupon \u2212$1.00, for everyone until 2026-01-31'
    """
    coupon = line.coupon
    if coupon is None:
        return ""
    if coupon.amount is None:
        return f"coupon of unknown amount, {_until(coupon)}: not in the total"
    off = money(line.off or coupon.amount, line.product.currency)
    if line.off:
        return f"coupon \u2212{off}, {_until(coupon)}"
    return f"coupon of {off} from {coupon.packs} packs on, {_until(coupon)}"


def _coupon(line: BasketLine) -> str:
    said = about_coupon(line)
    return f" ({said})" if said else ""


def _check(product_id: str, count: int, search: Search, profile: Profile) -> None:
    product = search.catalogue.get(product_id)
    if product is None:
        raise BadBasket(f"There is no product {product_id!r} here.", "Add one of the cards.")
    if product.min_age and not profile.adult:
        raise BadBasket(f"{product.title} is only for buyers from {product.min_age} on.")
    if product.stock is not None and product.stock < count:
        raise BadBasket(
            f"{product.title}: {product.stock} in stock, {count} asked for.", "Take fewer."
        )
