"""The rows of the outdoor shop's files: validated, then turned into the shop's vocabulary."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from index.types import Coupon, Interaction, Money, Product, Promotion


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ProductRow(_Row):
    """A line of ``products.jsonl``."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str = Field(min_length=3)
    category: str = Field(min_length=1)
    kind: str = Field(min_length=1)
    department: str = Field(min_length=1)
    brand: str = Field(min_length=1)
    store_brand: bool
    size: str | None
    amount: float | None = Field(gt=0)
    unit: str | None
    price: Money = Field(gt=0)
    currency: Literal["USD"]
    stock: int = Field(ge=0)
    description: str = Field(min_length=20)
    attributes: dict[str, str]
    image: str | None = Field(pattern="^https://")
    min_age: int | None = Field(ge=0)
    rating: float | None = Field(ge=1, le=5)
    rating_count: int = Field(ge=0)

    def to_product(self) -> Product:
        """Return the catalogue entry."""
        return Product(**self.model_dump())


class EventRow(_Row):
    """A line of ``events.jsonl``."""

    id: int = Field(ge=1)
    shopper_id: str = Field(min_length=1)
    product_id: str = Field(min_length=1)
    at: datetime
    quantity: int = Field(ge=1)
    paid: Money = Field(ge=0)
    basket_id: str = Field(min_length=1)
    store_id: str = Field(min_length=1)

    def to_interaction(self) -> Interaction:
        """Return the receipt line."""
        return Interaction(**self.model_dump())


class PromotionRow(_Row):
    """A line of ``promotions.jsonl``."""

    product_id: str = Field(min_length=1)
    store_id: str = Field(min_length=1)
    first_day: date
    last_day: date
    where: str = Field(min_length=1)
    price: Money = Field(gt=0)

    def to_promotion(self) -> Promotion:
        """Return the promotion."""
        return Promotion(**self.model_dump())


class CouponRow(_Row):
    """A line of ``coupons.jsonl``."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    product_ids: frozenset[str] = Field(min_length=1)
    first_day: date
    last_day: date
    amount: Money | None = Field(gt=0)
    packs: int = Field(default=1, ge=1)
    sent_to: frozenset[str] | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _days(self) -> Self:
        if self.last_day < self.first_day:
            raise ValueError("ends before it begins")
        return self

    def to_coupon(self) -> Coupon:
        """Return the coupon."""
        return Coupon(**self.model_dump())


class Shopper(_Row):
    """A line of ``shoppers.jsonl``."""

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    adult: bool
    about: str = Field(min_length=10)
    avoids: tuple[str, ...]
    """What they would say they avoid; nothing is remembered of it until they do."""


class Review(_Row):
    """What somebody wrote about a product: data, never instructions, and not to be trusted."""

    id: str = Field(min_length=1)
    product_id: str = Field(min_length=1)
    shopper_id: str | None
    author: str = Field(min_length=1)
    date: date
    rating: int = Field(ge=1, le=5)
    text: str = Field(min_length=1)


class ReviewRow(Review):
    """A line of ``reviews.jsonl``: a review with the mark that only tests may see."""

    trap: Literal["lie", "command"] | None = None

    def to_review(self) -> Review:
        """Return the review without its mark."""
        return Review(**self.model_dump(exclude={"trap"}))
