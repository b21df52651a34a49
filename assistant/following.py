"""What changed in the shop since a conversation's last turn, taken up before its next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.consent import NO_WISHES, Purpose, Wishes
from assistant.evidence import compare_picks
from assistant.interfaces import Ranker
from assistant.shopper import build_profile
from assistant.types import EvidenceKind, Need, Pick, Profile, Reference
from index.search import Search
from index.types import Interaction

COMPARED = frozenset({EvidenceKind.CHEAPER, EvidenceKind.BIGGER})
"""Reasons that rest on the other picks."""
OF_PRICE = frozenset({EvidenceKind.NEED_PRICE, EvidenceKind.PRICE_BAND, EvidenceKind.PROMOTION})
"""Reasons that a changed product may not have any more."""


def known_of(
    search: Search, shopper_id: str | None, adult: bool, wishes: Wishes = NO_WISHES
) -> tuple[Profile, Sequence[Interaction]]:
    """Return what the shop knows of a shopper before its day, and the receipt lines behind it.

    Nothing is known of a guest, whose id is ``None``. What the shopper wants forgotten is left
    out of both; with personalisation off no purchase is read.
    """
    today = search.as_of
    if shopper_id is None:
        return build_profile(None, (), {}, today), ()
    personal = wishes.allows(Purpose.PERSONALISE)
    lines = search.purchases.history(shopper_id, today) if personal else []
    found = search.catalogue.many({event.product_id for event in lines})
    products = {product.id: product for product in found}
    history = [line for line in lines if wishes.knows(line, products.get(line.product_id))]
    profile = build_profile(
        shopper_id,
        history,
        products,
        today,
        store_id=search.purchases.usual_store(shopper_id, today) if personal else None,
        adult=adult,
    )
    return wishes.known(profile), history


def as_now(picks: Sequence[Pick], search: Search, profile: Profile) -> tuple[Pick, ...]:
    """Return picks that are on the screen with the prices, stock and words of now.

    What is not sold any more keeps its place, so that "the second one" still is it, and is
    sold out.
    """
    ids = [pick.candidate.product.id for pick in picks]
    products = {product.id: product for product in search.catalogue.many(ids)}
    promotions = search.catalogue.promotions_for(ids, profile.store_id, profile.as_of)
    found = []
    for pick in picks:
        was = pick.candidate.product
        product = products.get(was.id) or replace(was, stock=0)
        candidate = replace(pick.candidate, product=product, promotion=promotions.get(was.id))
        stale = COMPARED if candidate == pick.candidate else COMPARED | OF_PRICE
        evidence = tuple(e for e in pick.evidence if e.kind not in stale)
        found.append(replace(pick, candidate=candidate, evidence=evidence))
    return compare_picks(found)


def with_reasons_of_now(
    picks: Sequence[Pick], ranker: Ranker, need: Need, profile: Profile, dial: float
) -> tuple[Pick, ...]:
    """Return shown picks, in their order, with the reasons that hold for the facts of now.

    Facts are numbered anew whenever the profile is built, so that an old reason may point at
    another fact. The places that a reason moves count among these picks alone.
    """
    again = ranker.rank(need, [pick.candidate for pick in picks], profile, dial)
    old = {pick.candidate.product.id: pick.id for pick in picks}
    names = {pick.id: old[pick.candidate.product.id] for pick in again}
    reasons = {
        pick.candidate.product.id: tuple(
            replace(e, references=tuple(_renamed(r, names) for r in e.references))
            for e in pick.evidence
        )
        for pick in again
    }
    return compare_picks([replace(p, evidence=reasons[p.candidate.product.id]) for p in picks])


def _renamed(reference: Reference, names: Mapping[str, str]) -> Reference:
    return replace(reference, target=names.get(reference.target, reference.target))
