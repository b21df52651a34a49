"""How many products to show, and how many packs are wanted, read from a message by rule."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.understanding.amounts import CONTAINERS, IDEAS, MEASURES, NUMBER, number
from assistant.understanding.words import STOP_WORDS, Rest, words

_PEOPLE = re.compile(
    rf"(?:for )?{NUMBER} (?:people|persons?|of us|kids|children|guests|adults)(?![a-z])"
)
_LISTED = (
    r"(?:options?|ideas?|suggestions?|choices?|recommendations?|picks?|alternatives?|results?)"
)
_SOME = (
    rf"(?:{NUMBER}|(?:a )?couple(?: of)?|a pair of|a few|several|a handful(?: of)?|"
    r"(?:half )?a dozen)"
)
_SHOW = (
    r"(?:show|suggest|recommend|list|give|find|name|offer|propose|present|display|pick|choose|"
    r"see|look at|compare|bring up|(?:choose|pick) (?:among|between|from)|(?:limit|narrow|"
    r"cut)(?: it| that| this| them| those)?(?: down)? to)"
)
_BEST = (
    r"(?:best|top|cheapest|dearest|priciest|biggest|largest|smallest|finest|nicest|highest|"
    r"lowest|least|most)"
)
_A_THING = (
    r"one(?=\s*(?:$|[|,.;!?]|\s(?:under|below|over|with|without|that|which|for|in|on|from|by|no|"
    r"not|at|to)(?![a-z])))"
)
"""A pronoun: "find one under $18"."""
_ONE_THAT = r"one\s*(?:\||(?:that|which|with|without|from|by|under|over)(?![a-z]))"
"""A pronoun: "I'd like one over $40"."""
_TOP_PICK = re.compile(
    r"(?<![a-z])(?:your|the) (?:top|best|favou?rite) (?:pick|choice|suggestion|recommendation)(?!s)"
)
_NO_BOX = rf"(?!\s(?:{CONTAINERS})(?![a-z]))"
_COUNT = (
    re.compile(rf"(?<![\w$])(?P<n>{_SOME})\s(?=(?:[a-z'-]+\s){{1,2}}{_LISTED}(?![a-z]))"),
    re.compile(rf"(?<![a-z]){_LISTED}\W+(?P<n>{NUMBER})\sof\s(?:them|those)(?![a-z])"),
    re.compile(
        rf"(?<![\w$])(?P<n>{_SOME})\s(?=(?:good |other |more |nice |different )?"
        rf"(?:{IDEAS}|different)(?: of)?(?![a-z]))"
    ),
    re.compile(rf"(?<![a-z])(?:short)?(?:list|selection|choice) of (?P<n>{NUMBER})(?![\w-])"),
    re.compile(
        rf"(?<![\w$])(?P<n>{NUMBER})\s(?=[a-z][a-z' -]*\s"
        r"to (?:pick|choose|select|see|compare|look at)(?![a-z]))"
    ),
    re.compile(
        rf"(?<![\w$])(?:the |your )?(?P<n>{NUMBER})(?: of (?:the|your))?\s(?={_BEST} [a-z]|"
        rf"favou?rites?(?![a-z]))"
    ),
    re.compile(rf"(?<![a-z])(?:top|best)\s(?P<n>{NUMBER})(?:\sof)?(?![\w-])"),
    re.compile(
        rf"(?<=[a-z]est\s)(?!one(?![a-z]))(?P<n>{NUMBER})(?=\s*(?:$|[,.;!?|]| of(?![a-z])))"
    ),
    re.compile(rf"(?<![a-z])(?:no more than|at most|up to) (?P<n>{NUMBER})(?: of)?(?=\s*(?:\||$))"),
    re.compile(
        rf"(?<![a-z]){_SHOW}(?: me| us)?(?: all)?(?: just| only| exactly)?"
        rf"\s(?!{_A_THING})(?P<n>{_SOME})(?: of| more)?(?![\w-]){_NO_BOX}"
    ),
    re.compile(rf"^(?P<n>{NUMBER})(?= more\s*$)"),
    re.compile(
        rf"(?<![a-z])(?:just|only|exactly)\s(?:the )?(?P<n>{NUMBER})(?:\sof)?(?![\w-]){_NO_BOX}"
    ),
    re.compile(rf"(?<![\w$])(?P<n>{NUMBER})\s(?=(?:[a-z'-]+\s){{1,3}}(?:only|at most)(?![a-z]))"),
    re.compile(
        rf"(?<![a-z])what(?: are|'re| would be)(?: your| the)? (?P<n>{NUMBER})\s"
        rf"(?=(?:good|nice|decent|great|tasty|fine|other)?[a-z' -]+)(?!{_A_THING})"
    ),
    re.compile(rf"(?<![\w$])(?P<n>{NUMBER})(?: of)?[ |]+(?=(?:shown|displayed|listed)(?![a-z]))"),
    re.compile(
        rf"(?<![a-z])which (?P<n>{NUMBER})\s(?=(?:[a-z'-]+\s){{1,3}}(?:do|would|should) you)"
    ),
    re.compile(r"(?<![a-z])the (?P<n>one)\s(?=(?:[a-z'-]+\s){1,2}you(?:'d| would))"),
    re.compile(r"(?<![a-z])(?P<n>a few|several)(?![a-z])"),
    re.compile(
        r"(?<![a-z])(?:an? |one )?(?P<n>single)(?=\s+[a-z|])(?! (?:serve|serving|ply|malt|digits?))"
    ),
)
_NO_PACKS = rf"(?!\s?-?(?:{MEASURES}|calorie|volts?|watts?|mm|cm|inch(?:es)?)(?![a-z]))"
"""A number of these belongs to the thing: "9 volt batteries"."""
_PAIRED = (
    r"(?! (?:[a-z-]+ ){0,2}(?:socks|gloves|shoes|scissors|boots|poles|mittens|sandals|slippers|"
    r"trousers|pants|jeans|shorts|tights|leggings|glasses|sunglasses|goggles|pliers|tongs|"
    r"crampons|gaiters|laces|earrings)(?![a-z]))"
)
"""One of these is a pair."""
_THING = r"(?:\s(?=(?P<thing>[a-z][a-z' -]*)))?"
_PACKS = (
    re.compile(
        rf"(?<![\w$])(?P<n>{NUMBER})\s(?={NUMBER}[- ](?:packs?|(?:{MEASURES})\s(?:{CONTAINERS}))"
        r"(?![a-z]))"
    ),
    re.compile(rf"(?<![\w$])(?P<n>{NUMBER}|a pair) of (?=the |those |these |your )(?:the |your )?"),
    re.compile(rf"(?<![a-z])(?P<n>a pair) of(?![a-z]){_PAIRED}"),
    re.compile(
        rf"(?<![a-z])(?:times|make (?:it|that)|(?:quantity|qty)\.?:?) (?P<n>{NUMBER})(?![\w-])"
    ),
    re.compile(rf"(?<![\w$])(?P<n>{NUMBER}) of(?=\s*\|)"),
    re.compile(rf"(?<![\w$])(?P<n>{NUMBER}) times(?![\w-])"),
    re.compile(r"(?<![a-z])(?P<n>half a dozen|half dozen)\s(?=[a-z])"),
    re.compile(rf"(?<![\w$])(?P<n>{NUMBER})\sof\s(?:them|it|those)(?![a-z])"),
    re.compile(
        r"(?<!\w)x\s?(?P<n>\d{1,2})(?!\w)|(?<![\w$.])(?P<m>\d{1,2})\s?x(?=\s[a-z]|\s*(?:$|[),.]))"
    ),
    re.compile(
        rf"(?<![\w$])(?P<n>{NUMBER}|(?:a )?couple of|a dozen)\s"
        rf"(?P<box>{CONTAINERS})(?:\sof)?(?![a-z-])"
    ),
    re.compile(
        r"(?<![a-z])(?:want|need|needing|add|grab|gimme|buy|get|order|take|i'd like|would like|"
        r"have|at least|i'm after|we're after|looking for)(?: to buy| me)?"
        rf"\s(?!{_ONE_THAT})(?P<n>{NUMBER}|(?:a )?couple(?: of)?)(?![\w-]){_NO_PACKS}{_THING}"
    ),
    re.compile(rf"(?<=[,|] )(?P<n>{NUMBER})(?= please|,? (?:if|thanks))"),
    re.compile(rf"(?<=[a-z], )(?P<n>{NUMBER}|a couple|half a dozen)(?=,|$)"),
    re.compile(r"(?<![a-z])(?P<n>(?:a )?couple(?: of)?)\s(?=[a-z]{3,})"),
    re.compile(
        rf"^(?P<n>{NUMBER}){_NO_PACKS}(?! more\s*$)(?=\s[a-z]{{3,}})(?!\s(?:{CONTAINERS})(?![a-z]))"
        rf"{_THING}"
    ),
)
MOST_SINGULAR = 20
"""Of more than so many packs a shopper says the plural."""
MOST_PICKS = 10


@dataclass(frozen=True, slots=True)
class Counts:
    """How many picks to show, and how many packs are wanted."""

    count: int | None = None
    packs: int | None = None
    remarks: tuple[str, ...] = ()


def take_counts(rest: Rest) -> Counts:
    """Take counts out: "3 options", "show me two", "two packs of". Price limits go first."""
    while rest.take(_PEOPLE):
        pass
    rest.text = _TOP_PICK.sub("one pick", rest.text)
    count = _first(rest, _COUNT)
    packs = _first(rest, _PACKS)
    remarks: tuple[str, ...] = ()
    if count is not None and not 1 <= count <= MOST_PICKS:
        count = min(max(count, 1), MOST_PICKS)
        remarks = (f"I can show 1 to {MOST_PICKS} products at a time; here I show {count}.",)
    return Counts(count, packs if packs else None, remarks)


def _first(rest: Rest, patterns: tuple[re.Pattern[str], ...]) -> int | None:
    for pattern in patterns:
        for found in pattern.finditer(rest.text):
            amount = number(found["n"] or found["m"])
            if amount != int(amount) or _is_pack_size(found, amount) or _is_name(found, amount):
                continue
            rest.cut(found.start(), found.end())
            return int(amount)
    return None


def _is_pack_size(found: re.Match[str], amount: float) -> bool:
    """Whether "12 pack" names a size: more than one, yet in the singular."""
    box = found.groupdict().get("box")
    return bool(box) and amount > 1 and not str(box).endswith("s")


def _is_name(found: re.Match[str], amount: float) -> bool:
    """Whether the number belongs to the thing: "three cheese pizza", with no word in the plural."""
    thing: list[str] = []
    for word in words(found.groupdict().get("thing") or ""):
        if word in STOP_WORDS:
            break
        thing.append(word)
    if amount <= 1 or not thing or any(word.endswith("s") for word in thing):
        return False
    return len(thing) > 1 or amount > MOST_SINGULAR
