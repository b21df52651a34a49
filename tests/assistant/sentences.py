"""A small shop for sentences: three picks, a shopper's facts, a request."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from assistant.claims import Context
from assistant.references import Resolver
from assistant.types import Evidence, EvidenceKind, Fact, FactKind, Need, Pick, Profile, Reference
from index.types import Candidate, Hit, Product, Promotion, Source

TODAY = date(2017, 12, 31)

YOGURT = Product(
    "y", "Greek Yogurt, 16 oz", "Yogurt", kind="Greek yogurt", store_brand=True,
    size="16 oz", amount=16.0, unit="oz", price=299,
)  # fmt: skip
DRINK = Product(
    "d", "Yogurt Drink, 32 oz", "Yogurt", store_brand=False,
    size="32 oz", amount=32.0, unit="oz", price=449,
)  # fmt: skip
CUP = Product(
    "c", "Fruit Yogurt Cup, 6 oz", "Yogurt", size="6 oz", amount=6.0, unit="oz", price=99,
    rating=4.25,
)  # fmt: skip

MAILER = Promotion("y", "s1", date(2017, 12, 26), date(2018, 1, 1), "mailer", price=249)

FACTS = (
    Fact("H1", FactKind.STAPLE, "y", "Greek Yogurt, 16 oz", "Yogurt", 14, 9, date(2017, 12, 20)),
    Fact("H2", FactKind.DUE, "y", "Greek Yogurt, 16 oz", "Yogurt", 14, 9, date(2017, 12, 20)),
    Fact("H3", FactKind.CATEGORY, category="Yogurt", count=40, share=0.08),
    Fact("H4", FactKind.STORE_BRAND, count=90, share=0.41),
    Fact("H5", FactKind.PRICE_BAND, category="Yogurt", low=199, high=329),
    Fact("H6", FactKind.STAPLE, "m", "Whole Milk", "Milk", 30, 6, date(2017, 12, 29)),
    Fact("H7", FactKind.NEW, "c", "Fruit Yogurt Cup, 6 oz", "Yogurt", 1, None, date(2017, 12, 1)),
)


def pick(id_: str, product: Product, promotion: Promotion | None = None, **more: object) -> Pick:
    candidate = Candidate(product, {Source.LEXICAL: Hit(1, 5.0)}, 0.1, promotion)
    return Pick(id_, candidate, 1.0, **more)  # type: ignore[arg-type]


REASON = Evidence(EvidenceKind.REPEAT, (Reference("H1", "count"), Reference("H1", "every")), 0.9)
PICKS = (
    pick("P1", YOGURT, MAILER, buyers=412, evidence=(REASON,)),
    pick("P2", DRINK, buyers=12),
    pick("P3", CUP, buyers=80),
)
NEED = Need("yogurt under 3 dollars", search_text="yogurt", categories=("Yogurt",), max_price=300)
PROFILE = Profile("1228", TODAY, FACTS)
GUEST = Profile(None, TODAY)


def resolver(
    need: Need = NEED, profile: Profile = PROFILE, picks: tuple[Pick, ...] = PICKS
) -> Resolver:
    return Resolver(picks, profile, need, TODAY)


def context(
    pick_id: str = "P1",
    need: Need = NEED,
    profile: Profile = PROFILE,
    picks: tuple[Pick, ...] = PICKS,
) -> Context:
    found = resolver(need, profile, picks)
    chosen = found.pick(pick_id)
    assert chosen
    return Context(chosen, found)


def without(kind: FactKind) -> Profile:
    """The shopper without the facts of one kind."""
    return replace(PROFILE, facts=tuple(f for f in FACTS if f.kind is not kind))
