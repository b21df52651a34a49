"""Messages about the basket, read by code: "add two of the first", "make it three", "total"."""

from __future__ import annotations

import re

from assistant.acts import BasketAct
from assistant.conversation import ConversationState
from assistant.pointed import left_over, point
from assistant.types import Intent, Need
from assistant.understanding.words import Rest, listed

_NUMBERS = listed("one two three four five six seven eight nine ten")
START = r"(?:please |ok(?:ay)?,? |and |so |then |also |oops,? |no,? |sorry,? )*"
_CART = r"(?:shopping )?(?:basket|cart|trolley)"
_BASKET = rf"(?:(?:to|in|into|from|of|out of) )?(?:(?:my|the|your) )?{_CART}"
_PUT = re.compile(rf"^{START}(?:add|put|buy|(?:i'll|i will) (?:take|have|buy))\b")
_OUT = re.compile(rf"^{START}(?:(?P<plain>remove|delete)|take|put|drop)\b")
_AWAY = re.compile(r"\b(?:out|from|remove|delete)\b")
_EMPTY = re.compile(rf"{START}(?:empty|clear) {_BASKET}")
_LOOK = re.compile(
    rf"{START}(?:what(?:'s| is)|what do i have|show(?: me)?|see|view|open|how much is)?"
    rf"(?: all| everything)? ?{_BASKET}(?: (?:so far|now|please|cost|total))*"
)
_TOTAL = re.compile(
    rf"{START}(?:(?:what(?:'s| is) )?(?:the |my )?total(?: so far| now)?"
    r"|how much (?:is|does) (?:it|that|everything|all)(?: of (?:it|that))?(?: cost| come to)?"
    r" (?:all together|together|altogether|in total))"
)
_COUPONS = re.compile(
    rf"{START}(?:(?:(?:do i|do we|have i|have we|i) (?:have|got)|do you have|are there|is there|"
    r"(?:what|which) are|what about|what's with|(?:show|tell)(?: me)?(?: about)?|list|see|view)"
    r" )?(?:(?:any|some|a|the|all|my|what|which|valid|current|of) )*(?:coupons?|vouchers?)"
    r"(?: (?:do i have|have i got|can i use|do you have|are there|i have|i can use|available))?"
    r"(?: (?:for me|today|now|right now|left|please|at the moment|here))*"
)
_PACKS = re.compile(
    rf"(?<![\w.$])(?P<n>\d{{1,4}}|{'|'.join(_NUMBERS)}|a couple)"
    r" ?(?:x|packs?|bottles?|boxes|cans?|bags?)? ?(?:of|x) "
    r"(?=(?:the|number|no|that|this|it|them|those|these|each)\b|#)"
)
_TWICE = re.compile(r"\b(?:(?P<n>twice|two times|three times)|(?P<more>(?:one|another) more of))\b")
_MAKE_IT = re.compile(
    rf"{START}(?:actually )?(?:make|have) (?:it|that|them) (?P<n>\d{{1,4}}|{'|'.join(_NUMBERS)})"
)


def read_basket(text: str, said: str, state: ConversationState) -> Need | None:
    """Return what a message wants of the basket; ``None`` where it is about something else.

    ``said`` is the text in lower case, without the marks around it.
    """
    if _EMPTY.fullmatch(said):
        return Need(text, Intent.BASKET, basket=BasketAct.REMOVE)
    if _LOOK.fullmatch(said) or _TOTAL.fullmatch(said):
        return Need(text, Intent.BASKET, basket=BasketAct.LOOK)
    if _COUPONS.fullmatch(said):
        return Need(text, Intent.BASKET, basket=BasketAct.COUPONS)
    held = {id_ for id_, _ in state.packs}
    if (found := _MAKE_IT.fullmatch(said)) and held.issuperset(state.focus) and state.focus:
        return Need(
            text, Intent.BASKET, about=state.focus, packs=_number(found["n"]), basket=BasketAct.ADD
        )
    return _filling(text, said, state)


def _filling(text: str, said: str, state: ConversationState) -> Need | None:
    """Put cards into the basket, or take them out."""
    named = re.search(rf" {_BASKET}", said) is not None
    rest = Rest(re.sub(rf" {_BASKET}", " |", said))
    verb = _OUT.search(said)
    out = verb is not None and bool(_AWAY.search(said) if named else verb["plain"])
    if not rest.take(_OUT if out else _PUT):
        return None
    packs, times = rest.take(_PACKS), rest.take(_TWICE)
    pointed = point(rest, state)
    if left_over(rest) or not (pointed.about or pointed.lost):
        return None
    if out and not named and {id_ for id_, _ in state.packs}.isdisjoint(pointed.about):
        return None
    return Need(
        text,
        Intent.BASKET,
        about=pointed.about,
        packs=_number(packs["n"]) if packs else _repeated(times, pointed.about, state),
        basket=BasketAct.REMOVE if out else BasketAct.ADD,
        remarks=pointed.remarks,
    )


def _number(said: str) -> int:
    if said == "a couple":
        return 2
    return int(said) if said.isdecimal() else _NUMBERS.index(said) + 1


def _repeated(
    times: re.Match[str] | None, about: tuple[str, ...], state: ConversationState
) -> int | None:
    """Packs by "twice", or by "one more of" what is in the basket already."""
    if times is None:
        return None
    if times["more"]:
        return 1 + max((count for id_, count in state.packs if id_ in about), default=0)
    return 3 if times["n"].startswith("three") else 2
