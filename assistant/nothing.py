"""When nothing satisfies a request: which condition is the tight one, and what comes closest."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.types import Need, Pick, Profile
from assistant.understanding.amounts import written
from index.search import Search, SearchRequest
from index.types import Candidate

WIDER = (1.25, 2.0, 5.0)
"""How far a price limit is moved before it is given up, so that the near is found first."""
SOUGHT = 500
"""Candidates among which the nearest is chosen."""
ANY_AGE = 200


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that was asked for, and how it gives way."""

    says: str
    """As a shopper would say it: "the limit of $1.00"."""
    looser: tuple[Mapping[str, Any], ...]
    """Fields of ``Filters`` and values that loosen it, the last gives it up."""
    safe: bool = True
    """Whether a product that breaks it may be named: never one with a refused ingredient."""


def explain_nothing(
    need: Need,
    profile: Profile,
    request: SearchRequest,
    search: Search,
    refused: Collection[str] = (),
) -> tuple[str, Pick | None]:
    """Say why nothing came back, and find the product that comes closest.

    Conditions are dropped one at a time; the first whose absence lets something through is
    the tight one (the price first, since it is the easiest to move). Where no single one is,
    more and more are dropped together, refused words and the price last of all. ``refused`` are
    ids that the shopper waved away: they do not come back, however near.

    Returns
    -------
    tuple
        A sentence or two, and the nearest product as a pick, or ``None`` where there is none
        that may be named. Nothing is ever shown as if it met the request.
    """
    conditions = list(_conditions(need, refused))
    for condition in conditions:
        for change in condition.looser:
            if found := _found(search, request, change):
                return _told(need, [condition], found)
    for count in range(2, len(conditions) + 1):
        dropped = conditions[:count]
        everything = {k: v for c in dropped for k, v in c.looser[-1].items()}
        if found := _found(search, request, everything):
            return _told(need, dropped, found)
    if not profile.adult and _found(search, request, {"max_age_rule": ANY_AGE}):
        return "What fits is sold to adults only, and this shop doesn't know your age.", None
    what = f' for "{need.search_text}"' if need.search_text else ""
    return f"This shop has nothing{what}; try other words.", None


def _conditions(need: Need, refused: Collection[str]) -> Iterator[Condition]:
    """The conditions of a request, the easiest to give way first."""
    if need.max_price is not None:
        wider = [{"max_price": round(need.max_price * by)} for by in WIDER]
        yield Condition(f"the limit of {written(need.max_price)}", (*wider, {"max_price": None}))
    if need.min_price is not None:
        lower = [{"min_price": round(need.min_price / by)} for by in WIDER]
        says = f"the lower limit of {written(need.min_price)}"
        yield Condition(says, (*lower, {"min_price": None}))
    if need.promoted:
        yield Condition("being on promotion", ({"promoted": False},))
    if need.store_brand is not None:
        says = "the store brand" if need.store_brand else "leaving out the store brand"
        yield Condition(says, ({"store_brand": None},))
    if need.brands:
        yield Condition("the brand", ({"brands": frozenset()},))
    if not set(need.not_ids) <= set(refused):
        yield Condition("leaving out what was shown", ({"not_ids": frozenset(refused)},))
    if need.attributes:
        says = " and ".join(f"{name} {value}" for name, value in need.attributes)
        yield Condition(says, ({"attributes": ()},))
    if need.not_brands:
        says = f"leaving out {' or '.join(need.not_brands)}"
        yield Condition(says, ({"not_brands": frozenset()},), safe=False)
    if need.must_not:
        says = f"leaving out {' or '.join(need.must_not)}"
        yield Condition(says, ({"not_words": ()},), safe=False)


def _found(search: Search, request: SearchRequest, change: Mapping[str, Any]) -> list[Candidate]:
    filters = replace(request.filters, **change)
    return search.retrieve(replace(request, filters=filters, k=SOUGHT))


def _told(
    need: Need, dropped: Sequence[Condition], found: Sequence[Candidate]
) -> tuple[str, Pick | None]:
    tight = " and ".join(condition.says for condition in dropped)
    start = f"Nothing here meets all of that. What is too tight is {tight}"
    if not all(condition.safe for condition in dropped):
        return f"{start}: without it there would be something.", None
    nearest = min(enumerate(found), key=lambda item: (_price_gap(need, item[1]), item[0]))[1]
    price = nearest.price_today
    at = f" at {written(price)}" if price is not None else ""
    return f"{start}: the nearest is {nearest.product.title}{at}.", Pick("P1", nearest, 0.0)


def _price_gap(need: Need, candidate: Candidate) -> int:
    """Minor units between today's price and the range asked for; unknown prices come last."""
    price = candidate.price_today
    if price is None:
        return 10**12 if need.max_price is not None or need.min_price is not None else 0
    over = price - need.max_price if need.max_price is not None else 0
    under = need.min_price - price if need.min_price is not None else 0
    return max(over, under, 0)
