"""A pick as a plain dict for the page's template. No markup here: the template escapes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from assistant.acts import Basket, BasketLine, Comparison
from assistant.references import Resolver, money, parse
from assistant.types import Claim, Evidence, FactKind, Pick, Profile, Reference, Sentence
from index.types import Product, Promotion
from ui.chart import prices
from ui.language import ENGLISH, Language
from ui.prices import Week
from ui.reasons import reason, rows
from ui.words import day, every, fact, plain, unit_price


def card(
    pick: Pick,
    context: Resolver,
    sentence: Sentence | None = None,
    words: Language = ENGLISH,
    weeks: Sequence[Week] = (),
) -> dict[str, Any]:
    """Everything that one card shows; strings are not yet escaped, ``None`` is not shown."""
    product, promotion = pick.candidate.product, pick.candidate.promotion
    today = pick.candidate.price_today
    was = product.price if product.price is not None and product.price != today else None
    return {
        "id": pick.id,
        "product": product.id,
        "number": pick.id.lstrip("P"),
        "title": plain(product.title),
        "category": plain(product.kind or product.category),
        "brand": plain(product.brand or ""),
        "size": plain(product.size or ""),
        "image": https_only(product.image),
        "price": None if today is None else money(today, product.currency),
        "was": None if was is None else money(was, product.currency),
        "unit_price": unit_price(today, product.amount, product.unit, product.currency, words),
        "promotion": _put_forward(promotion, words),
        "store_brand": product.store_brand is True,
        "stock_low": product.stock if product.stock is not None and product.stock < 5 else None,
        "rhythm": rhythm(product, context.profile, words),
        "house_rule": plain(pick.house_rule or ""),
        "reasons": [_reason(pick, evidence, context, words) for evidence in pick.evidence],
        "facts": _facts(pick, context, sentence, words),
        "prices": prices(weeks, product.currency, words),
        "claims": [_claim(claim, context, words) for claim in sentence.claims] if sentence else [],
        "by_model": sentence.by_model if sentence else None,
        "found_by": found_by(pick, words),
    }


def basket_of(basket: Basket, words: Language = ENGLISH) -> dict[str, Any] | None:
    """What is in the basket, what each line costs, the total; ``None`` where it is empty."""
    if not basket.lines:
        return None
    currency = basket.lines[0].product.currency
    return {
        "lines": [
            {
                "id": line.product.id,
                "packs": line.packs,
                "title": plain(line.product.title),
                "price": None if line.price is None else money(line.price, currency),
                "coupon": _coupon(line, words),
            }
            for line in basket.lines
        ],
        "packs": sum(line.packs for line in basket.lines),
        "total": money(basket.total, currency),
        "saved": money(basket.saved, currency) if basket.saved else None,
        "off": money(basket.off, currency) if basket.off else None,
    }


def _coupon(line: BasketLine, words: Language) -> str | None:
    """What the coupon of a line takes off and until when, or why nothing."""
    coupon = line.coupon
    if coupon is None:
        return None
    whose = words("basket.everyones" if coupon.sent_to is None else "basket.yours")
    until = words("basket.until", whose=whose, day=day(coupon.last_day, words))
    if coupon.amount is None:
        return words("basket.coupon_unknown", until=until)
    amount = money(line.off or coupon.amount, line.product.currency)
    key = "basket.coupon" if line.off else "basket.coupon_packs"
    return words(key, amount=amount, packs=coupon.packs, until=until)


def table_of(comparison: Comparison) -> dict[str, Any]:
    """Products side by side; the place of the best of a row, where there is one."""
    return {
        "titles": [plain(title) for title in comparison.titles],
        "rows": [
            {"label": plain(row.label), "values": [plain(v) for v in row.values], "best": row.best}
            for row in comparison.fields
        ],
        "left_out": plain(", ".join(comparison.left_out)),
    }


def found_by(pick: Pick, words: Language = ENGLISH) -> list[dict[str, str]]:
    """Which sources found it, best rank first."""
    hits = sorted(pick.candidate.hits.items(), key=lambda item: (item[1].rank, item[0]))
    return [
        {
            "source": source.value,
            "words": words(f"found.{source.value}"),
            "rank": str(hit.rank),
            "score": f"{hit.score:.3f}",
        }
        for source, hit in hits
    ]


def rhythm(product: Product, profile: Profile, words: Language = ENGLISH) -> str | None:
    """Words such as "you buy this every 9 days", where a fact of the history says so."""
    for one in profile.facts:
        if one.product_id == product.id and one.every is not None:
            key = "card.habit_due" if one.kind is FactKind.DUE else "card.habit"
            return words(key, every=every(one.every, words))
    return None


def https_only(address: str | None) -> str | None:
    """The address of an image if it is a plain https one; nothing else is ever loaded."""
    if not address:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme == "https" and parts.hostname and not parts.username else None


def _put_forward(promotion: Promotion | None, words: Language) -> str | None:
    if promotion is None:
        return None
    return words("card.until", where=promotion.where, day=day(promotion.last_day, words))


def _reason(pick: Pick, evidence: Evidence, context: Resolver, words: Language) -> dict[str, Any]:
    lost = evidence.ranks_lost
    return {
        "words": reason(pick, evidence, context, words),
        "rows": rows(evidence, context),
        "facts": _of_history(evidence.references),
        "moved": words("card.moved", lost) if lost > 0 else "",
    }


def _facts(
    pick: Pick, context: Resolver, sentence: Sentence | None, words: Language
) -> list[tuple[str, str]]:
    """Facts of the history that the sentence speaks of and no reason tells: id and words."""
    if sentence is None:
        return []
    told = _of_history(r for evidence in pick.evidence for r in evidence.references)
    spoken = _of_history(part for part in sentence.parts if isinstance(part, Reference))
    found = [(id_, context.fact(id_)) for id_ in spoken if id_ not in told]
    currency = pick.candidate.product.currency
    return [(id_, fact(one, currency, words)) for id_, one in found if one]


def _of_history(references: Iterable[Reference]) -> list[str]:
    """The facts that are pointed at, each once."""
    return list(dict.fromkeys(r.target for r in references if r.target.startswith("H")))


def _claim(claim: Claim, context: Resolver, words: Language) -> dict[str, str]:
    try:
        text = context.text(parse(claim.text))
    except KeyError:
        text = claim.text  # points at what is not on this shelf: shown as it was written
    return {
        "text": plain(text),
        "verdict": claim.verdict.value,
        "said": words(f"verdict.{claim.verdict.value}"),
        "because": plain(claim.because),
    }
