"""What to say of a pick: its strongest true reason, then one more thing that is useful.

Chosen by code, so that the reason given is the reason that moved the pick; how to say it is
left to the model, or to a template.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.claims import Context, checks
from assistant.types import EvidenceKind, FactKind, Need, Pick, Profile, Reference, Verdict

_EXTRAS = (
    EvidenceKind.PROMOTION,
    EvidenceKind.NEED_PRICE,
    EvidenceKind.CHEAPER,
    EvidenceKind.POPULAR,
)
"""Useful second things where the evidence holds no other, in this order."""
_HABITS = frozenset({EvidenceKind.CATEGORY, EvidenceKind.STORE_BRAND, EvidenceKind.PRICE_BAND})
"""What a shopper does elsewhere in the shop, not with this product."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing to say, with the references that say it."""

    kind: EvidenceKind | None
    """``None`` says only what the product is: its price, or its aisle."""
    references: tuple[Reference, ...]
    hint: str
    """A few words with the references in place, for the model."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The reasons to give for one pick; the first must be said."""

    pick: Pick
    reasons: tuple[Reason, ...]
    seed: int
    """Chooses among equally good wordings; the same for the same shopper, need and product."""

    @property
    def references(self) -> tuple[Reference, ...]:
        """Every reference of the reasons, each once, in order."""
        return tuple(dict.fromkeys(ref for reason in self.reasons for ref in reason.references))

    def says_main(self, said: Sequence[object]) -> bool:
        """Whether a sentence with these parts gives the first reason; a price alone is none."""
        if not self.reasons:
            return False
        main = self.reasons[0]
        return any(r in said for r in main.references if main.kind is None or r.field != "price")

    def without(self, failed: frozenset[Reference]) -> Plan:
        """The plan without the reasons that hold a failed reference; at least one stays.

        Where nothing in particular failed, the first reason is left alone.
        """
        kept = tuple(r for r in self.reasons if not failed.intersection(r.references))
        return replace(self, reasons=kept or self.reasons[:1])


def seed_of(profile: Profile, need: Need, pick: Pick) -> int:
    """A number that depends on shopper, need and product, and on nothing else."""
    words = (profile.shopper_id, need.search_text, need.categories, need.kinds, need.min_price)
    key = repr((*words, need.max_price, pick.candidate.product.id))
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])


def plan_for(context: Context) -> Plan:
    """Choose what to say.

    The evidence comes from the ranker, strongest first; a reason that could not be checked,
    or has no value to point at, is passed over. A habit that cost the pick no place comes
    after all else: it is true, and not why.
    """
    seed = seed_of(context.resolver.profile, context.need, context.pick)
    evidence = context.pick.evidence
    idle = [e.kind for e in evidence if e.kind in _HABITS and not e.ranks_lost]
    moved = [e.kind for e in evidence if e.kind not in idle]
    kinds = dict.fromkeys((*moved, *_EXTRAS, *idle))
    weighty = frozenset(e.kind for e in context.pick.evidence)
    found = [r for r in (reason(kind, context, seed) for kind in kinds) if r]
    if not any(r.kind in weighty for r in found):
        found = [r for r in (_plain(context),) if r] + found
    elif len(found) == 1:
        found += [r for r in (_plain(context),) if r]
    return Plan(context.pick, tuple(found[:2]), seed)


def reason(kind: EvidenceKind, context: Context, seed: int = 0) -> Reason | None:
    """Build one reason, or ``None`` where it does not hold or has nothing to point at."""
    options = [r for r in _BUILDERS[kind](context) if _spoken(r, context)]
    return options[seed % len(options)] if options else None


def _spoken(found: Reason, context: Context) -> bool:
    return bool(found.references) and context.available.issuperset(found.references)


def _holds(check: checks.Check, context: Context, *refs: Reference) -> bool:
    return check(context, refs).verdict is Verdict.SUPPORTED


def _of(context: Context, field: str) -> Reference:
    return Reference(context.pick.id, field)


def _reason(kind: EvidenceKind | None, hint: str, *refs: Reference) -> Reason:
    """Fill ``{}`` of the hint with the references, in order."""
    return Reason(kind, refs, hint.format(*refs))


def _plain(context: Context) -> Reason | None:
    for field, hint in (("price", "costs {}"), ("category", "is in the {} aisle")):
        if _of(context, field) in context.available:
            return _reason(None, hint, _of(context, field))
    return None


def _repeat(context: Context) -> Iterator[Reason]:
    due = _holds(checks.due, context)
    new = _holds(checks.new, context)
    tail = ", due again" if due else ", new for you" if new else ""
    for fact in context.about_product()[:1]:
        count, every, last = (Reference(fact.id, name) for name in ("count", "every", "last"))
        kind = EvidenceKind.REPEAT
        if fact.every and not new:
            yield _reason(kind, "you bought it {}, every {}" + tail, count, every)
            yield _reason(kind, "you buy it every {}" + tail, every)
        if fact.last:
            yield _reason(kind, "you bought it {}, last on {}" + tail, count, last)
        else:
            yield _reason(kind, "you bought it {}" + tail, count)


def _category(context: Context) -> Iterator[Reason]:
    for fact in context.of_kind(FactKind.CATEGORY)[:1]:
        name, count, share = (Reference(fact.id, field) for field in ("", "count", "share"))
        if fact.count:
            yield _reason(EvidenceKind.CATEGORY, "you bought from {} {}", name, count)
        if fact.share:
            yield _reason(EvidenceKind.CATEGORY, "{} is {} of what you buy", name, share)


def _store_brand(context: Context) -> Iterator[Reason]:
    if _holds(checks.store_brand, context):
        for fact in context.of_kind(FactKind.STORE_BRAND)[:1]:
            share = Reference(fact.id, "share")
            hint = "store brand, which is {} of what you buy"
            yield _reason(EvidenceKind.STORE_BRAND, hint, share)


def _price_band(context: Context) -> Iterator[Reason]:
    for fact in context.of_kind(FactKind.PRICE_BAND):
        band = Reference(fact.id)
        if _holds(checks.in_band, context, band):
            hint = "within the {} you usually pay"
            yield _reason(EvidenceKind.PRICE_BAND, hint, band)
            return


def _need_price(context: Context) -> Iterator[Reason]:
    price, limit = _of(context, "price"), Reference("N", "max_price")
    if _holds(checks.under, context):
        yield _reason(EvidenceKind.NEED_PRICE, "under your limit of {} at {}", limit, price)
    elif _holds(checks.within, context):
        yield _reason(EvidenceKind.NEED_PRICE, "within your limit of {} at {}", limit, price)
    elif _holds(checks.over, context):
        least = Reference("N", "min_price")
        yield _reason(EvidenceKind.NEED_PRICE, "over {} at {}", least, price)


def _need_text(context: Context) -> Iterator[Reason]:
    if not _holds(checks.fits_words, context):
        return
    for field, hint in (("category", "matches your request for {}"), ("search", "fits {}")):
        if (asked := Reference("N", field)) in context.available:
            yield _reason(EvidenceKind.NEED_TEXT, hint, asked)
            return


def _promotion(context: Context) -> Iterator[Reason]:
    if _holds(checks.lowered, context):
        was, price = _of(context, "was"), _of(context, "price")
        yield _reason(EvidenceKind.PROMOTION, "down from {} to {}", was, price)
    elif _holds(checks.promoted, context):
        yield _reason(EvidenceKind.PROMOTION, "{}", _of(context, "promotion"))


def _popular(context: Context) -> Iterator[Reason]:
    if _holds(checks.popular, context):
        yield _reason(EvidenceKind.POPULAR, "bought by {}", _of(context, "buyers"))


def _cheaper(context: Context) -> Iterator[Reason]:
    for other in _others(context):
        if _holds(checks.cheaper, context, other):
            yield _reason(EvidenceKind.CHEAPER, "cheaper than {}", other)
            return


def _bigger(context: Context) -> Iterator[Reason]:
    for other in _others(context):
        if _holds(checks.bigger, context, other):
            yield _reason(EvidenceKind.BIGGER, "bigger than {}", other)
            return


def _others(context: Context) -> Iterator[Reference]:
    """Other picks, those that the evidence names first."""
    named = [r.target for e in context.pick.evidence for r in e.references]
    ids = dict.fromkeys([*named, *(p.id for p in context.resolver.picks)])
    known = {p.id for p in context.resolver.picks} - {context.pick.id}
    return (Reference(target) for target in ids if target in known)


_BUILDERS: dict[EvidenceKind, Callable[[Context], Iterator[Reason]]] = {
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
