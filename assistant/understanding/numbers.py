"""Price limits and counts, read from a message by rule."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.understanding.words import Rest, listed
from index.types import Money

_ONES = listed(
    """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen"""
)
_TENS = listed("twenty thirty forty fifty sixty seventy eighty ninety")
_SPELT = {word: n for n, word in enumerate(_ONES)}
_SPELT |= {word: 10 * n for n, word in enumerate(_TENS, start=2)}
_DIGIT = "|".join(_ONES[1:10])
_TEN = "|".join(_TENS)
_SMALL = (
    rf"(?:(?:{_TEN})[- ](?:{_DIGIT})|(?:{_TEN})(?![- ](?:{_DIGIT}))"
    rf"|(?:{'|'.join(sorted(_ONES, key=len, reverse=True))}))(?![a-z])"
)
_WORD = rf"(?:(?:a|{_DIGIT}) hundred(?:(?: and)? {_SMALL})?|{_SMALL})(?![a-z])"
NUMBER = (
    r"(?:\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?|\.\d{2}|"
    rf"{_WORD})(?![\d])"
)
_CONTAINERS = (
    "packs?|packages?|packets?|bottles?|boxes|box|bags?|cans?|jars?|cartons?|tubs?|tins?|loaves|"
    "loaf|cups?|cases?|containers?|units?|pouches|bunches|bunch|gallons?"
)
_MEASURES = (
    r"oz|ounces?|lbs?|pounds?|g|grams?|kg|kilos?|ml|l|liters?|litres?|calories|kcal|cal|percent|"
    r"servings?|minutes?|mins?|hours?|days?|weeks?|months?|years?"
)
_NOT_MONEY = (
    rf"(?!\s*-?\s*(?:{_CONTAINERS}|{_MEASURES}|pieces?|people|persons?|kids|children|guests|ct|"
    r"count|options?|ideas?|items?|products?|things?|choices?|suggestions?|results?|"
    r"recommendations?|kinds?|types?|sorts?)(?![a-z])|\s*%)"
)
_CURRENCY = r"dollars?|bucks?|usd|euros?|eur|cents?|¢|[$€£]"
_FOREIGN = re.compile(r"euro|eur|[€£]")


def _money(name: str) -> str:
    """Return a pattern for one amount with named groups, a marker of currency optional."""
    return (
        rf"(?P<minus{name}>-(?=[$€£.\d])|minus )?(?P<sign{name}>[$€£])?\s?"
        rf"(?P<num{name}>{NUMBER}|a(?=\s(?:dollar|buck)))"
        rf"(?:\s?(?P<unit{name}>(?:{_CURRENCY})(?![a-z])))?{_NOT_MONEY}"
    )


_UPPER_CUE = (
    r"(?:(?:do not|don't|does not|doesn't|can't|cannot|won't|wouldn't|shouldn't|isn't|"
    r"not|never|refuse|hate)"
    r"(?: (?:really|want|wanna|wish|like|going|planning|willing|able|prepared|to))*"
    r" (?:spend|spending|pay|paying|cost|costing|go|going|be|run|set|priced|worth|afford)"
    r"(?: (?:me|us|back|at|anything|for it|a penny|a cent))* "
    r"(?:more than|over|above|beyond|higher than|upwards of)|"
    r"(?:nothing|not|no|none|isn't|is not) (?:a (?:cent|penny) )?(?:over|above|more than|"
    r"higher than|beyond|dearer than|pricier than|"
    r"more expensive than|costing more than)|"
    r"(?<!no )(?<!not )(?<!nothing )(?:under|below|beneath|less than|"
    r"cheaper than|lower than|smaller than)|"
    r"at (?:the )?most|at maximum|up to|within|maximum(?: price)?(?: of)?|"
    r"max(?: price)?(?: of)?\.?|"
    r"not exceeding|<=?|≤|(?:budget|limit|ceiling|cap|price cap)(?: is| of| at)?:?|capped at|"
    r"(?:can|could|will|willing to|happy to) (?:spend|pay|afford)(?: only| just| about| up to)?|"
    r"(?:i have|i've got|i got|only have|only got|got)(?: only| just| about)?)"
)
_LOWER_CUE = (
    r"(?:over|above|more than|dearer than|more expensive than|starting (?:at|from)|exceeding|"
    r"upwards? of|"
    r"(?:no|not|nothing) (?:(?:less|cheaper|lower) than|under|below)|>=?|≥)"
)
_LOWER_MARKED = r"(?:at least|from|minimum(?: of)?|min(?: of)?\.?)"
_RANGE = re.compile(
    rf"(?P<cue>(?<![a-z])(?:(?:priced |costing )?between|from))\s+{_money('a')}\s*(?:and|to|-|"
    rf"until|down to)\s*{_money('b')}"
)
_BARE_RANGE = re.compile(rf"(?<![\w.]){_money('a')}\s*(?:to|-)\s*{_money('b')}")
_UPPER = re.compile(
    rf"(?:(?<=\s)|^|(?<=[,;(]))(?:for |at |a |my |of )?{_UPPER_CUE}\s*{_money('a')}"
)
_UPPER_AFTER = re.compile(
    rf"(?<![\w.])(?<!number )(?<!option ){_money('a')}\s*(?:or|and)?\s*"
    r"(?:less|under|below|cheaper|max(?:imum)?|tops|"
    rf"at (?:the )?most|limit|is (?:my|the) (?:limit|max(?:imum)?|budget))(?![a-z])"
)
_LOWER = re.compile(rf"(?:(?<=\s)|^|(?<=[,;(])){_LOWER_CUE}\s*{_money('a')}")
_LOWER_MONEY = re.compile(rf"(?:(?<=\s)|^|(?<=[,;(])){_LOWER_MARKED}\s*{_money('a')}")
_LOWER_AFTER = re.compile(
    rf"(?<![\w.]){_money('a')}\s*(?:\+|(?:or|and) (?:more|up|above|over)|min(?:imum)?|upwards?|"
    r"at least)(?![a-z])"
)
_ABOUT = re.compile(rf"(?<![a-z])(?:about|around|roughly|approximately|circa|~)\s*{_money('a')}")
_MEASURED = re.compile(
    r"(?<![a-z])(?:under|below|over|above|(?:no |not )?(?:less|more|fewer) than|at (?:least|"
    r"most)|"
    rf"up to|about|around)\s+{NUMBER}\s?-?(?:{_MEASURES}|%)(?![a-z])(?: of)?"
)
_BARE = re.compile(rf"(?<![\w.])(?:for |at )?{_money('a')}")

_PER = re.compile(rf"(?<![a-z])per (?:{_CONTAINERS}|item)(?![a-z])")
_COINS = re.compile(
    rf"(?<![\w.,])(?P<whole>{NUMBER})\s(?:dollars?|bucks?)\s(?:and\s)?(?P<part>\d{{2}}|{_WORD})"
    r"(?:\scents?)?(?=\s*(?:$|[,.;:!?|)]))"
)
"""Four dollars fifty."""
_COLLOQUIAL = re.compile(
    rf"(?<![\w$.-])(?:(?P<note>(?:an? )?(?:fiver|tenner))|(?P<cents>\d{{2}})c"
    rf"|(?P<whole>a buck|{_DIGIT}) (?P<part>(?:{_TEN})(?:[- ](?:{_DIGIT}))?))(?![\w-])"
    rf"(?!\s?-?(?:{_CONTAINERS}|{_MEASURES})(?![a-z]))"
)
"""A fiver, 75c, a buck fifty, three ninety-nine."""

_OPTIONS = (
    r"(?:options?|ideas?|suggestions?|choices?|products?|items?|things?|results?|"
    r"recommendations?|picks?|alternatives?|kinds?|types?|sorts?|varieties|different)"
)
_PEOPLE = re.compile(
    rf"(?:for )?{NUMBER} (?:people|persons?|of us|kids|children|guests|adults)(?![a-z])"
)
_LISTED = r"(?:options|ideas|suggestions|choices|recommendations|picks|alternatives)"
_SO_MANY = re.compile(
    r"(?<![a-z])(?P<verb>(?:show|suggest|recommend|list|give|find|name)(?: me| us)?) "
    rf"(?:up to|at most|no more than|exactly|max(?:imum)?) (?P<n>{NUMBER})(?!\s?(?:{_CURRENCY}))"
)
_A_THING = (
    r"one(?=\s*(?:$|[|,.;!?]|\s(?:under|below|over|with|without|that|which|for|in|on|from|by|no|"
    r"not|at|to)(?![a-z])))"
)
"""A pronoun: "find one under $18"."""
_COUNT = (
    re.compile(
        rf"(?<![\w$])(?P<n>{NUMBER}|a few|a handful of|half a dozen)"
        rf"\s(?=(?:[a-z'-]+\s){{1,2}}{_LISTED}(?![a-z]))"
    ),
    re.compile(rf"(?<![a-z]){_LISTED}\W+(?P<n>{NUMBER})\sof\s(?:them|those)(?![a-z])"),
    re.compile(
        rf"(?<![\w$])(?P<n>{NUMBER}|a couple(?: of)?|a few|several|a handful(?: of)?|"
        r"half a dozen)\s(?:good |other |more |"
        rf"nice )?{_OPTIONS}(?: of)?(?![a-z])"
    ),
    re.compile(rf"(?<![a-z])(?:top|best|just|only)\s(?P<n>{NUMBER})(?:\sof)?(?![\w-])"),
    re.compile(
        r"(?<![a-z])(?:show|suggest|recommend|list|give|find|name|offer|pick|choose|see|"
        r"look at|compare|(?:limit|narrow|cut)(?: it| that| this| them| those)?(?: down)? to)"
        r"(?: me| us)?(?: just| only| exactly)?"
        rf"\s(?!{_A_THING})(?P<n>{NUMBER}|a couple(?: of)?|a few|several)(?: of| more)?(?![\w-])"
    ),
    re.compile(r"(?<![a-z])(?P<n>a few|several|a couple of)(?![a-z])"),
    re.compile(
        r"(?<![a-z])(?:an? |one )?(?P<n>single)(?=\s+[a-z|])(?! (?:serve|serving|ply|malt))"
    ),
)
_NO_PACKS = rf"(?!\s?-?(?:{_MEASURES}|calorie|volts?|watts?|mm|cm|inch(?:es)?)(?![a-z]))"
"""A number of these belongs to the thing: "9 volt batteries"."""
_PACKS = (
    re.compile(rf"(?<![\w$])(?P<n>{NUMBER}|a pair) of (?=the |those |these |your )(?:the |your )?"),
    re.compile(r"(?<![a-z])(?P<n>a pair) of(?![a-z])(?! (?:socks|gloves|shoes|scissors|boots))"),
    re.compile(rf"(?<![a-z])times (?P<n>{NUMBER})(?![\w-])"),
    re.compile(r"(?<![a-z])(?P<n>half a dozen|half dozen)\s(?=[a-z])"),
    re.compile(rf"(?<![\w$])(?P<n>{NUMBER})\sof\s(?:them|it|those)(?![a-z])"),
    re.compile(r"(?<!\w)x\s?(?P<n>\d{1,2})(?!\w)|(?<![\w$.])(?P<m>\d{1,2})\s?x(?=\s[a-z])"),
    re.compile(
        rf"(?<![\w$])(?P<n>{NUMBER}|a couple of)\s(?P<box>{_CONTAINERS})(?:\sof)?(?![a-z-])"
    ),
    re.compile(
        r"(?<![a-z])(?:want|need|buy|get|order|take|i'd like|would like|have|"
        r"i'm after|we're after|looking for)(?: to buy| me)?"
        rf"\s(?P<n>{NUMBER}|a couple of)(?![\w-]){_NO_PACKS}"
    ),
    re.compile(rf"(?<=[,|] )(?P<n>{NUMBER})(?= please|,? (?:if|thanks))"),
    re.compile(
        rf"^(?P<n>{NUMBER}|a couple of){_NO_PACKS}\s(?=[a-z]{{3,}})"
        rf"(?!(?:{_CONTAINERS})(?![a-z]))"
    ),
)
_AMOUNTS = {
    "a pair": 2,
    "a couple": 2,
    "a couple of": 2,
    "a few": 3,
    "a handful": 5,
    "a handful of": 5,
    "several": 5,
    "single": 1,
    "a": 1,
}
_AMOUNTS |= {"half a dozen": 6, "half dozen": 6}
MOST_PICKS = 10


@dataclass(frozen=True, slots=True)
class Limits:
    """A price range as the message gives it, in minor units, both ends included."""

    low: Money | None = None
    high: Money | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many picks to show, and how many packs are wanted."""

    count: int | None = None
    packs: int | None = None
    remarks: tuple[str, ...] = ()


def number(text: str) -> float:
    """Read a number in digits or words.

    >>> number("twenty-five"), number("4,50"), number("1,200"), number("a few")
    (25.0, 4.5, 1200.0, 3.0)
    """
    text = text.strip()
    if text in _AMOUNTS:
        return float(_AMOUNTS[text])
    if text[0].isdigit() or text[0] == ".":
        if re.fullmatch(r"\d+,\d{1,2}", text):
            return float(text.replace(",", "."))
        return float(text.replace(",", ""))
    hundreds, _, rest = text.rpartition("hundred")
    units = sum(_SPELT.get(part, 0) for part in re.split(r"[- ]", rest))
    return float(100 * _SPELT.get(hundreds.strip(), 1) + units if hundreds else units)


def written(amount: Money) -> str:
    """Write minor units as a shopper reads them."""
    return f"${amount / 100:.2f}"


def _cents(found: re.Match[str], name: str, other: str = "") -> Money:
    """Read one amount; without a marker of its own it takes the other end's."""
    own = found[f"unit{name}"] or found[f"sign{name}"]
    unit = own or (found[f"unit{other}"] if other else None) or ""
    value = number(found[f"num{name}"]) * (1 if unit.startswith(("cent", "¢")) else 100)
    return round(-value if found[f"minus{name}"] else value)


def _marked(found: re.Match[str]) -> bool:
    return any(v for k, v in found.groupdict().items() if k.startswith(("unit", "sign")))


def take_limits(rest: Rest) -> Limits:
    """Take price limits out of the message: "under 5", "$3-$6", "ten bucks or less".

    "Under 5 dollars" is read as at most $5.00. Reversed ends are swapped and a limit that no
    price can keep stands, both with a remark: a condition is never dropped silently.
    """
    remarks: list[str] = []
    rest.text = _SO_MANY.sub(r"\g<verb> \g<n>", rest.text)
    rest.text = _COLLOQUIAL.sub(_as_dollars, _COINS.sub(_with_coins, rest.text))
    while measured := rest.take(_MEASURED):
        remarks.append(f"I can only limit prices, so I left '{measured[0].strip()}' out.")
    foreign = bool(_FOREIGN.search(rest.text))
    rest.take(_PER)
    low, high = _take_range(rest)
    if low is None and high is None:
        high, low = _take_upper(rest), _take_lower(rest)
    if low is None and high is None:
        low, high = _take_bare(rest, remarks)
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


def _with_coins(found: re.Match[str]) -> str:
    """Write dollars and cents as one amount, as far as they are that."""
    part = number(found["part"])
    return f"${int(number(found['whole']))}.{int(part):02d}" if 1 <= part < 100 else found[0]


def _as_dollars(found: re.Match[str]) -> str:
    """Write a spoken amount in digits; "three fifty" may still be no money, so it stays bare."""
    if found["note"]:
        return f"${5 if 'fiver' in found['note'] else 10}"
    if found["cents"]:
        return f"{found['cents']} cents"
    buck = found["whole"].startswith("a ")
    whole = 1 if buck else int(number(found["whole"]))
    return f"{'$' if buck else ''}{whole}.{int(number(found['part'])):02d}"


def _take_range(rest: Rest) -> tuple[Money | None, Money | None]:
    found = _RANGE.search(rest.text)
    if found is None:
        found = next((f for f in _BARE_RANGE.finditer(rest.text) if _marked(f)), None)
    if found is None:
        return None, None
    rest.cut(found.start(), found.end())
    return _cents(found, "a", "b"), _cents(found, "b", "a")


def _take_upper(rest: Rest) -> Money | None:
    found = rest.take(_UPPER)
    if found is None and (found := _UPPER_AFTER.search(rest.text)):
        rest.cut(found.start(), found.end())
    return _cents(found, "a") if found else None


def _take_lower(rest: Rest) -> Money | None:
    found = rest.take(_LOWER) or rest.take(_LOWER_AFTER)
    if found is None:
        found = next((f for f in _LOWER_MONEY.finditer(rest.text) if _marked(f)), None)
        if found:
            rest.cut(found.start(), found.end())
    return _cents(found, "a") if found else None


def _take_bare(rest: Rest, remarks: list[str]) -> tuple[Money | None, Money | None]:
    """An amount without a direction: about so much is a fifth around it, "for $5" a ceiling."""
    about = next((f for f in _ABOUT.finditer(rest.text) if _marked(f)), None)
    found = about or next((f for f in _BARE.finditer(rest.text) if _marked(f)), None)
    if found is None:
        return None, None
    rest.cut(found.start(), found.end())
    amount = _cents(found, "a")
    if about is None:
        remarks.append(f"I read {written(amount)} as the most you want to pay.")
        return None, amount
    low, high = round(amount * 0.8), round(amount * 1.2)
    remarks.append(f"I read that as {written(low)} to {written(high)}.")
    return low, high


def take_counts(rest: Rest) -> Counts:
    """Take counts out: "3 options", "show me two", "two packs of". Price limits go first."""
    while rest.take(_PEOPLE):
        pass
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
            if amount != int(amount) or _is_pack_size(found, amount):
                continue
            rest.cut(found.start(), found.end())
            return int(amount)
    return None


def _is_pack_size(found: re.Match[str], amount: float) -> bool:
    """Whether "12 pack" names a size: more than one, yet in the singular."""
    box = found.groupdict().get("box")
    return bool(box) and amount > 1 and not str(box).endswith("s")
