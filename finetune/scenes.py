"""Moments in a shop: a real shopper on a real day, a request, and picks with true reasons.

The history is real; the request is drawn around what the shopper buys, and the reasons are
every one that holds, put in an order that gives rare kinds their turn. Nothing after the day
of the scene is read.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from assistant.claims import Context
from assistant.consent import WishBook, Wishes
from assistant.plan import reason
from assistant.references import Resolver
from assistant.shopper import build_profile
from assistant.types import Evidence, EvidenceKind, FactKind, Need, Pick, Profile
from index.catalogue import Catalogue
from index.collaborative.popularity import Popularity
from index.purchases import Purchases
from index.types import Candidate, Hit, Interaction, Product, Promotion, Source

HELD_SHARE = 0.1
"""Of the shoppers; they are seen in evaluations only."""
PICKS = 4
_TURN = {
    EvidenceKind.REPEAT: 2.0,
    EvidenceKind.PROMOTION: 3.0,
    EvidenceKind.STORE_BRAND: 1.2,
    EvidenceKind.NEED_TEXT: 1.2,
    EvidenceKind.CHEAPER: 0.7,
    EvidenceKind.BIGGER: 0.6,
}
"""How far forward a kind comes, 1 where it is not named: what rarely holds comes before what
nearly always does."""

PROMOTED, LOWERED = 0.2, 0.7
"""Share of the products that a lesson puts forward where nothing is on, and of those how many cost
less; the shop itself lowers six of ten."""
_PLACES = ("mailer", "display", "mailer and display")


@dataclass(slots=True)
class Shop:
    """What scenes are drawn from."""

    catalogue: Catalogue
    purchases: Purchases
    products: Mapping[str, Product] = field(init=False)
    by_category: Mapping[str, list[Product]] = field(init=False)
    _buyers: dict[date, dict[str, int]] = field(default_factory=dict)
    _demand: dict[date, Mapping[str, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.products = {p.id: p for p in self.catalogue.many(self.catalogue.ids())}
        grouped: dict[str, list[Product]] = defaultdict(list)
        for product in self.products.values():
            if product.min_age is None:
                grouped[product.category].append(product)
        self.by_category = grouped

    def buyers(self, before: date) -> Mapping[str, int]:
        """Product id to the shoppers who bought it before a day."""
        if before not in self._buyers:
            self._buyers[before] = self.purchases.buyers(before)
        return self._buyers[before]

    def demand(self, before: date) -> Mapping[str, float]:
        """Product id to its popularity before a day, as searches weigh it."""
        if before not in self._demand:
            days = self.purchases.last_days(before)
            self._demand[before] = Popularity.of_last_days(days, before).scores
        return self._demand[before]

    def history(self, shopper_id: str, before: date) -> list[Interaction]:
        """A shopper's receipt lines before a day, but those that they want forgotten."""
        wishes, lines = self._wishes(shopper_id), self.purchases.history(shopper_id, before)
        return [line for line in lines if wishes.knows(line, self.products.get(line.product_id))]

    def profile(self, shopper_id: str, as_of: date) -> Profile:
        """What is known of a shopper on a day, and may be."""
        store = self.purchases.usual_store(shopper_id, as_of)
        history = self.history(shopper_id, as_of)
        profile = build_profile(shopper_id, history, self.products, as_of, store)
        return self._wishes(shopper_id).known(profile)

    def _wishes(self, shopper_id: str) -> Wishes:
        return WishBook(self.purchases.database).of(shopper_id)


def is_held(shopper_id: str) -> bool:
    """Whether a shopper is kept for evaluations."""
    digest = hashlib.sha256(f"held/{shopper_id}".encode()).digest()
    return int.from_bytes(digest[:4]) / 2**32 < HELD_SHARE


def scenes(
    shop: Shop, profile: Profile, random: Random, count: int = 2, promotes: bool = False
) -> Iterator[Context]:
    """Yield the picks of a few requests of one shopper, each with its reasons in some order.

    Parameters
    ----------
    promotes
        Put some products forward that are not. A shop knows the promotions of today alone, and
        who learns from its past would never see one.
    """
    for _ in range(count):
        if chosen := _around(shop, profile, random):
            need = _need(random, chosen)
            candidates = _candidates(shop, profile, need, chosen)
            if promotes:
                candidates = [_promoted(c, profile, random) for c in candidates]
            buyers = shop.buyers(profile.as_of)
            picks = tuple(
                Pick(f"P{i}", candidate, 1.0, buyers=buyers.get(candidate.product.id))
                for i, candidate in enumerate(candidates, start=1)
            )
            yield from reasoned(Resolver(picks, profile, need, profile.as_of), random)


def reasoned(resolver: Resolver, random: Random) -> Iterator[Context]:
    """Give every pick all reasons that hold of it, in an order drawn for it."""
    picks = []
    for pick in resolver.picks:
        context = Context(pick, resolver)
        found = [r for kind in EvidenceKind if (r := reason(kind, context, random.getrandbits(16)))]
        found.sort(key=lambda r: random.random() * _TURN.get(r.kind or EvidenceKind.POPULAR, 1.0))
        evidence = tuple(
            Evidence(r.kind, r.references, float(n), 1) for n, r in enumerate(found, 1) if r.kind
        )
        picks.append(replace(pick, evidence=evidence[::-1]))
    whole = replace(resolver, picks=tuple(picks))
    yield from (Context(pick, whole) for pick in picks)


def _around(shop: Shop, profile: Profile, random: Random) -> list[Product]:
    """A few products of a category that this shopper knows, their own ones likelier."""
    known = [f.category for f in profile.facts if f.category in shop.by_category]
    if not known:
        return []
    category = random.choice(known)
    pool = shop.by_category[category or ""]
    own = [p for p in pool if any(f.product_id == p.id for f in profile.facts)]
    new = [f.product_id for f in profile.facts if f.kind is FactKind.NEW]
    fresh = [p for p in own if p.id in new]
    mixed = (
        fresh[:1] + random.sample(own, min(2, len(own))) + random.sample(pool, min(6, len(pool)))
    )
    return list({p.id: p for p in mixed if p.price is not None}.values())[:PICKS]


def _need(random: Random, chosen: Sequence[Product]) -> Need:
    """A request that some of the products meet: open, by words, by aisle, by price."""
    product = random.choice(chosen)
    words = " ".join((product.kind or product.category).lower().split()[:4])
    dearest = max(p.price or 0 for p in chosen)
    cheapest = min(p.price or 0 for p in chosen)
    limit = (dearest // 50 + random.randint(1, 6)) * 50
    wants: dict[str, object] = {}
    roll = random.random()
    if roll < 0.35:
        wants |= {"search_text": words}
    elif roll < 0.65:
        wants |= {"categories": (product.category,), "search_text": product.category.lower()}
    if random.random() < 0.4:
        wants |= {"max_price": limit}
    elif random.random() < 0.12 and cheapest > 100:
        wants |= {"min_price": (cheapest - 1) // 50 * 50}
    return Need("", **wants)  # type: ignore[arg-type]


def _candidates(
    shop: Shop, profile: Profile, need: Need, chosen: Sequence[Product]
) -> list[Candidate]:
    ids = [p.id for p in chosen]
    on = shop.catalogue.promotions_for(ids, profile.store_id, profile.as_of)
    words = set(need.search_text.split())
    found = []
    for product in chosen:
        text = f"{product.title} {product.kind} {product.category}".lower()
        hits = {Source.LEXICAL: Hit(1, 1.0)} if words and all(w in text for w in words) else {}
        found.append(Candidate(product, hits, 0.0, on.get(product.id)))
    return found


def _promoted(candidate: Candidate, profile: Profile, random: Random) -> Candidate:
    """The candidate as it is, or now and then in a promotion of the week around the day."""
    if random.random() >= PROMOTED or candidate.promotion:
        return candidate
    product, day = candidate.product, profile.as_of
    price = None
    if product.price and random.random() < LOWERED:
        price = max(1, round(product.price * random.uniform(0.5, 0.95)))
    first = day - timedelta(days=random.randrange(7))
    store, where = profile.store_id or "", random.choice(_PLACES)
    promotion = Promotion(product.id, store, first, first + timedelta(days=6), where, price)
    return replace(candidate, promotion=promotion)
