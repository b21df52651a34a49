"""What the scorer may know when it reads a sentence: shelf, receipts, request, and the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from eval.faithfulness.receipts import Receipts
from index.text import stem_words
from index.types import Candidate, Money, Product

POPULAR = 50
"""Different shoppers from which "popular" or "many" is not too much said."""
REGULAR = 3
"""Baskets from which "often" or "a regular" is not too much said."""
LATELY = 45
"""Days within which a purchase was lately."""
NEW_FOR = 30
"""Days since the first purchase within which a product is new to a shopper."""
LABEL_OFTEN = 1 / 3
"""Share of own label from which a shopper buys it often."""
_SMALL_WORDS = (
    "a an and any are at be but buy can do for from get good have i if in is it like looking me my "
    "need no not of on one or please some something that the them there thing this to under want "
    "what with you your"
)
_EMPTY = frozenset(_SMALL_WORDS.split())
"""Stems that say nothing of what is asked for."""


@dataclass(frozen=True, slots=True)
class World:
    """All that stood before the shopper, and all that the shop holds of them."""

    about: Candidate
    """The card that the sentence belongs to."""
    others: tuple[Candidate, ...]
    """The other cards of the reply."""
    today: date
    receipts: Receipts | None
    """``None`` for a guest: then nothing of a history may be said."""
    buyers: int | None = None
    """Different shoppers who bought what the card shows."""
    min_price: Money | None = None
    max_price: Money | None = None
    asked: tuple[str, ...] = ()
    """The message as typed, and what the conversation kept of earlier ones."""
    refused: tuple[str, ...] = ()
    """Words that the shopper wants to avoid."""
    categories: frozenset[str] = frozenset()
    """Every aisle of the catalogue, and what else the request may name."""

    @property
    def cards(self) -> Mapping[str, Candidate]:
        """Product id to card."""
        return {c.product.id: c for c in (self.about, *self.others)}


def content(text: str) -> frozenset[str]:
    """Return the stems of a text that say what is asked for.

    >>> sorted(content("for school lunches"))
    ['lunch', 'school']
    """
    return frozenset(stem_words(text)) - _EMPTY


def named(product: Product) -> frozenset[str]:
    """Return the stems of everything that the shelf says of a product."""
    texts = (product.title, product.kind, product.category, product.brand or "")
    return content(" ".join((*texts, *product.attributes.values(), product.description)))
