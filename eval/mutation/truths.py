"""What is true of a card for a shopper, from the profile's facts and the shelf, in figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

from assistant.types import Fact, FactKind, Pick, Profile, Reply
from eval.faithfulness.world import World, content, named
from eval.mutation.wordings import WORDINGS, Topic
from index.text import money
from index.types import Candidate, Money

POPULAR = 50
"""Buyers from which "popular" is no exaggeration."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One card of one reply to a real shopper."""

    shopper: str
    message: str
    reply: Reply
    pick: Pick
    profile: Profile
    world: World

    @property
    def facts(self) -> Mapping[FactKind, Fact]:
        """The first fact of each kind that speaks of this product, its aisle or its label."""
        product = self.pick.candidate.product
        found: dict[FactKind, Fact] = {}
        for fact in self.profile.facts:
            about_it = fact.product_id == product.id
            about_aisle = fact.product_id is None and fact.category in (None, product.category)
            if about_it or about_aisle:
                found.setdefault(fact.kind, fact)
        return found

    @property
    def regular(self) -> Fact | None:
        """What is known of the shopper's purchases of this very product."""
        return self.facts.get(FactKind.DUE) or self.facts.get(FactKind.STAPLE)


@dataclass(frozen=True, slots=True)
class Piece:
    """One true statement: a wording with its values."""

    topic: Topic
    wording: int
    values: Mapping[str, str] = field(default_factory=dict)
    denies: bool = False
    words: str | None = None
    """Instead of the wording."""

    def text(self, it: str) -> str:
        says, denied = WORDINGS[self.topic][self.wording % len(WORDINGS[self.topic])]
        return (self.words or (denied if self.denies else says)).format(it=it, **self.values)

    def put(self, **values: str) -> Piece:
        """Return the same words with other values."""
        return replace(self, values={**self.values, **values})


def tell(pieces: Sequence[Piece], title: str) -> str:
    """Write pieces as one sentence; the product is named once, then called "it".

    >>> tell([Piece(Topic.PRICE, 0, {"price": "$2"}), Piece(Topic.OWN_LABEL, 0)], "Rye bread")
    'Rye bread costs $2, and it is a store brand.'
    """
    said, names = list[str](), title
    for piece in pieces:
        text = piece.text(names)
        names = "it" if names in text else names
        said.append(text)
    line = ", and ".join(said)
    return f"{line[:1].upper()}{line[1:]}."


def usd(amount: float) -> str:
    """Write minor units as money."""
    return money(round(amount))


def times(count: int) -> str:
    """Write how often."""
    return "once" if count == 1 else f"{count:,} times"


def on(day: date) -> str:
    """Write a day of the shop's year."""
    return f"{day:%B} {day.day}, {day.year}"


def days(count: float) -> str:
    """Write a span."""
    return "day" if count == 1 else f"{count:g} days"


def size_text(candidate: Candidate) -> str | None:
    """Write what a pack holds, where that is one figure."""
    product = candidate.product
    if not product.amount or product.unit not in {"oz", "fl oz", "ct"}:
        return None
    return f"{product.amount:g} {'count' if product.unit == 'ct' else product.unit}"


def pieces(scene: Scene, random: Random) -> dict[Topic, Piece]:
    """Return everything that can be said of the card, each in one wording drawn at random."""
    found = [*_of_shelf(scene), *_of_history(scene), *_of_others(scene), *_of_request(scene)]
    return {topic: Piece(topic, random.randrange(60), values) for topic, values in found}


Values = tuple[Topic, dict[str, str]]


def _of_shelf(scene: Scene) -> Iterator[Values]:
    candidate = scene.pick.candidate
    product, price = candidate.product, candidate.price_today
    if price is not None:
        yield Topic.PRICE, {"price": usd(price)}
    if text := size_text(candidate):
        yield Topic.SIZE, {"size": text}
    if product.store_brand is not None:
        yield (Topic.OWN_LABEL if product.store_brand else Topic.OTHER_LABEL), {}
    if promotion := candidate.promotion:
        yield (Topic.MAILER if "mailer" in promotion.where else Topic.DISPLAY), {}
    if price is not None and product.price is not None and price < product.price:
        off = usd(product.price - price)
        yield Topic.LOWERED, {"was": usd(product.price), "price": usd(price), "off": off}
    if scene.pick.buyers and scene.pick.buyers >= POPULAR:
        yield Topic.BUYERS, {"buyers": f"{scene.pick.buyers:,}"}


def _of_history(scene: Scene) -> Iterator[Values]:
    facts, regular = scene.facts, scene.regular
    if regular and regular.count and regular.last:
        yield Topic.BOUGHT, {}
        yield Topic.COUNT, {"times": times(regular.count)}
        yield Topic.LAST, {"last": on(regular.last)}
        if regular.every:
            yield Topic.EVERY, {"every": days(regular.every)}
    if (aisle := facts.get(FactKind.CATEGORY)) and aisle.category and aisle.count:
        yield Topic.AISLE_COUNT, {"aisle": aisle.category, "times": times(aisle.count)}
        if (aisle.share or 0) >= 0.01:
            share = f"{aisle.share:.0%}"
            yield Topic.AISLE_SHARE, {"aisle": aisle.category, "share": share}
    if (label := facts.get(FactKind.STORE_BRAND)) and (label.share or 0) >= 0.01:
        yield Topic.LABEL_SHARE, {"share": f"{label.share:.0%}"}
    if (band := facts.get(FactKind.PRICE_BAND)) and band.low and band.high:
        yield Topic.BAND, {"low": usd(band.low), "high": usd(band.high)}


def _of_others(scene: Scene) -> Iterator[Values]:
    mine, price = scene.pick.candidate.product, scene.pick.candidate.price_today
    for card in scene.world.others:
        other = card.product
        if price is not None and card.price_today is not None and price < card.price_today:
            values = {"other": other.title, "gap": usd(card.price_today - price)}
            yield Topic.CHEAPER, values
        if mine.amount and other.amount and mine.unit == other.unit and mine.amount > other.amount:
            yield Topic.BIGGER, {"other": other.title}


def _of_request(scene: Scene) -> Iterator[Values]:
    price, most = scene.pick.candidate.price_today, scene.reply.need.max_price
    if most is not None and price is not None and price < most:
        yield Topic.LIMIT, {"most": usd(most), "left": usd(most - price)}
    product = scene.pick.candidate.product
    for name in (product.kind, product.category):
        if name and content(name) <= content(scene.message) & named(product):
            yield Topic.FIT, {"asked": name}
            return


def other_amount(amount: Money, random: Random) -> Money:
    """Return an amount that nobody would take for this one."""
    return max(5, round(amount * random.choice((0.45, 0.6, 0.75, 1.3, 1.5, 1.8)))) + 1
