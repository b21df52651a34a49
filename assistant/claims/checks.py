"""What each claim word and each reference asserts, looked up in catalogue, history, request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.claims.context import Context
from assistant.types import ClaimKind, Fact, FactKind, Pick, Reference, Verdict

OFTEN = 3
"""Purchases from which "often" and "a regular" may be said."""
LATELY_DAYS = 45
"""Days within which a purchase was "lately"."""
POPULAR_BUYERS = 50
"""Shoppers from which a product may be called popular."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one look-up."""

    kind: ClaimKind
    verdict: Verdict
    because: str


Check = Callable[[Context, tuple[Reference, ...]], Finding]
"""Context and the references of the clause to a finding."""

_KINDS = {"P": ClaimKind.ATTRIBUTE, "H": ClaimKind.HISTORY, "N": ClaimKind.NEED_FIT}


def _found(kind: ClaimKind, holds: bool, because: str) -> Finding:
    return Finding(kind, Verdict.SUPPORTED if holds else Verdict.CONTRADICTED, because)


def _unknown(kind: ClaimKind, because: str) -> Finding:
    return Finding(kind, Verdict.UNVERIFIABLE, because)


def stated(ref: Reference) -> Check:
    """A reference in its own role: true of what it was resolved from."""

    def check(context: Context, _: tuple[Reference, ...]) -> Finding:
        name = str(ref)[1:-1]
        return _found(_KINDS[ref.target[0]], True, f"{name} is {context.resolver.resolve(ref)}")

    return check


def _other(context: Context, refs: tuple[Reference, ...]) -> Pick | None:
    """The one other pick that a clause compares with; none where it names two."""
    others = {r.target for r in refs if context.role(r) in ("Q", "QPRICE", "QSIZE")}
    return context.resolver.pick(others.pop()) if len(others) == 1 else None


def cheaper(context: Context, refs: tuple[Reference, ...]) -> Finding:
    """A pack costs less today than one of the other pick."""
    other = _other(context, refs)
    theirs = other.candidate.price_today if other else None
    if other is None or theirs is None or context.price is None:
        return _unknown(ClaimKind.COMPARISON, "no two prices to compare")
    return _found(
        ClaimKind.COMPARISON,
        context.price < theirs,
        f"{context.pick.id}.price is {context.money(context.price)}, "
        f"{other.id}.price is {context.money(theirs)}",
    )


def bigger(context: Context, refs: tuple[Reference, ...]) -> Finding:
    """A pack holds more, in the same unit, than one of the other pick."""
    other, ours = _other(context, refs), context.product
    theirs = other.candidate.product if other else None
    if theirs is None or ours.amount is None or theirs.amount is None or ours.unit != theirs.unit:
        return _unknown(ClaimKind.COMPARISON, "no two sizes in one unit to compare")
    return _found(
        ClaimKind.COMPARISON,
        ours.amount > theirs.amount,
        f"{ours.amount:g} {ours.unit} against {theirs.amount:g} {theirs.unit}",
    )


def cheapest(context: Context, _: tuple[Reference, ...]) -> Finding:
    """Every other pick of the reply costs more today."""
    others = [p.candidate.price_today for p in context.resolver.picks if p is not context.pick]
    known = [price for price in others if price is not None]
    if context.price is None or not known or len(known) < len(others):
        return _unknown(ClaimKind.COMPARISON, "not every pick has a known price")
    lowest = context.money(min(known))
    because = f"{context.money(context.price)} against {lowest} for the cheapest other"
    return _found(ClaimKind.COMPARISON, context.price < min(known), because)


def biggest(context: Context, _: tuple[Reference, ...]) -> Finding:
    """Every other pick holds less, in the same unit."""
    others = [p.candidate.product for p in context.resolver.picks if p is not context.pick]
    known = [o.amount for o in others if o.amount is not None and o.unit == context.product.unit]
    if context.product.amount is None or not known or len(known) < len(others):
        return _unknown(ClaimKind.COMPARISON, "not every pick has a size in one unit")
    holds = context.product.amount > max(known)
    return _found(ClaimKind.COMPARISON, holds, f"{context.product.amount:g} against {max(known):g}")


def under(context: Context, _: tuple[Reference, ...]) -> Finding:
    """The price lies below the limit that was asked for."""
    return _limit(context, lambda price, limit: price < limit)


def within(context: Context, _: tuple[Reference, ...]) -> Finding:
    """The price is at most the limit that was asked for."""
    return _limit(context, lambda price, limit: price <= limit)


def _limit(context: Context, keeps: Callable[[int, int], bool]) -> Finding:
    limit, price = context.need.max_price, context.price
    if limit is None or price is None:
        return _unknown(ClaimKind.NEED_FIT, "no price limit was asked for, or no price is known")
    because = f"{context.pick.id}.price is {context.money(price)}, limit {context.money(limit)}"
    return _found(ClaimKind.NEED_FIT, keeps(price, limit), because)


def over(context: Context, _: tuple[Reference, ...]) -> Finding:
    """The price lies above the lower limit that was asked for."""
    limit, price = context.need.min_price, context.price
    if limit is None or price is None:
        return _unknown(ClaimKind.NEED_FIT, "no lower limit was asked for, or no price is known")
    because = f"{context.pick.id}.price is {context.money(price)}, at least {context.money(limit)}"
    return _found(ClaimKind.NEED_FIT, price > limit, because)


def fits_words(context: Context, _: tuple[Reference, ...]) -> Finding:
    """The product is of the category asked for, or the shelf has every word of the request."""
    need, product = context.need, context.product
    if not (need.search_text or need.categories or need.kinds):
        return _unknown(ClaimKind.NEED_FIT, "nothing in particular was asked for")
    if product.category in need.categories or product.kind in need.kinds:
        return _found(ClaimKind.NEED_FIT, True, f"{product.kind or product.category} was asked for")
    if Reference("N", "search") in context.available:
        return _found(ClaimKind.NEED_FIT, True, f"the shelf says {need.search_text!r}")
    return _unknown(ClaimKind.NEED_FIT, "the shelf does not have the words of the request")


def asked(context: Context, _: tuple[Reference, ...]) -> Finding:
    """The request has words of its own."""
    need = context.need
    said = bool(need.search_text or need.categories or need.kinds)
    because = need.search_text or "nothing in particular was asked for"
    return _found(ClaimKind.NEED_FIT, said, because)


def lowered(context: Context, _: tuple[Reference, ...]) -> Finding:
    """A pack costs less today than its shelf price."""
    price, shelf = context.price, context.product.price
    if price is None or shelf is None:
        return _unknown(ClaimKind.PROMOTION, "no price is known")
    because = f"today {context.money(price)}, shelf price {context.money(shelf)}"
    return _found(ClaimKind.PROMOTION, price < shelf, because)


def promoted(context: Context, _: tuple[Reference, ...]) -> Finding:
    """It is put forward today at the shopper's store."""
    return _placed(context, "")


def in_mailer(context: Context, _: tuple[Reference, ...]) -> Finding:
    """It is in the mailer today."""
    return _placed(context, "mailer")


def on_display(context: Context, _: tuple[Reference, ...]) -> Finding:
    """It is on display today."""
    return _placed(context, "display")


def _placed(context: Context, where: str) -> Finding:
    promotion = context.candidate.promotion
    if promotion is None:
        return _found(ClaimKind.PROMOTION, False, "no promotion today")
    because = f"{promotion.where} from {promotion.first_day} to {promotion.last_day}"
    on = promotion.first_day <= context.resolver.today <= promotion.last_day
    return _found(ClaimKind.PROMOTION, on and where in promotion.where, because)


def store_brand(context: Context, _: tuple[Reference, ...]) -> Finding:
    """The shop's own label is on it."""
    known = context.product.store_brand
    if known is None:
        return _unknown(ClaimKind.ATTRIBUTE, "its label is not known")
    return _found(ClaimKind.ATTRIBUTE, known, f"store brand: {'yes' if known else 'no'}")


def popular(context: Context, _: tuple[Reference, ...]) -> Finding:
    """Many shoppers bought it."""
    buyers = context.pick.buyers
    if buyers is None:
        return _unknown(ClaimKind.POPULARITY, "its buyers were not counted")
    return _found(ClaimKind.POPULARITY, buyers >= POPULAR_BUYERS, f"{buyers} shoppers bought it")


def counted(context: Context, _: tuple[Reference, ...]) -> Finding:
    """The shoppers who bought it were counted."""
    buyers = context.pick.buyers
    return _found(ClaimKind.POPULARITY, bool(buyers), f"{buyers or 0} shoppers bought it")


def bought(context: Context, _: tuple[Reference, ...]) -> Finding:
    """The shopper bought this very product."""
    facts = context.about_product()
    if not facts:
        return _unknown(ClaimKind.HISTORY, "no fact says that this product was bought")
    return _found(ClaimKind.HISTORY, True, f"{facts[0].id}: bought {facts[0].count or 1} times")


def often(context: Context, _: tuple[Reference, ...]) -> Finding:
    """The shopper bought this very product at least three times."""
    most = max((f.count or 0 for f in context.about_product()), default=0)
    return _found(ClaimKind.HISTORY, most >= OFTEN, f"bought {most} times, often is {OFTEN}")


def lately(context: Context, _: tuple[Reference, ...]) -> Finding:
    """The shopper's last purchase of it lies at most 45 days back."""
    days = [(context.resolver.today - f.last).days for f in context.about_product() if f.last]
    if not days:
        return _unknown(ClaimKind.HISTORY, "the day of the last purchase is not known")
    return _found(ClaimKind.HISTORY, min(days) <= LATELY_DAYS, f"last bought {min(days)} days ago")


def due(context: Context, _: tuple[Reference, ...]) -> Finding:
    """The interval at which this shopper buys it has passed."""
    facts = context.of_kind(FactKind.DUE)
    because = f"{facts[0].id}: every {facts[0].every} days" if facts else "no fact says it is due"
    return _found(ClaimKind.HISTORY, bool(facts), because)


def new(context: Context, _: tuple[Reference, ...]) -> Finding:
    """The shopper bought it for the first time lately."""
    facts = context.of_kind(FactKind.NEW)
    because = f"{facts[0].id}: first bought lately" if facts else "no fact says it is new"
    return _found(ClaimKind.HISTORY, bool(facts), because)


def category_often(context: Context, _: tuple[Reference, ...]) -> Finding:
    """The shopper bought from its category at least three times."""
    most = max((f.count or 0 for f in context.of_kind(FactKind.CATEGORY)), default=0)
    return _found(ClaimKind.HISTORY, most >= OFTEN, f"bought from it {most} times")


def category_bought(context: Context, _: tuple[Reference, ...]) -> Finding:
    """The shopper bought from its category."""
    facts = context.of_kind(FactKind.CATEGORY)
    because = f"{facts[0].id}: {facts[0].category}" if facts else "no fact about its category"
    return _found(ClaimKind.HISTORY, bool(facts), because)


def label_bought(context: Context, _: tuple[Reference, ...]) -> Finding:
    """The shopper buys the shop's own label."""
    facts = context.of_kind(FactKind.STORE_BRAND)
    share = max((f.share or 0.0 for f in facts), default=0.0)
    return _found(ClaimKind.HISTORY, share > 0, f"store brand is {share:.0%} of the lines")


def label_often(context: Context, _: tuple[Reference, ...]) -> Finding:
    """At least a third of what this shopper buys is the shop's own label."""
    facts = context.of_kind(FactKind.STORE_BRAND)
    share = max((f.share or 0.0 for f in facts), default=0.0)
    return _found(ClaimKind.HISTORY, share >= 1 / 3, f"store brand is {share:.0%} of the lines")


def in_band(context: Context, refs: tuple[Reference, ...]) -> Finding:
    """The price lies in the middle half of what the shopper pays: the band that is cited."""
    fact = _band(context, refs)
    if fact is None or fact.low is None or fact.high is None or context.price is None:
        return _unknown(ClaimKind.HISTORY, "no one price band, or no price, is known")
    band = f"{context.money(fact.low)} to {context.money(fact.high)}"
    because = f"{fact.id}: {band}, price {context.money(context.price)}"
    return _found(ClaimKind.HISTORY, fact.low <= context.price <= fact.high, because)


def band_known(context: Context, refs: tuple[Reference, ...]) -> Finding:
    """What the shopper usually pays is known."""
    fact = _band(context, refs)
    because = f"{fact.id} is their price band" if fact else "no one price band is known"
    return _found(ClaimKind.HISTORY, fact is not None, because)


def _band(context: Context, refs: tuple[Reference, ...]) -> Fact | None:
    """The band that a clause cites; the nearest one where it cites none."""
    bands = context.of_kind(FactKind.PRICE_BAND)
    cited = {r.target for r in refs if r.target in {f.id for f in bands}}
    if len(cited) > 1:
        return None
    kept = [f for f in bands if not cited or f.id in cited]
    return min(kept, key=lambda f: f.category is None, default=None)


def taste(_: Context, __: tuple[Reference, ...]) -> Finding:
    """A word of the small allow-list; how many there may be is for the sentence to say."""
    return _found(ClaimKind.SOFT, True, "a taste word of the allow-list")
