"""What may change in a shop between two imports, as values; ``index.update`` applies them."""

from __future__ import annotations

from dataclasses import dataclass

from index.types import Coupon, Interaction, Money, Product, Promotion


@dataclass(frozen=True, slots=True)
class SetPrice:
    """Another shelf price."""

    product_id: str
    price: Money | None
    """``None`` where it is not known any more."""


@dataclass(frozen=True, slots=True)
class SetStock:
    """Another number of packs."""

    product_id: str
    stock: int | None
    """0 is sold out, ``None`` is not tracked."""


@dataclass(frozen=True, slots=True)
class SetTitle:
    """Another title."""

    product_id: str
    title: str


@dataclass(frozen=True, slots=True)
class PutPromotion:
    """A promotion that is new, or replaces that of its product, store and first day."""

    promotion: Promotion


@dataclass(frozen=True, slots=True)
class PutCoupon:
    """A coupon that is new, or replaces the one of its id; put with days gone by, it is over."""

    coupon: Coupon


@dataclass(frozen=True, slots=True)
class PutProduct:
    """A product that is new, or replaces the one of its id."""

    product: Product


@dataclass(frozen=True, slots=True)
class RemoveProduct:
    """A product that is not sold any more; purchases of it stay."""

    product_id: str


@dataclass(frozen=True, slots=True)
class AddPurchase:
    """A receipt line. An id of 0 stands for the next free one; a known id is replaced."""

    event: Interaction


Change = (
    SetPrice
    | SetStock
    | SetTitle
    | PutPromotion
    | PutCoupon
    | PutProduct
    | RemoveProduct
    | AddPurchase
)


def products_of(change: Change) -> frozenset[str]:
    """Return the ids of the products that a change is about: one, but for a coupon."""
    match change:
        case PutProduct(product):
            return frozenset({product.id})
        case PutPromotion(promotion):
            return frozenset({promotion.product_id})
        case PutCoupon(coupon):
            return coupon.product_ids
        case AddPurchase(event):
            return frozenset({event.product_id})
        case _:
            return frozenset({change.product_id})
