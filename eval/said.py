"""Read a sentence as a shopper does and look for what neither shelf nor receipts hold.

This reader sees the rendered words, the catalogue entries on the cards and the receipt
lines. It knows nothing of references and shares no code with the verifier that gates the
sentences, so that it can catch the verifier out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from eval.faithfulness.receipts import Receipts, near_quartile
from index.types import Candidate, Money

__all__ = ["Receipts", "Shown", "unknown_facts"]

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_AMOUNT = re.compile(r"\$\d[\d,]*(?:\.\d+)?")
_TIMES = re.compile(r"\b(?:(\d[\d,]*) times|once|twice)\b")
_DAYS = re.compile(r"\b(\d[\d,]*) days?\b")
_SHARE = re.compile(r"\b(?:less than )?(\d+)%")
_DATE = re.compile(rf"\b({_MONTHS}) (\d{{1,2}})(?:, (\d{{4}}))?")
_SHOPPERS = re.compile(r"\b(\d[\d,]*) shoppers?\b")
_STARS = re.compile(r"\b(\d(?:\.\d)?) out of 5\b")


@dataclass(frozen=True, slots=True)
class Shown:
    """What stood before the shopper when the sentence was read."""

    about: Candidate
    """The card that the sentence belongs to."""
    others: tuple[Candidate, ...] = ()
    """The other cards of the reply."""
    buyers: int | None = None
    limits: tuple[Money, ...] = ()
    """Amounts that the shopper asked for, in minor units."""
    asked: tuple[str, ...] = ()
    """Words of the request that may be quoted."""


def unknown_facts(sentence: str, shown: Shown, receipts: Receipts | None) -> list[str]:
    """List every name, price, count, date or share that neither shelf nor receipts hold.

    Parameters
    ----------
    sentence
        As rendered.
    receipts
        ``None`` for a guest: then nothing of a history may be said.

    Returns
    -------
    list of str
        Empty where everything said is known; the offending stretches otherwise.
    """
    rest = _without_names(sentence, shown)
    checks: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], bool]], ...] = (
        (_SHOPPERS, lambda m: _number(m[1]) == shown.buyers),
        (_STARS, lambda m: f"{shown.about.product.rating or 0:.1f}" == f"{float(m[1]):.1f}"),
        (_AMOUNT, lambda m: _known_amount(m[0], shown, receipts)),
        (_TIMES, lambda m: _known_times(m, shown, receipts)),
        (_DATE, lambda m: _known_date(m, shown, receipts)),
        (_DAYS, lambda m: _known_days(m, shown, receipts)),
        (_SHARE, lambda m: _known_share(m, shown, receipts)),
    )
    wrong: list[str] = []
    for pattern, known in checks:
        wrong += [m[0] for m in pattern.finditer(rest) if not known(m)]
        rest = pattern.sub(" ", rest)
    return wrong + _left_over(rest)


def _left_over(rest: str) -> list[str]:
    """Digits and capitalised words that no check has accounted for (the first word may)."""
    words = rest.split()
    odd = [w for w in words if any(c.isdigit() for c in w)]
    return odd + [w for w in words[1:] if w[:1].isupper() and w.strip(".,") not in {"I"}]


def _without_names(sentence: str, shown: Shown) -> str:
    names: set[str] = set(shown.asked)
    for candidate in (shown.about, *shown.others):
        product = candidate.product
        names |= {product.title, product.brand or "", product.size or ""}
        names |= {product.category, product.kind}
    for name in sorted(filter(None, names), key=len, reverse=True):
        sentence = re.sub(re.escape(name), " ", sentence, flags=re.IGNORECASE)
    return sentence


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def _known_amount(text: str, shown: Shown, receipts: Receipts | None) -> bool:
    value = float(text[1:].replace(",", "")) * 100
    amounts: set[float] = {float(limit) for limit in shown.limits}
    for candidate in (shown.about, *shown.others):
        product = candidate.product
        amounts |= {float(p) for p in (product.price, candidate.price_today) if p is not None}
        if product.unit_price is not None:
            amounts.add(product.unit_price)
    if any(abs(value - amount) < 0.5 for amount in amounts):
        return True
    bands = receipts.pack_prices if receipts else {}
    category = shown.about.product.category
    return any(near_quartile(value, bands.get(name, ())) for name in ("", category))


def _known_times(m: re.Match[str], shown: Shown, receipts: Receipts | None) -> bool:
    if receipts is None:
        return False
    said = _number(m[1]) if m[1] else {"once": 1, "twice": 2}[m[0]]
    product = shown.about.product
    counts: Collection[int | None] = {
        receipts.baskets.get(product.id),
        receipts.category_lines.get(product.category),
        receipts.category_baskets.get(product.category),
        receipts.store_brand_lines if product.store_brand else None,
        receipts.store_brand_baskets if product.store_brand else None,
    }
    return said in counts


def _known_days(m: re.Match[str], shown: Shown, receipts: Receipts | None) -> bool:
    gap = receipts.days_between.get(shown.about.product.id) if receipts else None
    return gap is not None and abs(_number(m[1]) - gap) <= 0.5


def _known_date(m: re.Match[str], shown: Shown, receipts: Receipts | None) -> bool:
    last = receipts.last.get(shown.about.product.id) if receipts else None
    if last is None or (m[3] and int(m[3]) != last.year):
        return False
    return f"{last:%B} {last.day}" == f"{m[1]} {int(m[2])}"


def _known_share(m: re.Match[str], shown: Shown, receipts: Receipts | None) -> bool:
    if receipts is None or not receipts.lines:
        return False
    product = shown.about.product
    shares = [receipts.category_lines.get(product.category, 0) / receipts.lines]
    if product.store_brand:
        shares.append(receipts.store_brand_lines / receipts.lines)
    return any(abs(int(m[1]) - 100 * share) <= 1 for share in shares)
