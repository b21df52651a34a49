"""Why a product was picked, said from its fields and the history facts. Pure."""

from __future__ import annotations

from collections.abc import Callable

from assistant.references import Resolver, money
from assistant.types import Evidence, EvidenceKind, Fact, FactKind, Pick, Reference
from ui.language import ENGLISH, Language
from ui.words import day, fact, plain

Row = tuple[str, str]
"""A pointer and the value it holds: ("P1.price", "$2.49")."""


def reason(pick: Pick, evidence: Evidence, context: Resolver, words: Language = ENGLISH) -> str:
    """One true reason in words.

    Where the evidence names no value that is known, the words say only what its kind says.
    """
    return WORDS[evidence.kind](pick, evidence, context, words)


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


def _repeat(pick: Pick, evidence: Evidence, context: Resolver, words: Language) -> str:
    cited = _cited(evidence, context)
    return fact(cited, words=words) if cited else words("reason.repeat")


def _category(pick: Pick, evidence: Evidence, context: Resolver, words: Language) -> str:
    cited = _cited(evidence, context)
    if cited:
        return fact(cited, words=words)
    return words("reason.category", name=plain(pick.candidate.product.category))


def _store_brand(pick: Pick, evidence: Evidence, context: Resolver, words: Language) -> str:
    cited = _cited(evidence, context, FactKind.STORE_BRAND)
    own = words("reason.store_brand")
    return f"{own} {fact(cited, words=words)}" if cited else own


def _price_band(pick: Pick, evidence: Evidence, context: Resolver, words: Language) -> str:
    cited = _cited(evidence, context, FactKind.PRICE_BAND)
    usual = words("reason.price_band")
    currency = pick.candidate.product.currency
    return f"{usual} {fact(cited, currency, words)}" if cited else usual


def _need_price(pick: Pick, evidence: Evidence, context: Resolver, words: Language) -> str:
    today, currency = pick.candidate.price_today, pick.candidate.product.currency
    low, high = context.need.min_price, context.need.max_price
    if today is None or (low is None and high is None):
        return words("reason.need_price")
    parts = [] if low is None else [words("reason.at_least", price=money(low, currency))]
    parts += [] if high is None else [words("reason.at_most", price=money(high, currency))]
    limits = words("value.and").join(parts)
    return words("reason.need_price_told", price=money(today, currency), limits=limits)


def _need_text(pick: Pick, evidence: Evidence, context: Resolver, words: Language) -> str:
    named = ", ".join((*context.need.kinds, *context.need.categories)) or context.need.asked
    told = words("reason.need_text_told", name=plain(named)) if named else ""
    return told or words("reason.need_text")


def _promotion(pick: Pick, evidence: Evidence, context: Resolver, words: Language) -> str:
    promotion = pick.candidate.promotion
    if promotion is None:
        return words("reason.promotion")
    until = day(promotion.last_day, words)
    return words("reason.promotion_told", where=promotion.where, day=until)


def _popular(pick: Pick, evidence: Evidence, context: Resolver, words: Language) -> str:
    if pick.buyers is None:
        return words("reason.popular")
    return words("reason.popular_told", buyers=f"{pick.buyers:,}")


def _other(pick: Pick, evidence: Evidence, context: Resolver, words: Language) -> str:
    for reference in evidence.references:
        other = context.pick(reference.target)
        if other is not None and other.id != pick.id:
            return plain(other.candidate.product.title)
    return words("reason.another")


def _cheaper(pick: Pick, evidence: Evidence, context: Resolver, words: Language) -> str:
    return words("reason.cheaper", name=_other(pick, evidence, context, words))


def _bigger(pick: Pick, evidence: Evidence, context: Resolver, words: Language) -> str:
    return words("reason.bigger", name=_other(pick, evidence, context, words))


WORDS: dict[EvidenceKind, Callable[[Pick, Evidence, Resolver, Language], str]] = {
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
