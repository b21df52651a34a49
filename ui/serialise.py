"""A reply as JSON: the need, the picks with every source's score, the sentences, the hashes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from enum import Enum
from typing import Any

from assistant.acts import Basket, BasketLine
from assistant.types import Evidence, Need, Pick, Profile, Reference, Reply, Sentence
from index.types import Product


def reply_json(reply: Reply, profile: Profile) -> dict[str, Any]:
    """The whole reply in JSON's own types. Money is in minor units beside its currency."""
    return {
        "shopper": profile.shopper_id,
        "as_of": profile.as_of.isoformat(),
        "need": need_json(reply.need),
        "picks": [pick_json(pick) for pick in reply.picks],
        "sentences": [sentence_json(sentence) for sentence in reply.sentences],
        "note": reply.note,
        "nearest": pick_json(reply.nearest) if reply.nearest else None,
        "comparison": simple(asdict(reply.comparison)) if reply.comparison else None,
        "choices": [simple(asdict(choice)) for choice in reply.choices],
        "basket": basket_json(reply.basket) if reply.basket else None,
        "template_share": reply.template_share,
        "timings": {name: round(seconds, 4) for name, seconds in reply.timings.items()},
        "hashes": dict(reply.hashes),
    }


def need_json(need: Need) -> dict[str, Any]:
    """Every field of the need, and who filled it."""
    return {f.name: simple(getattr(need, f.name)) for f in fields(need)}


def pick_json(pick: Pick) -> dict[str, Any]:
    """A pick with its product, its sources, its evidence and what made its score."""
    candidate = pick.candidate
    return {
        "id": pick.id,
        "product": product_json(candidate.product),
        "price_today": candidate.price_today,
        "promotion": simple(asdict(candidate.promotion)) if candidate.promotion else None,
        "score": pick.score,
        "contributions": dict(pick.contributions),
        "sources": {
            source.value: {"rank": hit.rank, "score": hit.score}
            for source, hit in sorted(candidate.hits.items())
        },
        "fused": candidate.fused,
        "buyers": pick.buyers,
        "house_rule": pick.house_rule,
        "evidence": [evidence_json(evidence) for evidence in pick.evidence],
    }


def product_json(product: Product) -> dict[str, Any]:
    """Every field of the product; unknown is null."""
    return {f.name: simple(getattr(product, f.name)) for f in fields(product)}


def basket_json(basket: Basket) -> dict[str, Any]:
    """Ids, packs, prices and coupons of the lines, and the total."""
    return {
        "lines": [
            {
                "product": line.product.id,
                "packs": line.packs,
                "price": line.price,
                "coupon": coupon_json(line) if line.coupon else None,
            }
            for line in basket.lines
        ],
        "total": basket.total,
        "saved": basket.saved,
        "coupons": basket.off,
    }


def coupon_json(line: BasketLine) -> dict[str, Any]:
    """The coupon of a line: what it takes off now, and what it would by itself."""
    coupon = line.coupon
    assert coupon is not None
    return {
        "id": coupon.id,
        "off": line.off,
        "amount": coupon.amount,
        "packs": coupon.packs,
        "first_day": coupon.first_day.isoformat(),
        "last_day": coupon.last_day.isoformat(),
        "for_everyone": coupon.sent_to is None,
    }


def evidence_json(evidence: Evidence) -> dict[str, Any]:
    return {
        "kind": evidence.kind.value,
        "references": [str(reference) for reference in evidence.references],
        "weight": evidence.weight,
        "ranks_lost": evidence.ranks_lost,
    }


def sentence_json(sentence: Sentence) -> dict[str, Any]:
    """The words, the references in them, and each claim with its verdict."""
    return {
        "pick": sentence.pick_id,
        "text": sentence.text,
        "parts": [str(part) for part in sentence.parts],
        "references": [str(part) for part in sentence.parts if isinstance(part, Reference)],
        "by_model": sentence.by_model,
        "shown": sentence.is_shown,
        "claims": [
            {
                "kind": claim.kind.value,
                "text": claim.text,
                "references": [str(reference) for reference in claim.references],
                "verdict": claim.verdict.value,
                "because": claim.because,
            }
            for claim in sentence.claims
        ],
        "rejected": list(sentence.rejected),
    }


def simple(value: Any) -> Any:
    """A field's value in JSON's own types: enums by value, dates in ISO 8601, tuples as lists."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): simple(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [simple(one) for one in value]
    if isinstance(value, frozenset | set):
        return sorted(simple(one) for one in value)
    return value
