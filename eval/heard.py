"""How far a need that was read is the need that is right for the message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from assistant.types import Intent, Need
from assistant.understanding.words import STOP_WORDS, stems, words
from eval.phrasings import Phrasing, RightNeed

HARD = (
    "min_price", "max_price", "count", "packs", "store_brand", "must_not", "not_brands", "not_ids",
)  # fmt: skip
"""Price limits, quantities and refusals: all of them have to be right."""
_SINGLE = ("min_price", "max_price", "packs", "store_brand", "sort")
_SEVERAL = ("brands", "not_brands", "attributes", "about", "not_ids")
ENOUGH = 0.5
"""Share of the right need's content words that have to be heard."""

Slot = tuple[str, Any]


def hard_is_exact(need: Need, right: RightNeed) -> bool:
    """Whether every price limit, quantity and refusal is as it should be, and no other is there."""
    return all(_hard(need, name) == _hard(right, name) for name in HARD)


def wrong_fields(need: Need, right: RightNeed) -> list[str]:
    """Say what differs, a line a slot: "missing max_price 500"."""
    said, wanted = slots(need), slots(right)
    return [
        *(f"missing {name} {value}" for name, value in sorted(wanted - said, key=str)),
        *(f"extra {name} {value}" for name, value in sorted(said - wanted, key=str)),
        *([] if what_is_heard(need, right) else [f"missing what {right.what!r}"]),
    ]


def counted(need: Need, right: RightNeed) -> dict[str, float | None]:
    """Return how many slots are right, extra and missing; ``what`` is one slot, compared softly."""
    said, wanted = slots(need), slots(right)
    heard = what_is_heard(need, right) if right.what else None
    return {
        "hard_slots_exact": float(hard_is_exact(need, right)),
        "intent_exact": float(need.intent is right.intent),
        "slots_right": float(len(said & wanted) + (heard is True)),
        "slots_extra": float(len(said - wanted)),
        "slots_missing": float(len(wanted - said) + (heard is False)),
    }


def slots(need: Need | RightNeed) -> set[Slot]:
    """Return what a need holds beside its words; an intent other than "find" is a slot too."""
    return set(_slots(need))


def _slots(need: Need | RightNeed) -> Iterator[Slot]:
    if need.intent is not Intent.FIND:
        yield "intent", need.intent.value
    if need.count != RightNeed().count:
        yield "count", need.count
    if need.promoted:
        yield "promoted", True
    for name in _SINGLE:
        if (value := getattr(need, name)) is not None:
            yield name, value
    for name in _SEVERAL:
        yield from ((name, value) for value in getattr(need, name))
    yield from (("must_not", stems(word)) for word in need.must_not)


def what_is_heard(need: Need, right: RightNeed) -> bool:
    """Whether enough of the words of the right need are searched for or named."""
    wanted = {s for w in words(right.what) if w not in STOP_WORDS for s in stems(w)}
    if not wanted:
        return True
    names = (need.search_text, *need.categories, *need.kinds, *(v for _, v in need.attributes))
    heard = set(stems(" ".join(names)))
    return len(wanted & heard) >= ENOUGH * len(wanted)


def _hard(need: Need | RightNeed, name: str) -> object:
    value = getattr(need, name)
    if name == "must_not":
        return {stems(word) for word in value}
    return set(value) if isinstance(value, tuple) else value


def stated(need: Need, phrasing: Phrasing) -> Need:
    """Return what the words of a follow-up state, without what only the cards imply.

    "Cheaper" becomes a limit below the cards and "more" leaves out what was shown; the right
    need holds neither.
    """
    if not phrasing.shown:
        return need
    implied = need.max_price == min(product.price for product in phrasing.shown) - 1
    more = need.intent is Intent.MORE
    return replace(
        need,
        max_price=phrasing.need.max_price if implied else need.max_price,
        not_ids=() if more else need.not_ids,
        about=() if more or need.refuses else need.about,
    )
