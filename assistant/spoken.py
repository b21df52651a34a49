"""What is said about the cards: compare them, ask of them, put them into the basket, undo.

Such a message is read by code alone, and only where every word of it is accounted for: one
that names anything else is a request, and the understander's.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from assistant.acts import Tap
from assistant.clarify import chosen
from assistant.conditions import without
from assistant.conversation import ConversationState
from assistant.filling import START, read_basket
from assistant.pointed import left_over, phrases, point
from assistant.questions import read_question
from assistant.types import Intent, Need, Origin, Pick
from assistant.understanding.draft import Draft
from assistant.understanding.manners import is_distress, is_insult
from assistant.understanding.words import Rest, normalise
from index.errors import TellPerson

_COMPARE = phrases("compare\ncomparison\nside by side\ndifferences?\ndiffer\nversus\nvs\\.?")
_UNDO = re.compile(
    rf"{START}(?:(?:undo|cancel)(?: that| it| the last(?: one| change)?)?"
    r"|(?:i )?take (?:that|it) back|bring (?:it|that|them) back|show (?:it|that) again)(?: please)?"
)
_RESTART = re.compile(
    rf"{START}(?:start (?:over|again|anew)|reset|forget (?:everything|it all|all of (?:it|that))"
    r"|(?:clear|remove|drop) (?:all|everything|all (?:the |my )?(?:filters|conditions|limits)))"
    r"(?: please)?"
)
_NEVER_NAMED = re.compile(
    rf"{START}(?:never(?: again)?|no more|nothing(?: more)?)"
    r"(?: (?:show|see|want|buy|anything|products|me|to|of|from|by))* (?P<what>.+?)"
    r"(?: (?:ever )?again| any ?more)?"
)
_NEVER = phrases(
    r"""(?:never|no more|nothing|hide|i (?:don't|do not) want|(?:don't|do not)(?: ever)? show)"""
    r"""(?: (?:show|see|want|buy|anything|products|me|to|of|from|by|again|any|more))*"""
    r""" (?:(?:this|that) brand|the brand of)(?: (?:ever )?again| any ?more)?"""
)
_ANY_PRICE = re.compile(
    rf"{START}(?:(?:forget|ignore|drop|lift|remove|never mind|scrap|without)(?: about)?"
    r" (?:the |my |that |a )?(?:price(?: limit)?|limit|budget)"
    r"|(?:the )?price (?:does not|doesn't|does n't) matter|any price(?: is fine| will do)?"
    r"|no (?:price )?limit)(?: now| anymore| any more| please)*"
)
_FOR_GOOD = re.compile(r"\b(?:never|ever again)\b")
_LEFT_OUT = 'From now on I leave out {}; "undo" brings it back.'
_TAPPED = {
    Tap.LIKE: "More like number {}",
    Tap.DISMISS: "Not number {}",
    Tap.NEVER_BRAND: "Never the brand of number {}",
}


class BadTap(TellPerson):
    """A tap on a product that is not on the screen."""


def said_by(tap: Tap, product_id: str, state: ConversationState) -> str:
    """Return the words that a tap stands for, so that both give the same turn.

    Raises
    ------
    BadTap
        The product is not on the screen (any more).
    """
    if tap is Tap.UNDO:
        return "Undo"
    if product_id not in state.shown_ids:
        raise BadTap("This product is not shown any more.", "Choose one of the cards.")
    return _TAPPED[tap].format(state.shown_ids.index(product_id) + 1)


def read_act(message: str, state: ConversationState, brands: Collection[str] = ()) -> Need | None:
    """Return what a message wants of the cards or the basket; ``None`` where it is a request.

    ``brands`` are all that the catalogue names.
    """
    text = normalise(message)
    said = text.lower().strip(" .!?")
    if _UNDO.fullmatch(said):
        return Need(text, Intent.UNDO)
    if _RESTART.fullmatch(said):
        return Need(text, Intent.RESTART)
    if is_distress(said) or is_insult(said):
        return Need(text, Intent.CHAT)
    return (
        chosen(text, state)
        or _any_price(text, said, state)
        or read_basket(text, said, state)
        or _never(text, said, state)
        or _never_named(text, said, state, brands)
        or _comparison(text, said, state)
        or read_question(text, state)
    )


def for_good(need: Need) -> Need:
    """A brand that is refused with "never" stays refused in this conversation."""
    new = need.origins.get("not_brands") is Origin.CODE
    said = _FOR_GOOD.search(need.message.lower())
    return replace(need, lasting=True) if new and said else need


def _any_price(text: str, said: str, state: ConversationState) -> Need | None:
    """The request goes on without its price limit."""
    before = state.need
    if not _ANY_PRICE.fullmatch(said) or before is None:
        return None
    draft = Draft()
    draft.carry(without(before, "price"))
    draft.add("not_ids", state.refused, Origin.CARRIED)
    return draft.need(text, Intent.REFINE)


def _comparison(text: str, said: str, state: ConversationState) -> Need | None:
    rest = Rest(said)
    if not rest.take(_COMPARE):
        return None
    pointed = point(rest, state)
    if left_over(rest):
        return None
    about = pointed.about if pointed.about or pointed.lost else state.shown_ids
    return Need(text, Intent.COMPARE, about=about, remarks=pointed.remarks)


def _never(text: str, said: str, state: ConversationState) -> Need | None:
    """The brand of a shown product, for the rest of this conversation."""
    rest = Rest(said)
    if not rest.take(_NEVER) or state.need is None:
        return None
    pointed = point(rest, state)
    if left_over(rest) or pointed.lost:
        return None
    about = pointed.about or state.focus or state.shown_ids[:1]
    draft = Draft()
    draft.carry(state.need)
    draft.put("about", about)
    draft.put("lasting", True)
    for pick in state.shown:
        if pick.candidate.product.id in about:
            _refuse_brand(pick, draft)
    draft.add("not_ids", state.refused, Origin.CARRIED)
    return draft.need(text, Intent.REFINE)


def _never_named(
    text: str, said: str, state: ConversationState, brands: Collection[str]
) -> Need | None:
    """A brand that is named: "never Hillside again"."""
    found = _NEVER_NAMED.fullmatch(said)
    brand = next((b for b in brands if found and b.lower() == found["what"]), None)
    if brand is None:
        return None
    draft = Draft()
    if state.need:
        draft.carry(state.need)
    draft.put("lasting", True)
    draft.add("not_brands", (brand,))
    draft.add("not_ids", state.refused, Origin.CARRIED)
    draft.remarks.append(_LEFT_OUT.format(brand))
    return draft.need(text, Intent.REFINE)


def _refuse_brand(pick: Pick, draft: Draft) -> None:
    product = pick.candidate.product
    if product.brand:
        draft.add("not_brands", (product.brand,))
        draft.remarks.append(_LEFT_OUT.format(product.brand))
    elif product.store_brand:
        draft.put("store_brand", False)
        draft.remarks.append(_LEFT_OUT.format("the store brand"))
    else:
        draft.put("refuses", True)
        draft.add("not_ids", (product.id,))
        draft.remarks.append(
            f"This shop's data does not name the brand of {product.title}; I leave that one out."
        )
