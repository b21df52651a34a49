"""Why a product was picked, said from its fields and the history facts. Pure."""

from __future__ import annotations

from collections.abc import Callable

from assistant.references import Resolver, money
from assistant.types import Evidence, EvidenceKind, Fact, FactKind, Pick, Reference
from ui.words import day, fact, plain

Row = tuple[str, str]
"""A pointer and the value it holds: ("P1.price", "$2.49")."""


def reason(pick: Pick, evidence: Evidence, context: Resolver) -> str:
    """One true reason in words.

    Where the evidence names no value that is known, the words say only what its kind says.
    """
    return WORDS[evidence.kind](pick, evidence, context)


def rows(evidence: Evidence, context: Resolver) -> list[Row]:
    """The values that the evidence points at, each with its pointer; unknown ones are left out."""
    found = []
    for reference in evidence.references:
        try:
            found.append((pointer(reference), context.resolve(reference)))
        except KeyError:
            continue
    return found


def pointer(reference: Reference) -> str:
    """A reference without its brackets: "H1.count"."""
    return str(reference)[1:-1]


def _cited(evidence: Evidence, context: Resolver, *kinds: FactKind) -> Fact | None:
    found = (context.fact(r.target) for r in evidence.references)
    return next((f for f in found if f is not None and (not kinds or f.kind in kinds)), None)


def _repeat(pick: Pick, evidence: Evidence, context: Resolver) -> str:
    cited = _cited(evidence, context)
    return fact(cited) if cited else "You have bought this before."


def _category(pick: Pick, evidence: Evidence, context: Resolver) -> str:
    cited = _cited(evidence, context)
    return fact(cited) if cited else f"You buy {plain(pick.candidate.product.category)}."


def _store_brand(pick: Pick, evidence: Evidence, context: Resolver) -> str:
    cited = _cited(evidence, context, FactKind.STORE_BRAND)
    return "It is the shop's own label." + (f" {fact(cited)}" if cited else "")


def _price_band(pick: Pick, evidence: Evidence, context: Resolver) -> str:
    cited = _cited(evidence, context, FactKind.PRICE_BAND)
    usual = "Its price lies in what you usually pay."
    return f"{usual} {fact(cited, pick.candidate.product.currency)}" if cited else usual


def _need_price(pick: Pick, evidence: Evidence, context: Resolver) -> str:
    today, currency = pick.candidate.price_today, pick.candidate.product.currency
    low, high = context.need.min_price, context.need.max_price
    if today is None or (low is None and high is None):
        return "It keeps your price limit."
    parts = [] if low is None else [f"at least {money(low, currency)}"]
    parts += [] if high is None else [f"at most {money(high, currency)}"]
    return f"It costs {money(today, currency)}; you asked for {' and '.join(parts)}."


def _need_text(pick: Pick, evidence: Evidence, context: Resolver) -> str:
    named = ", ".join((*context.need.kinds, *context.need.categories)) or context.need.asked
    return f"It matches what you asked for: {plain(named)}." if named else "It matches your words."


def _promotion(pick: Pick, evidence: Evidence, context: Resolver) -> str:
    promotion = pick.candidate.promotion
    if promotion is None:
        return "It is on promotion."
    return f"It is on promotion ({promotion.where}) until {day(promotion.last_day)}."


def _popular(pick: Pick, evidence: Evidence, context: Resolver) -> str:
    return "Many shoppers buy it." if pick.buyers is None else f"{pick.buyers:,} shoppers buy it."


def _other(pick: Pick, evidence: Evidence, context: Resolver) -> str:
    for reference in evidence.references:
        other = context.pick(reference.target)
        if other is not None and other.id != pick.id:
            return plain(other.candidate.product.title)
    return "another pick"


def _cheaper(pick: Pick, evidence: Evidence, context: Resolver) -> str:
    return f"It costs less than {_other(pick, evidence, context)}."


def _bigger(pick: Pick, evidence: Evidence, context: Resolver) -> str:
    return f"It holds more than {_other(pick, evidence, context)}."


WORDS: dict[EvidenceKind, Callable[[Pick, Evidence, Resolver], str]] = {
    EvidenceKind.REPEAT: _repeat,
    EvidenceKind.CATEGORY: _category,
    EvidenceKind.STORE_BRAND: _store_brand,
    EvidenceKind.PRICE_BAND: _price_band,
    EvidenceKind.NEED_PRICE: _need_price,
    EvidenceKind.NEED_TEXT: _need_text,
    EvidenceKind.PROMOTION: _promotion,
    EvidenceKind.POPULAR: _popular,
    EvidenceKind.CHEAPER: _cheaper,
    EvidenceKind.BIGGER: _bigger,
}
