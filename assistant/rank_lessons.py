"""What a ranker learns from: shoppers on a past day, what was found for them, what they took."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from assistant.consent import Purpose, WishBook, Wishes
from assistant.shopper import build_profile
from assistant.types import Need, Profile
from assistant.understand import filters_of
from index.search import Search, SearchRequest
from index.types import Candidate, Interaction, Product

SPAN = 7
"""Days after the day of the question whose purchases are its answer."""


@dataclass(frozen=True, slots=True)
class Question:
    """One request on a past day, with what the shopper bought in the week after."""

    need: Need
    candidates: tuple[Candidate, ...]
    profile: Profile
    """True of the events before the day and of nothing else."""
    bought: frozenset[str]
    """Candidates that were bought; never empty."""


def questions(
    search: Search, day: date, limit: int, k: int = 60, seed: int = 0
) -> Iterator[Question]:
    """Ask for shoppers who bought something within ``SPAN`` days from ``day``.

    Each is asked about twice: for anything, and for the category of one thing they bought,
    drawn by hash. Only what was bought and found makes a question. Shoppers are taken in an
    order drawn by hash, until ``limit`` of them bought something; who does not want to teach is
    left out, and what somebody wants forgotten.

    Parameters
    ----------
    day
        Facts, popularity and promotions are read as of it: nothing of it or later.
    k
        Candidates of a request.
    """
    end = day + timedelta(days=SPAN)
    taken = 0
    book, known = WishBook(search.purchases.database), search.purchases.shoppers()
    teachers = book.allowing(Purpose.LEARN, known)
    for shopper in sorted(teachers, key=lambda s: _drawn(s, day, seed)):
        wishes = book.of(shopper)
        lines = _remembered(search, wishes, search.purchases.history(shopper, end))
        start = datetime.combine(day, time.min)
        past = [line for line in lines if line.at.replace(tzinfo=None) < start]
        later = lines[len(past) :]
        if taken == limit:
            return
        if past and later:
            taken += 1
            yield from _of_shopper(search, shopper, wishes, past, later, day, k, seed)


def _remembered(
    search: Search, wishes: Wishes, lines: Sequence[Interaction]
) -> Sequence[Interaction]:
    """The receipt lines without those of what is to be forgotten."""
    if not wishes.forgotten:
        return lines
    products = {p.id: p for p in search.catalogue.many({line.product_id for line in lines})}
    return [line for line in lines if wishes.knows(line, products.get(line.product_id))]


def _of_shopper(
    search: Search,
    shopper: str,
    wishes: Wishes,
    past: Sequence[Interaction],
    later: Sequence[Interaction],
    day: date,
    k: int,
    seed: int,
) -> Iterator[Question]:
    products = {p.id: p for p in search.catalogue.many({e.product_id for e in (*past, *later)})}
    store = search.purchases.usual_store(shopper, day)
    profile = wishes.known(build_profile(shopper, past, products, day, store_id=store))
    bought = frozenset(e.product_id for e in later if e.product_id in products)
    for need in _needs([products[id_] for id_ in sorted(bought)], shopper, day, seed):
        request = SearchRequest(need.search_text, filters_of(need, profile), past, day, k)
        candidates = tuple(search.retrieve(request))
        found = bought & {candidate.product.id for candidate in candidates}
        if found:
            yield Question(need, candidates, profile, found)


def _needs(bought: Sequence[Product], shopper: str, day: date, seed: int) -> list[Need]:
    """An open request, and one for an aisle."""
    needs = [Need("")]
    if bought:
        chosen = min(bought, key=lambda p: _drawn(f"{shopper}/{p.id}", day, seed))
        words = chosen.category.casefold()
        needs.append(Need(words, search_text=words, categories=(chosen.category,)))
    return needs


def _drawn(name: str, day: date, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}/{day}/{name}".encode()).digest()
