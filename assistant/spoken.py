"""What is said about the cards: compare them, ask of them, put them into the basket, undo.

Such a message is read by code alone, and only where every word of it is accounted for: one
that names anything else is a request, and the understander's.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.acts import BasketAct, Tap
from assistant.conversation import ConversationState
from assistant.pointed import left_over, phrases, point
from assistant.questions import read_question
from assistant.types import Intent, Need, Origin, Pick
from assistant.understanding.draft import Draft
from assistant.understanding.words import Rest, listed, normalise
from index.errors import TellPerson

_NUMBERS = listed("one two three four five six seven eight nine ten")
_START = r"(?:please |ok(?:ay)?,? |and |so |then |also |oops,? |no,? |sorry,? )*"
_CART = r"(?:shopping )?(?:basket|cart|trolley)"
_BASKET = rf"(?:(?:to|in|into|from|of|out of) )?(?:(?:my|the|your) )?{_CART}"
_PUT = re.compile(rf"^{_START}(?:add|put|buy|(?:i'll|i will) (?:take|have|buy))\b")
_OUT = re.compile(rf"^{_START}(?:(?P<plain>remove|delete)|take|put|drop)\b")
_AWAY = re.compile(r"\b(?:out|from|remove|delete)\b")
_EMPTY = re.compile(rf"{_START}(?:empty|clear) {_BASKET}")
_LOOK = re.compile(
    rf"{_START}(?:what(?:'s| is)|what do i have|show(?: me)?|see|view|open|how much is)?"
    rf"(?: all| everything)? ?{_BASKET}(?: (?:so far|now|please|cost|total))*"
)
_TOTAL = re.compile(
    rf"{_START}(?:(?:what(?:'s| is) )?(?:the |my )?total(?: so far| now)?"
    r"|how much (?:is|does) (?:it|that|everything|all)(?: of (?:it|that))?(?: cost| come to)?"
    r" (?:all together|altogether|in total))"
)
_PACKS = re.compile(
    rf"(?<![\w.$])(?P<n>\d{{1,4}}|{'|'.join(_NUMBERS)}|a couple)"
    r" ?(?:x|packs?|bottles?|boxes|cans?|bags?)? ?(?:of|x) "
    r"(?=(?:the|number|no|that|this|it|them|those|these|each)\b|#)"
)
_COMPARE = phrases("compare\ncomparison\nside by side\ndifferences?\ndiffer\nversus\nvs\\.?")
_UNDO = re.compile(
    rf"{_START}(?:undo(?: that| it| the last(?: one| change)?)?|(?:i )?take (?:that|it) back"
    r"|bring (?:it|that|them) back|show (?:it|that) again)(?: please)?"
)
_NEVER = phrases(
    r"""(?:never|no more|nothing|hide|i (?:don't|do not) want|(?:don't|do not)(?: ever)? show)"""
    r"""(?: (?:show|see|want|buy|anything|products|me|to|of|from|by|again|any|more))*"""
    r""" (?:(?:this|that) brand|the brand of)(?: (?:ever )?again| any ?more)?"""
)
_FOR_GOOD = re.compile(r"\b(?:never|ever again)\b")
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


def read_act(message: str, state: ConversationState) -> Need | None:
    """Return what a message wants of the cards or the basket; ``None`` where it is a request."""
    text = normalise(message)
    said = text.lower().strip(" .!?")
    if _UNDO.fullmatch(said):
        return Need(text, Intent.UNDO)
    if _EMPTY.fullmatch(said):
        return Need(text, Intent.BASKET, basket=BasketAct.REMOVE)
    if _LOOK.fullmatch(said) or _TOTAL.fullmatch(said):
        return Need(text, Intent.BASKET, basket=BasketAct.LOOK)
    return (
        _filling(text, said, state)
        or _never(text, said, state)
        or _comparison(text, said, state)
        or read_question(text, state)
    )


def for_good(need: Need) -> Need:
    """A brand that is refused with "never" stays refused in this conversation."""
    new = need.origins.get("not_brands") is Origin.CODE
    said = _FOR_GOOD.search(need.message.lower())
    return replace(need, lasting=True) if new and said else need


def _filling(text: str, said: str, state: ConversationState) -> Need | None:
    """Put cards into the basket, or take them out."""
    named = re.search(rf" {_BASKET}", said) is not None
    rest = Rest(re.sub(rf" {_BASKET}", " |", said))
    verb = _OUT.search(said)
    out = verb is not None and bool(_AWAY.search(said) if named else verb["plain"])
    if not rest.take(_OUT if out else _PUT):
        return None
    packs = rest.take(_PACKS)
    pointed = point(rest, state)
    if left_over(rest) or not (pointed.about or pointed.lost):
        return None
    if out and not named and {id_ for id_, _ in state.packs}.isdisjoint(pointed.about):
        return None
    return Need(
        text,
        Intent.BASKET,
        about=pointed.about,
        packs=_number(packs["n"]) if packs else None,
        basket=BasketAct.REMOVE if out else BasketAct.ADD,
        remarks=pointed.remarks,
    )


def _number(said: str) -> int:
    if said == "a couple":
        return 2
    return int(said) if said.isdecimal() else _NUMBERS.index(said) + 1


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


def _refuse_brand(pick: Pick, draft: Draft) -> None:
    product = pick.candidate.product
    if product.brand:
        draft.add("not_brands", (product.brand,))
    elif product.store_brand:
        draft.put("store_brand", False)
    else:
        draft.put("refuses", True)
        draft.add("not_ids", (product.id,))
        draft.remarks.append(
            f"This shop's data does not name the brand of {product.title}; I leave that one out."
        )
