"""Why a product was picked, said from its fields and the history facts. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from assistant.types import Evidence, EvidenceKind, Fact, FactKind, Need, Pick, Profile, Reference
from ui.words import day, fact, money, percent, plain, times


@dataclass(frozen=True, slots=True)
class Context:
    """What references point into: the request, the picks of the reply, the history."""

    need: Need
    picks: Mapping[str, Pick]
    facts: Mapping[str, Fact]

    @classmethod
    def of(cls, need: Need, picks: tuple[Pick, ...], profile: Profile) -> Context:
        return cls(need, {p.id: p for p in picks}, {f.id: f for f in profile.facts})


Row = tuple[str, str]
"""A pointer and the value it holds: ("P1.price", "$2.49")."""


def reason(pick: Pick, evidence: Evidence, context: Context) -> str:
    """One true reason in words.

    Where the evidence names no value that is known, the words say only what its kind says.
    """
    return WORDS[evidence.kind](pick, evidence, context)


def rows(evidence: Evidence, context: Context) -> list[Row]:
    """The values that the evidence points at, each with its pointer."""
    found = []
    for reference in evidence.references:
        value = value_of(reference, context)
        if value:
            found.append((str(reference)[1:-1], value))
    return found


def value_of(reference: Reference, context: Context) -> str:
    """What a reference holds, in words; empty where it is unknown."""
    if reference.target in context.picks:
        return _pick_value(context.picks[reference.target], reference.field)
    if reference.target in context.facts:
        return _fact_value(context.facts[reference.target], reference.field, context)
    return _need_value(context.need, reference.field, _currency(context))


def _pick_value(pick: Pick, name: str) -> str:
    product, promotion = pick.candidate.product, pick.candidate.promotion
    if name in ("", "title"):
        return plain(product.title)
    if name == "price":
        today = pick.candidate.price_today
        return "" if today is None else money(today, product.currency)
    if name == "promotion":
        return f"{promotion.where}, until {day(promotion.last_day)}" if promotion else ""
    if name == "store_brand":
        return {True: "yes", False: "no", None: ""}[product.store_brand]
    if name == "buyers":
        return "" if pick.buyers is None else f"{pick.buyers:,} shoppers"
    if name in ("category", "kind", "size", "brand", "department"):
        return plain(str(getattr(product, name) or ""))
    return plain(product.attributes.get(name, ""))


def _fact_value(one: Fact, name: str, context: Context) -> str:
    if name == "count" and one.count is not None:
        return times(one.count)
    if name == "every" and one.every is not None:
        return f"{one.every} days"
    if name == "last" and one.last is not None:
        return day(one.last)
    if name == "share" and one.share is not None:
        return percent(one.share)
    if name in ("low", "high"):
        amount = one.low if name == "low" else one.high
        return "" if amount is None else money(amount, _currency(context))
    if name == "category":
        return plain(one.category or "")
    return fact(one, _currency(context)) if not name else ""


def _need_value(need: Need, name: str, currency: str) -> str:
    if name in ("max_price", "min_price"):
        amount = need.max_price if name == "max_price" else need.min_price
        return "" if amount is None else money(amount, currency)
    if name == "category":
        return plain(", ".join((*need.kinds, *need.categories)))
    return plain(need.search_text)


def _currency(context: Context) -> str:
    return next((p.candidate.product.currency for p in context.picks.values()), "USD")


def _cited(evidence: Evidence, context: Context, *kinds: FactKind) -> Fact | None:
    found = (context.facts.get(r.target) for r in evidence.references)
    return next((f for f in found if f is not None and (not kinds or f.kind in kinds)), None)


def _repeat(pick: Pick, evidence: Evidence, context: Context) -> str:
    cited = _cited(evidence, context)
    return fact(cited) if cited else "You have bought this before."


def _category(pick: Pick, evidence: Evidence, context: Context) -> str:
    cited = _cited(evidence, context)
    return fact(cited) if cited else f"You buy {plain(pick.candidate.product.category)}."


def _store_brand(pick: Pick, evidence: Evidence, context: Context) -> str:
    cited = _cited(evidence, context, FactKind.STORE_BRAND)
    return "It is the shop's own label." + (f" {fact(cited)}" if cited else "")


def _price_band(pick: Pick, evidence: Evidence, context: Context) -> str:
    cited = _cited(evidence, context, FactKind.PRICE_BAND)
    usual = "Its price lies in what you usually pay."
    return f"{usual} {fact(cited, pick.candidate.product.currency)}" if cited else usual


def _need_price(pick: Pick, evidence: Evidence, context: Context) -> str:
    today, currency = pick.candidate.price_today, pick.candidate.product.currency
    low, high = context.need.min_price, context.need.max_price
    if today is None or (low is None and high is None):
        return "It keeps your price limit."
    parts = [] if low is None else [f"at least {money(low, currency)}"]
    parts += [] if high is None else [f"at most {money(high, currency)}"]
    return f"It costs {money(today, currency)}; you asked for {' and '.join(parts)}."


def _need_text(pick: Pick, evidence: Evidence, context: Context) -> str:
    named = ", ".join((*context.need.kinds, *context.need.categories)) or context.need.search_text
    return f"It matches what you asked for: {plain(named)}." if named else "It matches your words."


def _promotion(pick: Pick, evidence: Evidence, context: Context) -> str:
    promotion = pick.candidate.promotion
    if promotion is None:
        return "It is on promotion."
    return f"It is on promotion ({promotion.where}) until {day(promotion.last_day)}."


def _popular(pick: Pick, evidence: Evidence, context: Context) -> str:
    return "Many shoppers buy it." if pick.buyers is None else f"{pick.buyers:,} shoppers buy it."


def _other(pick: Pick, evidence: Evidence, context: Context) -> str:
    for reference in evidence.references:
        if reference.target != pick.id and reference.target in context.picks:
            return plain(context.picks[reference.target].candidate.product.title)
    return "another pick"


def _cheaper(pick: Pick, evidence: Evidence, context: Context) -> str:
    return f"It costs less than {_other(pick, evidence, context)}."


def _bigger(pick: Pick, evidence: Evidence, context: Context) -> str:
    return f"It holds more than {_other(pick, evidence, context)}."


WORDS: dict[EvidenceKind, Callable[[Pick, Evidence, Context], str]] = {
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
