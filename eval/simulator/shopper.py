"""A shopper by rule: a target from their real next basket, conditions, and a way of talking."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from index.types import Candidate, Money, Product


class Vagueness(StrEnum):
    """What the first message tells of the target."""

    KIND = "kind"
    """What it is: "family cereal"."""
    AISLE = "aisle"
    """Where it stands: "cold cereal"."""
    OPEN = "open"
    """Nothing: "what do I need this week?"."""


class Temper(StrEnum):
    """How everything is said."""

    TERSE = "terse"
    CHATTY = "chatty"
    CHANGES_MIND = "changes_mind"
    """Asks for something else first."""
    MISSPELLS = "misspells"


OPENERS = ("what do I need this week?", "what should I buy?", "any ideas for my shopping list?")
CHATTER = (
    "Hi there! I'm looking for {}, if you have it.",
    "Good morning, do you have {}?",
    "I could do with {}, I think.",
    "My sister asked me to bring {}.",
)
"""Around a thing."""
ANSWERS = ("hmm, {}, if you can", "thanks! {}", "nice, but {}", "sorry to be a bother: {}")
"""Around a reaction."""
LETTERS_FROM = 6
"""Letters from which a word is misspelt."""


class NamedTheTitle(AssertionError):
    """A simulated shopper said the title of what they look for: that would be no test."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for, and what has to be so. Hidden from whoever answers."""

    shopper: str
    target: Product
    price: Money
    """What the target costs on the day."""
    elsewhere: str
    """An aisle that has nothing to do with it, for who changes their mind."""

    @property
    def limit(self) -> Money:
        """Whole dollars that the target stays within."""
        return math.ceil(self.price / 100) * 100

    def kept_by(self, card: Candidate) -> list[bool]:
        """Whether a card keeps each hidden condition: aisle, limit, label."""
        product, price = card.product, card.price_today
        return [
            product.category == self.target.category,
            price is not None and price <= self.limit,
            product.store_brand == self.target.store_brand,
        ]


@dataclass(slots=True)
class Shopper:
    """Talks turn by turn; what was said is remembered, so that an answer can be held to it."""

    wish: Wish
    vagueness: Vagueness
    temper: Temper
    random: Random
    said_limit: bool = False
    said_label: bool = False
    said_kind: bool = False
    _turned: bool = False
    refused: set[str] = field(default_factory=set)
    """Products that were shown when they asked for something else."""

    def first(self) -> str:
        """The first message."""
        if self.temper is Temper.CHANGES_MIND:
            return self._say(self.wish.elsewhere.lower())
        return self._opening()

    def next(self, cards: Sequence[Candidate]) -> str:
        """React to cards that do not hold the target.

        The most telling thing that the cards get wrong is said; where they get nothing wrong,
        others are asked for.
        """
        if self.temper is Temper.CHANGES_MIND and not self._turned:
            self._turned = True
            return self._opening("actually, {}")
        target, prices = self.wish.target, [c.price_today for c in cards if c.price_today]
        if not self.said_kind and all(c.product.kind != target.kind for c in cards):
            self.said_kind = True
            return self._say(self._kind())
        if not self.said_label and any(c.product.store_brand != target.store_brand for c in cards):
            self.said_label = True
            return self._react("store brand please" if target.store_brand else "not store brand")
        if not self.said_limit and any(price > self.wish.limit for price in prices):
            self.said_limit = True
            return self._react(f"at most ${self.wish.limit // 100}")
        if prices and self.wish.price < min(prices):
            return self._react("cheaper")
        self.refused |= {card.product.id for card in cards}
        return self._react("something else")

    def broken_by(self, cards: Sequence[Candidate]) -> int:
        """Count what the cards contradict of what was said: limit, label, what was refused."""
        label, most = self.wish.target.store_brand, self.wish.limit
        return sum(
            (self.said_limit and card.price_today is not None and card.price_today > most)
            + (self.said_label and card.product.store_brand != label)
            + (card.product.id in self.refused)
            for card in cards
        )

    def _opening(self, form: str = "{}") -> str:
        if self.vagueness is Vagueness.OPEN:
            return self._say(form.format(self.random.choice(OPENERS)))
        self.said_kind = self.vagueness is Vagueness.KIND
        thing = self._kind() if self.said_kind else self.wish.target.category.lower()
        return self._say(form.format(thing))

    def _kind(self) -> str:
        return (self.wish.target.kind or self.wish.target.category).lower()

    def _react(self, text: str) -> str:
        if self.temper is Temper.CHATTY:
            return self.random.choice(ANSWERS).format(text)
        return text

    def _say(self, text: str) -> str:
        """Name a thing in their own way, a word of it misspelt where that is the way."""
        if self.temper is Temper.CHATTY and "?" not in text:
            text = self.random.choice(CHATTER).format(text)
        if self.temper is Temper.MISSPELLS:
            text = misspelt(text, self.random)
        if self.wish.target.title.lower() in text.lower():
            raise NamedTheTitle(f"{text!r} names {self.wish.target.title!r}")
        return text


def misspelt(text: str, random: Random) -> str:
    """Swap two inner letters of the longest word, if it is long enough.

    >>> misspelt("cold cereal", Random(0)) != "cold cereal"
    True
    >>> misspelt("tea", Random(0))
    'tea'
    """
    words = text.split()
    place = max(range(len(words)), key=lambda n: len(words[n])) if words else 0
    if not words or len(words[place]) < LETTERS_FROM or not words[place].isalpha():
        return text
    word = words[place]
    inner = [n for n in range(1, len(word) - 2) if word[n] != word[n + 1]]
    if not inner:
        return text
    at = random.choice(inner)
    words[place] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return " ".join(words)
