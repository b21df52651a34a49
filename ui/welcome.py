"""The empty page that teaches: what is known of this shopper, and what can be asked."""

from __future__ import annotations

from assistant.types import Fact, FactKind, Profile
from ui.language import ENGLISH, Language
from ui.words import day, fact, plain

KNOWN = 4
"""Facts told at once; the rest is a matter of the profile."""
EXAMPLES = 6
"""Requests to begin with."""
ORDER = (
    FactKind.DUE,
    FactKind.STAPLE,
    FactKind.CATEGORY,
    FactKind.STORE_BRAND,
    FactKind.NEW,
    FactKind.PRICE_BAND,
)
GUEST_EXAMPLES = (
    "Something for school lunches under 5 dollars",
    "Three cheeses under $4",
    "Breakfast cereal, not store brand",
    "Snacks without nuts",
    "Ice cream between $2 and $5",
    "What is on promotion?",
)


def known(profile: Profile, words: Language = ENGLISH) -> tuple[str, list[str]]:
    """What the assistant knows: one heading, and a few facts in words.

    One fact of each kind first, so that four facts say four things.
    """
    if profile.is_guest:
        return words("known.guest"), []
    heading = words(
        "known.shopper",
        events=f"{profile.events:,}",
        day=day(profile.as_of, words),
        shopper=plain(profile.shopper_id or ""),
    )
    return heading, [fact(one, words=words) for one in _various(profile)[:KNOWN]]


def _various(profile: Profile) -> list[Fact]:
    """Facts in turns over the kinds, in the order of the summary within a kind."""
    kinds = [[f for f in profile.facts if f.kind is kind] for kind in ORDER]
    longest = max((len(facts) for facts in kinds), default=0)
    return [facts[i] for i in range(longest) for facts in kinds if i < len(facts)]


def examples(profile: Profile) -> list[str]:
    """``EXAMPLES`` requests to begin with, from the shopper's own categories if any."""
    liked = [
        plain(one.category)
        for one in profile.facts
        if one.kind is FactKind.CATEGORY and one.category
    ]
    liked = list(dict.fromkeys(liked))
    found = [GUEST_EXAMPLES[0]]
    if any(f.kind is FactKind.DUE for f in profile.facts):
        found.append("What am I due to buy again?")
    patterns = ("{} under $4", "{}, not store brand", "{} on promotion")
    found += [pattern.format(name) for pattern, name in zip(patterns, liked, strict=False)]
    found += [one for one in GUEST_EXAMPLES[1:] if one not in found]
    return found[:EXAMPLES]
