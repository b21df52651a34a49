"""Price limits, read from a message by rule.

A limit is a direction beside an amount: "under", "over". A refusal before the direction turns
it round ("nothing under", "don't want to pay more than"), however many words of spending stand
between the two; so what is listed is directions, refusals and such words, not their mixtures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.understanding.amounts import (
    CONTAINERS,
    FOREIGN,
    MEASURES,
    NUMBER,
    cents,
    in_figures,
    is_marked,
    money,
    number,
    written,
)
from assistant.understanding.words import Rest, listed
from index.types import Money

_START = r"(?:(?<=\s)|^|(?<=[,;:(])|(?<=[a-z])(?=[<>≤≥]))"
_END = r"(?=\s*(?:$|[,.;:!?|)]|(?:but|and|to|or)(?![a-z])))"
_MORE = (
    r"(?:over|above|beyond|past|in excess of|exceed(?:s|ing)?|upwards? of|north of|"
    r"(?:more|higher|greater|larger|dearer|pricier|costlier|more expensive) th[ae]n|>=?|≥)"
)
_LESS = (
    r"(?:under(?:neath)?|below|beneath|south of|sub-?|"
    r"(?:less|cheaper|lower|smaller|less expensive) th[ae]n|<=?|≤)"
)
_NEGATED = (
    r"(?<!why )(?:(?:do|does|did|can|could|would|should|must|will|is|are|was|were)(?:n't| not)|"
    r"can't|cannot|won't|not|never|no|nor|nothing|none|nowhere|without|refuse|hate|avoid|skip|hide|"
    r"exclude|omit|drop|(?:leave|filter|rule) out)"
)
_OF_SPENDING = "|".join(
    listed(
        """i we it they me us you that which the an? any anything everything all what's
        something stuff ones those prices? total really even single much penny cent dime dollar
        buck am are be being do way want wants
        wanna wish like feel intend plan hope going willing able prepared ready happy make making
        let show give see get look looking bother with spend spending pay paying costs? costing go
        goes come run set stretch reach blow splash drop looking sold priced worth afford back at
        for to have as of my what"""
    )
)
"""Words that may stand between a refusal and the direction that it turns round."""
_COMPARED = re.compile(
    rf"{_START}(?:(?P<not>{_NEGATED})\s(?:(?:{_OF_SPENDING})\s)*)?(?P<way>{_MORE}|"
    rf"{_LESS})\s*(?:the )?"
    rf"{money('a')}(?: mark)?(?![a-z])"
)
_NO_THING = re.compile(
    rf"{_START}(?:no|without|skip|avoid)(?: any)? (?P<thing>[a-z]+(?: [a-z]+)?) (?:that|which) "
    rf"(?:costs?|cost|is|are|goes|go|runs?) (?P<way>{_MORE}|{_LESS}) "
)
"""No coffee that costs more than six dollars: coffee is wanted."""
_CEILING = re.compile(
    rf"{_START}(?:for |at |a |my |of )?(?:at (?:the )?(?:very )?most|at maximum|up to|within|"
    r"as (?:high|far|much) as|"
    r"max(?:imum)?(?: (?:price|spend|budget))?(?: of| is)?\.?:?|"
    r"(?:budget|limit|ceiling|cap|price cap)(?: is| of| at)?:?|capped at|"
    r"(?:can|could|will|would|willing to|happy to) (?:spend|pay|afford)"
    r"(?: only| just| about| up to)?|"
    rf"(?:i have|i've got|i got|only have|only got|got)(?: only| just| about)?)\s*{money('a')}"
)
_CEILING_AFTER = re.compile(
    rf"(?<![\w.])(?<!number )(?<!option ){money('a')}\s*(?:or|and)?\s*"
    r"(?:less|under|below|cheaper|lower|thereunder|max(?:imum)?|tops|at (?:the )?(?:very )?most|"
    r"limit|(?:is|'s) (?:my|the) (?:absolute )?(?:limit|max(?:imum)?|budget|ceiling|most))(?![a-z])"
)
_FLOOR = re.compile(
    rf"{_START}(?:(?P<sure>cost(?:s|ing)?|spend(?:ing)?|pay(?:ing)?|starting|beginning) )?"
    r"(?:at (?:the )?(?:very )?least|at minimum|from|(?<=starting )at|(?<=beginning )at|"
    rf"min(?:imum)?(?: (?:price|spend))?(?: of| is)?\.?:?)\s*{money('a')}(?P<end>{_END})?"
)
_FLOOR_AFTER = re.compile(
    rf"(?<![\w.]){money('a')}\s*(?:\+(?!\d)(?:\s?(?:dollars|bucks))?|"
    r"plus(?: dollars| bucks)?(?=\s*(?:$|[,.;|]))|"
    r"(?:or|and) (?:more|up(?:wards?)?|above|over|higher|better)|min(?:imum)?|upwards?|at least|"
    r"at (?:the|a) minimum|is (?:the|my) (?:least|minimum))(?![a-z])"
)
_NO_MORE = re.compile(
    r"\s*(?:,|and|but)*\s*(?:not|no|never) (?:a |one )?(?:single )?(?:cent|penny|dime) more"
)
"""Said after an amount that is a ceiling without it."""
_TO = r"\s*(?:and|&|to|-|\.\.+|until|till|through|thru|up to|down to)\s*"
_RANGE = re.compile(
    rf"(?P<cue>(?<![a-z])(?:between|from|range(?: of)?:?|budget(?: of)?:?|priced|costing))\s+"
    rf"{money('a')}{_TO}{money('b')}"
)
_BARE_RANGE = re.compile(
    rf"(?<![\w.]){money('a')}\s*(?:(?:up |down )?to|-|&|\.\.+|till|until|through|"
    rf"thru)\s*{money('b')}"
)
_ABOUT = re.compile(
    r"(?<![a-z])(?:about|around|roughly|approx(?:imately)?\.?|circa|~|"
    r"in the (?:region|neighbou?rhood|vicinity|ballpark) of|near|"
    rf"close to|give or take|somewhere near)\s*{money('a')}"
)
_MEASURED = re.compile(
    r"(?<![a-z])(?:under|below|over|above|(?:no |not )?(?:less|more|fewer) than|at (?:least|"
    r"most)|"
    rf"up to|about|around)\s+{NUMBER}\s?-?(?:{MEASURES}|%)(?![a-z])(?: of)?"
)
_MEASURED_AFTER = re.compile(
    rf"(?<![\w.$]){NUMBER}\s?-?(?:{MEASURES})(?:,? (?:or|and) (?:less|under|lighter|more|over)|"
    r",? (?:at (?:the )?(?:most|least)|max(?:imum)?|min(?:imum)?|tops))(?![a-z])"
)
"""Six kilos at most."""
_BARE = re.compile(rf"(?<![\w.])(?:for |at )?{money('a')}")
_PER = re.compile(rf"(?<![a-z])per (?:{CONTAINERS}|item)(?![a-z])")
_SO_MANY = re.compile(
    r"(?<![a-z])(?P<verb>(?:show|suggest|recommend|list|give|find|name)(?: me| us)?) "
    rf"(?:up to|at most|no more than|exactly|max(?:imum)?) (?P<n>{NUMBER})"
    r"(?!\s?(?:dollars|bucks|\$))"
)
SURELY_MONEY = 20
"""From this number on, "at least so much" speaks of money, not of packs."""


@dataclass(frozen=True, slots=True)
class Limits:
    """A price range as the message gives it, in minor units, both ends included."""

    low: Money | None = None
    high: Money | None = None
    remarks: tuple[str, ...] = ()


def take_limits(rest: Rest) -> Limits:
    """Take price limits out of the message: "under 5", "$3-$6", "ten bucks or less".

    "Under 5 dollars" is read as at most $5.00. Reversed ends are swapped and a limit that no
    price can keep stands, both with a remark: a condition is never dropped silently.
    """
    remarks: list[str] = []
    rest.text = _NO_THING.sub(r"\g<thing> not \g<way> ", rest.text)
    rest.text = in_figures(_SO_MANY.sub(r"\g<verb> \g<n>", rest.text))
    while measured := rest.take(_MEASURED) or rest.take(_MEASURED_AFTER):
        remarks.append(f"I can only limit prices, so I left '{measured[0].strip()}' out.")
    foreign = bool(FOREIGN.search(rest.text))
    rest.take(_PER)
    low, high = _take_range(rest)
    if low is None and high is None:
        low, high = _take_ends(rest)
    if low is None and high is None:
        low, high = _take_bare(rest, remarks)
    if low is not None or high is not None:
        rest.take(_NO_MORE)
    if low is not None and high is not None and low > high:
        low, high = high, low
        remarks.append(f"I read the price range as {written(low)} to {written(high)}.")
    if high is not None and high <= 0:
        high = 0
        remarks.append(
            f"Nothing here costs {written(0)} or less, so that limit rules out everything."
        )
    if foreign and (low is not None or high is not None):
        remarks.append("Prices here are in dollars; I took your amount as dollars.")
    return Limits(max(low, 0) if low is not None else None, high, tuple(remarks))


def _take_range(rest: Rest) -> tuple[Money | None, Money | None]:
    found = _RANGE.search(rest.text)
    if found is None:
        found = next((f for f in _BARE_RANGE.finditer(rest.text) if is_marked(f)), None)
    if found is None:
        return None, None
    rest.cut(found.start(), found.end())
    return cents(found, "a", "b"), cents(found, "b", "a")


def _take_ends(rest: Rest) -> tuple[Money | None, Money | None]:
    """The two ends, each by its own words."""
    low: Money | None = None
    high: Money | None = None
    marked = False
    while found := rest.take(_COMPARED):
        amount = cents(found, "a")
        marked = marked or is_marked(found)
        if bool(found["not"]) == bool(re.fullmatch(_LESS, found["way"])):
            low = amount if low is None else low
        else:
            high = amount if high is None else high
    if high is None and (found := rest.take(_CEILING) or rest.take(_CEILING_AFTER)):
        high, marked = cents(found, "a"), marked or is_marked(found)
    if low is None and (
        found := rest.take(_FLOOR_AFTER) or _take_floor(rest, marked or high is not None)
    ):
        low = cents(found, "a")
    return low, high


def _take_floor(rest: Rest, marked: bool) -> re.Match[str] | None:
    """A floor that may be a number of packs is money only where something else says so."""
    for found in _FLOOR.finditer(rest.text):
        final = found["end"] is not None
        sure = is_marked(found) or found["sure"]
        if sure or (final and (marked or number(found["numa"]) >= SURELY_MONEY)):
            rest.cut(found.start(), found.end())
            return found
    return None


def _take_bare(rest: Rest, remarks: list[str]) -> tuple[Money | None, Money | None]:
    """An amount without a direction: about so much is a fifth around it, "for $5" a ceiling."""
    about = next((f for f in _ABOUT.finditer(rest.text) if is_marked(f)), None)
    found = about or next((f for f in _BARE.finditer(rest.text) if is_marked(f)), None)
    if found is None:
        return None, None
    rest.cut(found.start(), found.end())
    amount = cents(found, "a")
    if about is None:
        remarks.append(f"I read {written(amount)} as the most you want to pay.")
        return None, amount
    low, high = round(amount * 0.8), round(amount * 1.2)
    remarks.append(f"I read that as {written(low)} to {written(high)}.")
    return low, high
