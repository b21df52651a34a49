"""How a sentence about a pick can begin, by what it has to say.

A model that is asked to begin with "you" where nothing of the plan is about the shopper mixes
what it was asked with what is true. So only beginnings that have a wording are asked for.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.plan import Reason
from assistant.types import EvidenceKind

PRODUCT, YOU, THIS, DETAIL = "product", "you", "this", "detail"
"""With the product's name; with the shopper; with "this"; with a value or a reason."""
_SHOPPER = frozenset({EvidenceKind.REPEAT, EvidenceKind.CATEGORY, EvidenceKind.STORE_BRAND})
"""Told in a clause about the shopper; two of these leave none for the product."""
_ASKED = frozenset({EvidenceKind.PRICE_BAND, EvidenceKind.NEED_TEXT})
"""Told of the shopper or of the product."""
_AHEAD = frozenset(
    {
        EvidenceKind.STORE_BRAND,
        EvidenceKind.NEED_PRICE,
        EvidenceKind.NEED_TEXT,
        EvidenceKind.PROMOTION,
        EvidenceKind.CHEAPER,
        None,
    }
)
"""Can stand ahead of the product; ``None`` is its price."""


def openings(reasons: Sequence[Reason]) -> tuple[str, ...]:
    """Return the beginnings that a sentence of these reasons can take; never none."""
    found = []
    if not _all_of_shopper(reasons):
        found += [PRODUCT, THIS]
    if _may_begin_with_you(reasons):
        found.append(YOU)
    if _may_begin_ahead(reasons):
        found.append(DETAIL)
    return tuple(found) or (PRODUCT,)


def _all_of_shopper(reasons: Sequence[Reason]) -> bool:
    """Whether a purchase and a habit leave no clause about the product."""
    kinds = [reason.kind for reason in reasons]
    return len(kinds) > 1 and EvidenceKind.REPEAT in kinds and _SHOPPER.issuperset(kinds)


def _may_begin_with_you(reasons: Sequence[Reason]) -> bool:
    first, *others = reasons
    if first.kind is None or _is_share(first):
        return False
    if first.kind in _ASKED:
        return not any(_is_share(r) or r.kind is EvidenceKind.STORE_BRAND for r in others)
    told = first.kind in _SHOPPER
    return told or any(r.kind in _ASKED or _is_count(r) for r in others)


def _may_begin_ahead(reasons: Sequence[Reason]) -> bool:
    first = reasons[0]
    if _is_count(first) or (first.kind is EvidenceKind.REPEAT and len(first.references) == 1):
        return False
    if [reason.kind for reason in reasons] == [EvidenceKind.BIGGER, EvidenceKind.CHEAPER]:
        return False  # than the same product, which is named once
    return any(reason.kind in _AHEAD or _is_share(reason) for reason in reasons)


def _is_share(reason: Reason) -> bool:
    return reason.kind is EvidenceKind.CATEGORY and reason.references[-1].field == "share"


def _is_count(reason: Reason) -> bool:
    return reason.kind is EvidenceKind.CATEGORY and not _is_share(reason)
