"""Numbers and amounts of money as a shopper types them: patterns, and what they are worth."""

from __future__ import annotations

import re

from assistant.understanding.words import listed
from index.types import Money

_ONES = listed(
    """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen"""
)
_TENS = listed("twenty thirty forty fifty sixty seventy eighty ninety")
_SPELT = {word: n for n, word in enumerate(_ONES)}
_SPELT |= {word: 10 * n for n, word in enumerate(_TENS, start=2)}
NUMBER_WORDS = frozenset({*_SPELT, "hundred", "dozen"})
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
CONTAINERS = (
    "packs?|packages?|packets?|bottles?|boxes|box|bags?|cans?|jars?|cartons?|tubs?|tins?|loaves|"
    "loaf|cups?|cases?|containers?|units?|pouches|bunches|bunch|gallons?|jugs?|tubes|rolls|"
    "bars|heads|sticks|pairs?|pcs?|pieces|crates?|sacks|trays|cartridges|canisters|"
    "(?:tube|roll|bar|head|stick|piece|sack|tray)(?= of)"
)
MEASURES = (
    r"oz|ounces?|lbs?|pounds?|g|grams?|kg|kilos?|ml|l|liters?|litres?|calories|kcal|cal|percent|"
    r"lumens?|lm|mah|degrees?|servings?|minutes?|mins?|hours?|days?|weeks?|months?|years?"
)
IDEAS = (
    "options?|ideas?|items?|products?|things?|choices?|suggestions?|results?|picks?|"
    "recommendations?|kinds?|types?|sorts?|alternatives?|varieties"
)
"""What is counted where products are to be shown, not money and not packs."""
_NOT_MONEY = (
    rf"(?!\s*-?\s*(?:{CONTAINERS}|{MEASURES}|people|persons?|kids|children|guests|ct|"
    rf"count|(?:[a-z'-]+\s)?(?:{IDEAS})|of (?:them|those|these|the|it))(?![a-z])|\s*%)"
)
_CURRENCY = r"dollars?|bucks?|usd|euros?|eur|cents?|¢|[$€£]"
FOREIGN = re.compile(r"euro|eur|[€£]")


def money(name: str) -> str:
    """Return a pattern for one amount with named groups, a marker of currency optional."""
    return (
        rf"(?P<minus{name}>-(?=[$€£.\d])|minus )?(?P<sign{name}>us\$|usd|eur|[$€£])?\s?"
        rf"(?P<num{name}>{NUMBER}|a(?=\s(?:dollar|buck)))"
        rf"(?:\s?(?P<unit{name}>(?:{_CURRENCY})(?![a-z])))?{_NOT_MONEY}"
    )


_COINS = re.compile(
    rf"(?<![\w.,])(?P<whole>{NUMBER}|a)\s(?:dollars?|bucks?)\s(?:and\s)?(?P<part>\d{{2}}|{_WORD})"
    r"(?:\scents?)?(?=\s*(?:$|[,.;:!?|)]|(?:max|tops|or|and|at|limit|each|apiece|per|a|is|for|on|"
    r"to|please)(?![a-z])))"
)
"""Four dollars fifty."""
_SPOKEN = re.compile(
    rf"(?<![\w$.])(?P<cents>\d{{2}})c(?!\w)|(?<![\w$.-])(?:(?P<note>(?:an? )?(?:fiver|tenner))"
    rf"|(?P<whole>a buck|{_DIGIT}) (?P<part>(?:{_TEN})(?:[- ](?:{_DIGIT}))?))(?![\w-])"
    rf"(?!\s?-?(?:{CONTAINERS}|{MEASURES})(?![a-z]))"
)
"""A fiver, 75c, a buck fifty, three ninety-nine."""
_HALF = re.compile(
    rf"(?<![\w.])(?:(?P<whole>{NUMBER}|a) (?:dollars? )?and )?(?:a )?half(?: a)?"
    r" (?:dollars?|bucks?)(?![a-z])"
)
_HYPHENS = re.compile(rf"(?<![\w.])(?P<n>{NUMBER})-(?=(?:dollars?|bucks?|cents?|plus)(?![a-z]))")
_ISH = re.compile(rf"(?<![\w.])(?P<sign>\$?)(?P<n>{NUMBER}) ?-?ish(?![a-z])")
"""Eight-ish: about eight."""
_FEW = re.compile(r"(?<![a-z])(?P<n>a couple)(?: of)? (?=(?:dollars|bucks)(?![a-z]))")
_THOUSANDS = re.compile(rf"(?<![\w.])\$?(?P<n>{NUMBER}|a) ?(?:grand|(?<=\d)k)(?![a-z])(?! run)")


def in_figures(text: str) -> str:
    """Write spoken amounts in figures: "a fiver", "a buck fifty", "two and a half dollars".

    "Three fifty" may still be no money, so it stays bare.
    """
    text = _ISH.sub(r"about \g<sign>\g<n>", text)
    text = _HYPHENS.sub(r"\g<n> ", text)
    text = _HALF.sub(lambda m: f"${number(m['whole'] or '0') + 0.5:.2f}", text)
    text = _FEW.sub(lambda m: f"{number(m['n']):g} ", text)
    text = _THOUSANDS.sub(lambda m: f"${1000 * number(m['n']):.0f}", text)
    return _SPOKEN.sub(_as_dollars, _COINS.sub(_with_coins, text))


def _with_coins(found: re.Match[str]) -> str:
    """Write dollars and cents as one amount, as far as they are that."""
    part = number(found["part"])
    return f"${int(number(found['whole']))}.{int(part):02d}" if 1 <= part < 100 else found[0]


def _as_dollars(found: re.Match[str]) -> str:
    if found["note"]:
        return f"${5 if 'fiver' in found['note'] else 10}"
    if found["cents"]:
        return f"{found['cents']} cents"
    buck = found["whole"].startswith("a ")
    whole = 1 if buck else int(number(found["whole"]))
    return f"{'$' if buck else ''}{whole}.{int(number(found['part'])):02d}"


_AMOUNTS = {
    "a pair": 2,
    "a couple": 2,
    "a couple of": 2,
    "a pair of": 2,
    "a few": 3,
    "a handful": 5,
    "a handful of": 5,
    "several": 5,
    "single": 1,
    "a": 1,
}
_AMOUNTS |= {"half a dozen": 6, "half dozen": 6, "a dozen": 12, "couple of": 2, "couple": 2}


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


def cents(found: re.Match[str], name: str, other: str = "") -> Money:
    """Read one amount; without a marker of its own it takes the other end's."""
    own = found[f"unit{name}"] or found[f"sign{name}"]
    unit = own or (found[f"unit{other}"] if other else None) or ""
    value = number(found[f"num{name}"]) * (1 if unit.startswith(("cent", "¢")) else 100)
    return round(-value if found[f"minus{name}"] else value)


def is_marked(found: re.Match[str]) -> bool:
    """Whether a sign or a word says that it is money."""
    return any(v for k, v in found.groupdict().items() if k.startswith(("unit", "sign")))
