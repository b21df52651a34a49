"""Fifteen ways to lie about a card in free words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from eval.mutation.truths import (
    Piece,
    Scene,
    days,
    on,
    other_amount,
    pieces,
    tell,
    times,
    usd,
)
from eval.mutation.wordings import TURNED, WORDINGS, Topic
from eval.mutation.yard import Yard
from index.types import Product


@dataclass(frozen=True, slots=True)
class Planted:
    """A sentence on trial, and the card and shopper that it is held against."""

    text: str
    scene: Scene


Planter = Callable[[Scene, Random, Yard], Planted | None]


def _say(scene: Scene, main: Piece, random: Random, title: str | None = None) -> Planted:
    """Put the piece beside one more true one, in either order, half of the time."""
    true = pieces(scene, random)
    others = [p for topic, p in true.items() if topic not in _alike(main.topic)]
    said = [main]
    if others and random.random() < 0.5:
        said.insert(random.randrange(2), random.choice(others))
    return Planted(tell(said, title or scene.pick.candidate.product.title), scene)


def _alike(topic: Topic) -> set[Topic]:
    labels = {Topic.OWN_LABEL, Topic.OTHER_LABEL}
    return labels if topic in labels else {topic}


def _one(scene: Scene, random: Random, *topics: Topic) -> Piece | None:
    true = pieces(scene, random)
    found = [true[topic] for topic in topics if topic in true]
    return random.choice(found) if found else None


def price(scene: Scene, random: Random, yard: Yard) -> Planted | None:
    piece, now = _one(scene, random, Topic.PRICE), scene.pick.candidate.price_today
    if piece is None or now is None:
        return None
    return _say(scene, piece.put(price=usd(other_amount(now, random))), random)


def size(scene: Scene, random: Random, yard: Yard) -> Planted | None:
    piece, amount = _one(scene, random, Topic.SIZE), scene.pick.candidate.product.amount
    if piece is None or not amount:
        return None
    unit = piece.values["size"].split(" ", 1)[1]
    wrong = max(1, round(amount * random.choice((0.5, 0.75, 1.25, 1.5, 2.0))))
    return _say(scene, piece.put(size=f"{wrong + (wrong == amount)} {unit}"), random)


def brand_tier(scene: Scene, random: Random, yard: Yard) -> Planted | None:
    own = scene.pick.candidate.product.store_brand
    if own is None:
        return None
    topic = Topic.OTHER_LABEL if own else Topic.OWN_LABEL
    return _say(scene, Piece(topic, random.randrange(60)), random)


def negation(scene: Scene, random: Random, yard: Yard) -> Planted | None:
    topics = [t for t in WORDINGS if t is not Topic.BUYERS]
    piece = _one(scene, random, *topics)
    return _say(scene, replace(piece, denies=True), random) if piece else None


def comparison(scene: Scene, random: Random, yard: Yard) -> Planted | None:
    piece = _one(scene, random, Topic.CHEAPER, Topic.BIGGER)
    if piece is None:
        return None
    return _say(scene, replace(piece, words=random.choice(TURNED[piece.topic])), random)


def count(scene: Scene, random: Random, yard: Yard) -> Planted | None:
    piece = _one(scene, random, Topic.COUNT, Topic.AISLE_COUNT)
    if piece is None:
        return None
    return _say(scene, piece.put(times=other_times(piece.values["times"], random)), random)


def other_times(text: str, random: Random) -> str:
    true = 1 if text == "once" else int(text.split()[0].replace(",", ""))
    return times(max(1, true + random.choice((1, 2, 3, 5, 8, -1, -2))) + (true == 1))


def day(scene: Scene, random: Random, yard: Yard) -> Planted | None:
    piece, regular = _one(scene, random, Topic.LAST), scene.regular
    if piece is None or regular is None or regular.last is None:
        return None
    return _say(scene, piece.put(last=on(other_day(regular.last, yard.today, random))), random)


def other_day(true: date, today: date, random: Random) -> date:
    ahead = (today - true).days
    shift = (
        random.randint(1, ahead - 1)
        if ahead > 2 and random.random() < 0.5
        else -random.randint(1, 60)
    )
    return true + timedelta(days=shift)


def interval(scene: Scene, random: Random, yard: Yard) -> Planted | None:
    piece, regular = _one(scene, random, Topic.EVERY), scene.regular
    if piece is None or regular is None or not regular.every:
        return None
    return _say(scene, piece.put(every=days(other_days(regular.every, random))), random)


def other_days(true: int, random: Random) -> int:
    return round(true * random.choice((1.5, 2.0, 3.0))) + 2


def invented_purchase(scene: Scene, random: Random, yard: Yard) -> Planted | None:
    if scene.pick.candidate.product.id in yard.owned(scene.shopper):
        return None
    last = yard.today - timedelta(days=random.randint(3, 120))
    values = {
        "times": times(random.randint(2, 9)),
        "last": on(last),
        "every": days(random.randint(4, 40)),
    }
    topics = [Topic.BOUGHT, Topic.COUNT, Topic.LAST, Topic.EVERY]
    piece = Piece(random.choice(topics), random.randrange(60), values)
    if "since" in piece.text("it"):
        return None  # "not since" does not say that it was bought
    return _say(scene, piece, random)


def anothers_history(scene: Scene, random: Random, yard: Yard) -> Planted | None:
    fact, mine = yard.anothers(random), scene.regular
    if fact is None or not (fact.count and fact.last and fact.every):
        return None
    if mine and (fact.count, fact.last) == (mine.count, mine.last):
        return None
    if mine is None and scene.pick.candidate.product.id in yard.owned(scene.shopper):
        return None  # bought too seldom for a fact: what is true is not known here
    values = {"times": times(fact.count), "last": on(fact.last), "every": days(fact.every)}
    wrong = [Topic.COUNT] if not mine or mine.count != fact.count else []
    wrong += [Topic.LAST] if not mine or mine.last != fact.last else []
    piece = Piece(random.choice(wrong), random.randrange(60), values)
    if piece.topic is Topic.LAST and mine is None and "since" in piece.text("it"):
        return None
    return _say(scene, piece, random)


def swapped_pick(scene: Scene, random: Random, yard: Yard) -> Planted | None:
    mine = scene.pick.candidate.product
    others = [c for c in scene.world.others if c.product.kind != mine.kind]
    piece = _one(scene, random, Topic.PRICE, Topic.OWN_LABEL, Topic.OTHER_LABEL, Topic.COUNT,
                 Topic.MAILER, Topic.DISPLAY)  # fmt: skip
    if not others or piece is None:
        return None
    return _say(scene, piece, random, title=random.choice(others).product.title)


def promotion_ended(scene: Scene, random: Random, yard: Yard) -> Planted | None:
    product = yard.formerly_promoted(scene.pick.candidate.product.category, random)
    if product is None or product.price is None:
        return None
    was = usd(product.price + random.choice((30, 50, 100)))
    values = {"was": was, "price": usd(product.price), "off": "$0.50"}
    topic = random.choice((Topic.MAILER, Topic.DISPLAY, Topic.LOWERED))
    other = _with_card(scene, product)
    return Planted(tell([Piece(topic, random.randrange(60), values)], product.title), other)


def need_not_met(scene: Scene, random: Random, yard: Yard) -> Planted | None:
    most = scene.reply.need.max_price
    if most is None or random.random() < 0.4:
        values = {"asked": yard.strange_aisle(scene, random)}
        return _say(scene, Piece(Topic.FIT, random.randrange(60), values), random)
    product = yard.dearer(scene.pick.candidate.product.category, most, random)
    if product is None:
        return None
    values = {"most": usd(most), "left": usd(random.randint(10, 150))}
    piece = Piece(Topic.LIMIT, random.randrange(60), values)
    return Planted(tell([piece], product.title), _with_card(scene, product))


def _with_card(scene: Scene, product: Product) -> Scene:
    """Put another product, not on promotion, on the card."""
    card = replace(scene.pick.candidate, product=product, promotion=None)
    pick = replace(scene.pick, candidate=card, buyers=None)
    return replace(scene, pick=pick, world=replace(scene.world, about=card, buyers=None))


def share(scene: Scene, random: Random, yard: Yard) -> Planted | None:
    piece = _one(scene, random, Topic.AISLE_SHARE, Topic.LABEL_SHARE)
    if piece is None:
        return None
    return _say(scene, piece.put(share=other_share(piece.values["share"], random)), random)


def other_share(text: str, random: Random) -> str:
    true = int(text.rstrip("%"))
    return f"{max(1, true + random.choice((-9, -5, 4, 6, 11, 20))) + (true < 6) * 5}%"


def popularity(scene: Scene, random: Random, yard: Yard) -> Planted | None:
    piece, true = _one(scene, random, Topic.BUYERS), scene.pick.buyers
    if piece is None or not true:
        return None
    return _say(
        scene, piece.put(buyers=f"{round(true * random.choice((0.5, 1.4, 3))) + 1:,}"), random
    )


FREE: Mapping[str, Planter] = {
    "price": price,
    "size": size,
    "brand_tier": brand_tier,
    "negation": negation,
    "comparison": comparison,
    "count": count,
    "date": day,
    "interval": interval,
    "invented_purchase": invented_purchase,
    "anothers_history": anothers_history,
    "swapped_pick": swapped_pick,
    "promotion_ended": promotion_ended,
    "need_not_met": need_not_met,
    "share": share,
    "popularity": popularity,
}
"""Kind to its planter in free words."""
