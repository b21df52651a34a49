"""What is said relative to the answer before: "cheaper", "bigger", "like the second", "more"."""

from __future__ import annotations

from assistant.conversation import ConversationState
from assistant.types import Intent, Pick, Sort
from assistant.understanding.amounts import written
from assistant.understanding.draft import Draft
from assistant.understanding.limits import Limits
from assistant.understanding.reading import Reading
from index.types import Money


def put_limits(limits: Limits, draft: Draft) -> None:
    """Set new limits; a carried one that contradicts them is let go of, and that is said."""
    draft.put("min_price", limits.low)
    draft.put("max_price", limits.high)
    low, high = draft.values.get("min_price"), draft.values.get("max_price")
    if low is None or high is None or low <= high:
        return
    old = "min_price" if limits.low is None else "max_price"
    what = "at least" if old == "min_price" else "at most"
    draft.remarks.append(f"I let go of your earlier limit of {what} {written(draft.values[old])}.")
    draft.drop(old)


def put_relative(
    reading: Reading, intent: Intent, previous: ConversationState, draft: Draft
) -> None:
    """Apply what only makes sense after an answer."""
    if reading.about and intent is not Intent.FIND:
        draft.put("about", reading.about)
    if reading.refuses:
        draft.put("refuses", True)
        draft.add("not_ids", reading.about)
    if intent is Intent.MORE:
        if reading.follow.other and not reading.about:
            draft.put("about", previous.shown_ids)
            draft.put("refuses", True)
        draft.add("not_ids", (*previous.seen, *previous.shown_ids))
    if reading.follow.cheaper and not reading.refuses:
        _put_cheaper(reading, intent, previous, draft)
    if reading.follow.dearer and not reading.refuses:
        _put_dearer(reading, intent, previous, draft)
    if (reading.follow.like or reading.follow.size) and not reading.asked.search:
        _put_alike(_anchor(reading.about, previous.shown), draft)


def _anchor(about: tuple[str, ...], shown: tuple[Pick, ...]) -> Pick | None:
    """The shown product that "bigger" or "like that" starts from: pointed at, else the first."""
    named = [pick for pick in shown if pick.candidate.product.id in about]
    return next(iter(named or shown), None)


def _put_alike(anchor: Pick | None, draft: Draft) -> None:
    """Ask for the kind of a shown product instead of whatever was asked before."""
    if anchor is None:
        return
    product = anchor.candidate.product
    draft.drop("categories", "kinds")
    draft.put("kinds" if product.kind else "categories", (product.kind or product.category,))
    draft.put("search_text", (product.kind or product.category).lower())


def _put_cheaper(
    reading: Reading, intent: Intent, previous: ConversationState, draft: Draft
) -> None:
    """Read "cheaper" as below what was pointed at, else below the lowest price shown."""
    known = _prices(reading.about, previous.shown)
    if intent is Intent.FIND or not known:
        draft.put("sort", draft.values.get("sort", Sort.CHEAPEST))
        return
    earlier = draft.values.get("max_price")
    limit = min(known) - 1 if earlier is None else min(earlier, min(known) - 1)
    draft.remarks.append(f"I read that as cheaper than {written(min(known))}.")
    put_limits(Limits(high=limit), draft)


def _put_dearer(
    reading: Reading, intent: Intent, previous: ConversationState, draft: Draft
) -> None:
    """Read "more expensive" as above what was pointed at, else above the highest price shown."""
    known = _prices(reading.about, previous.shown)
    if intent is Intent.FIND or not known:
        draft.put("sort", draft.values.get("sort", Sort.DEAREST))
        return
    draft.remarks.append(f"I read that as dearer than {written(max(known))}.")
    put_limits(Limits(low=max(known) + 1), draft)


def _prices(about: tuple[str, ...], shown: tuple[Pick, ...]) -> list[Money]:
    """Today's prices of what is pointed at, else of all that is shown."""
    pointed = [pick for pick in shown if pick.candidate.product.id in about]
    prices = [pick.candidate.price_today for pick in pointed or shown]
    return [price for price in prices if price is not None]
