"""Figures in free words: amounts, counts, days, dates, shares, as a reader takes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_MONTHS = "january february march april may june july august september october november december"
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TIES = "twenty thirty forty fifty sixty seventy eighty ninety"
MONTHS = _MONTHS.split()
_SMALL = _ONES.split()
_TENS = dict(zip(_TIES.split(), range(20, 100, 10), strict=True))
ROUGHLY = 0.10
"""What "about" and its like forgive, as a share of the true value."""
_UNITS: dict[str, tuple[str, float]] = {
    "fl oz": ("ml", 29.5735), "fluid ounce": ("ml", 29.5735), "ml": ("ml", 1.0),
    "millilitre": ("ml", 1.0), "milliliter": ("ml", 1.0), "l": ("ml", 1000.0),
    "litre": ("ml", 1000.0), "liter": ("ml", 1000.0), "pint": ("ml", 473.176),
    "quart": ("ml", 946.353), "gal": ("ml", 3785.41), "gallon": ("ml", 3785.41),
    "oz": ("g", 28.3495), "ounce": ("g", 28.3495), "lb": ("g", 453.592),
    "pound": ("g", 453.592), "g": ("g", 1.0), "gram": ("g", 1.0), "kg": ("g", 1000.0),
    "kilogram": ("g", 1000.0), "ct": ("ct", 1.0), "count": ("ct", 1.0), "load": ("load", 1.0),
    "ft": ("ft", 1.0), "feet": ("ft", 1.0), "sq ft": ("sq ft", 1.0), "stem": ("stem", 1.0),
}  # fmt: skip
"""Unit as written to its base unit and how many of those it is."""


class Sort(StrEnum):
    """What a figure counts; its letter is the first of its mark."""

    MONEY = "m"
    RANGE = "g"
    TIMES = "t"
    EVERY = "d"
    AGO = "a"
    DATE = "y"
    SHARE = "s"
    SHOPPERS = "b"
    STARS = "r"
    SIZE = "z"


@dataclass(frozen=True, slots=True)
class Quantity:
    """One figure as it was said."""

    sort: Sort
    text: str
    value: float = 0.0
    """Minor units for money, days for spans, base units for sizes, percent for shares."""
    high: float = 0.0
    """The upper end of a range."""
    day: date | None = None
    has_year: bool = False
    unit: str = ""
    """Base unit of a size."""
    mode: str = ""
    """"~" for about, "<" for just below, ">" for over; empty is exact."""

    def agrees(self, true: float, slack: float = 1e-6) -> bool:
        """Whether the true value may be told in this way."""
        room = max(slack, ROUGHLY * abs(true))
        if self.mode == "<":
            return true < self.value <= true + room
        if self.mode == ">":
            return true - 1e-9 > self.value
        return abs(self.value - true) <= (room if self.mode else slack)


def _number(text: str) -> float:
    return float(text.replace(",", ""))


_WORDY = re.compile(
    rf"\b(?:({'|'.join(_TENS)})(?:[- ]({'|'.join(_SMALL[1:10])}))?|({'|'.join(_SMALL)}))\b"
)
_COUNTED = (
    r"(?:times?|baskets?|visits?|trips?|occasions?|dollars?|bucks?|cents?|days?|weeks?|months?|"
    r"shoppers?|people|customers?|households?|buyers?|percent|per cent|ounces?|pounds?|grams?)\b"
)


def in_digits(text: str) -> str:
    """Write number words as digits; a bare "one" only before what can be counted.

    >>> in_digits("twenty-two times, one of your regulars, one dollar, twice")
    '22 times, one of your regulars, 1 dollar, 2 times'
    """
    text = re.sub(r"\bonce an? (day|week|month)\b", r"every \1", text)
    text = re.sub(r"\bweekly\b(?! (?:mailer|flyer|circular))", "every 1 week", text)
    text = re.sub(r"\bmonthly\b", "every 1 month", text)
    text = re.sub(r"\bevery (?:second|2nd) (day|week|month)\b", r"every 2 \1", text)
    text = re.sub(r"\bevery (?:third|3rd) (day|week|month)\b", r"every 3 \1", text)
    text = re.sub(r"\bonce\b", "1 times", text)
    text = re.sub(r"\ba dollar\b", "1 dollar", text)
    text = re.sub(r"\btwice\b", "2 times", text)
    text = re.sub(r"\bthrice\b", "3 times", text)
    text = re.sub(r"\b(?:half )?a dozen\b", lambda m: "6" if m[0][0] == "h" else "12", text)

    def digits(found: re.Match[str]) -> str:
        if found[1]:
            return str(_TENS[found[1]] + (_SMALL.index(found[2]) if found[2] else 0))
        if found[3] == "one" and not re.match(rf"[- ]{_COUNTED}", found.string[found.end() :]):
            return found[0]
        return str(_SMALL.index(found[3]))

    return _WORDY.sub(digits, text)


_N = r"(\d[\d,]*(?:\.\d+)?)"
_ABOUT = (
    r"(?:(?P<about>about|around|roughly|approximately|some|circa|close to|or so)|"
    r"(?P<below>almost|nearly|just under|just below|a little under|not quite)|"
    r"(?P<above>just over|a little over|well over|over|more than|at least)) "
)
_ABOUT_MONEY = _ABOUT.replace("|over|more than|at least", "")
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_MONTH = "|".join(MONTHS + [m[:3] for m in MONTHS])
_CASH = r"(?:\$ ?(\d[\d,]*(?:\.\d{1,2})?)|(\d[\d,]*(?:\.\d+)?) (?:dollars?|bucks?)(?: and (\d+) cents?)?|(\d+) cents?)"  # noqa: E501


def _cents(groups: tuple[str | None, ...]) -> float:
    sign, dollars, rest, cents = groups
    if cents:
        return _number(cents)
    return round(_number(sign or dollars or "0") * 100 + (_number(rest) if rest else 0), 6)


def _mode(found: re.Match[str]) -> str:
    named = found.groupdict()
    for name, mode in (("about", "~"), ("below", "<"), ("above", ">")):
        if named.get(name):
            return mode
    return ""


Builder = Callable[[re.Match[str], date], Quantity | None]


def _money(m: re.Match[str], _: date) -> Quantity:
    return Quantity(Sort.MONEY, m[0], _cents(m.groups()[-4:]), mode=_mode(m))


def _range(m: re.Match[str], _: date) -> Quantity:
    ends = m.groups()[-8:]
    return Quantity(Sort.RANGE, m[0], _cents(ends[:4]), _cents(ends[4:]), mode=_mode(m))


def _plain(sort: Sort) -> Builder:
    def build(m: re.Match[str], _: date) -> Quantity:
        return Quantity(sort, m[0], _number(m["n"]), mode=_mode(m))

    return build


def _tiny_share(m: re.Match[str], _: date) -> Quantity:
    return Quantity(Sort.SHARE, m[0], 0.5, mode="tiny")


_FRACTIONS = {
    "half": 50.0,
    "2 thirds": 200 / 3,
    "a third": 100 / 3,
    "a quarter": 25.0,
    "a fifth": 20.0,
}


def _fraction(m: re.Match[str], _: date) -> Quantity:
    return Quantity(Sort.SHARE, m[0], _FRACTIONS[m["n"]], mode=_mode(m) or "~")


_SPAN = {"day": 1.0, "week": 7.0, "month": 365.25 / 12}


def _every(m: re.Match[str], _: date) -> Quantity:
    unit = m["unit"].rstrip("s")
    count = {"": 1.0, "other ": 2.0, None: 1.0}.get(m["n"])
    value = (count if count is not None else _number(m["n"])) * _SPAN[unit]
    # Nobody says "every month" of 30 days to the day.
    return Quantity(Sort.EVERY, m[0], value, mode=_mode(m) or ("~" if unit == "month" else ""))


def _ago(m: re.Match[str], _: date) -> Quantity:
    unit = m["unit"].rstrip("s")
    count = 1.0 if m["n"] in {"a", "one"} else _number(m["n"])
    return Quantity(
        Sort.AGO, m[0], count * _SPAN[unit], mode=_mode(m) or ("" if unit == "day" else "~")
    )


def _date(m: re.Match[str], today: date) -> Quantity | None:
    groups = m.groupdict()
    try:
        month = MONTHS.index(next(w for w in MONTHS if w[:3] == groups["month"][:3])) + 1
        year = int(groups["year"]) if groups.get("year") else today.year
        found = date(year, month, int(groups["day"]))
    except ValueError:
        return None
    if not groups.get("year") and found > today:
        found = date(year - 1, month, int(groups["day"]))
    return Quantity(Sort.DATE, m[0], day=found, has_year=bool(groups.get("year")))


def _iso(m: re.Match[str], _: date) -> Quantity | None:
    try:
        return Quantity(Sort.DATE, m[0], day=date.fromisoformat(m[0]), has_year=True)
    except ValueError:
        return None


def _yesterday(m: re.Match[str], today: date) -> Quantity:
    return Quantity(Sort.DATE, m[0], day=today - timedelta(days=1), has_year=True)


def _size(m: re.Match[str], _: date) -> Quantity:
    unit, factor = _UNITS[m["unit"]]
    times = _number(m["packs"]) if m["packs"] else 1.0
    return Quantity(Sort.SIZE, m[0], times * _number(m["n"]) * factor, unit=unit, mode=_mode(m))


def _pack_of(m: re.Match[str], _: date) -> Quantity:
    return Quantity(Sort.SIZE, m[0], _number(m["n"]), unit="ct", mode=_mode(m))


_NAMED = _N.replace("(", "(?P<n>", 1)
_AB = f"(?:{_ABOUT})?"
_AM = f"(?:{_ABOUT_MONEY})?"
_DATED = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_KINDS: tuple[tuple[re.Pattern[str], Builder], ...] = tuple(
    (re.compile(pattern), build)
    for pattern, build in (
        (rf"{_AM}{_CASH}(?<=cents)", _money),
        (rf"{_AM}(?:between |from )?{_CASH}(?: to | and | ?[-–] ?){_CASH}", _range),
        (rf"{_AM}{_CASH}(?!\d)", _money),
        (r"\b\d{4}-\d\d-\d\d\b", _iso),
        (rf"\b(?P<month>{_MONTH})\.? {_DATED}\b(?:,? (?P<year>\d{{4}}))?", _date),
        (rf"\b(?:the )?{_DATED} (?:of )?(?P<month>{_MONTH})\b(?:,? (?P<year>\d{{4}}))?", _date),
        (r"\byesterday\b", _yesterday),
        (r"\b(?:less than|under) (?P<n>1) ?(?:%|percent|per cent)", _tiny_share),
        (rf"{_AB}{_NAMED} ?(?:%|percent\b|per cent\b)", _plain(Sort.SHARE)),
        (rf"{_AB}(?P<n>half|2 thirds|a third|a quarter|a fifth)(?= of what you)", _fraction),
        (
            rf"{_AB}{_NAMED} (?:other |different )?(?:shoppers?|people|customers?|households?|buyers?)\b",  # noqa: E501
            _plain(Sort.SHOPPERS),
        ),
        (
            rf"{_AB}{_NAMED} (?:different |separate )?(?:times?|baskets?|visits?|trips?|occasions?)\b",  # noqa: E501
            _plain(Sort.TIMES),
        ),
        (
            rf"{_AB}(?P<n>a|\d+(?:\.\d+)?) (?P<unit>days?|weeks?|months?) "
            r"(?:ago\b|since your last)",
            _ago,
        ),
        (
            rf"{_AB}(?:once )?every (?P<n>other |\d+(?:\.\d+)?(?= ))? ?(?P<unit>days?|weeks?|months?)\b",  # noqa: E501
            _every,
        ),
        (rf"{_AB}{_NAMED} (?P<unit>days?|weeks?|months?) apart\b", _every),
        (rf"{_NAMED} (?:out of (?:5|five)|of 5 stars|stars?)\b", _plain(Sort.STARS)),
        (rf"{_AB}(?:pack|box|set) of {_NAMED}\b", _pack_of),
        (
            rf"{_AB}(?:(?P<packs>\d+) ?x ?)?{_NAMED}[- ]?(?P<unit>{_UNIT})s?\b(?! ago)",
            _size,
        ),
    )
)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def quantities(text: str, today: date) -> Iterator[tuple[tuple[int, int], Quantity]]:
    """Yield every figure of a lower-case text with the stretch that says it, in no order."""
    taken: list[tuple[int, int]] = []
    for pattern, build in _KINDS:
        for found in pattern.finditer(text):
            span = found.span()
            if any(span[0] < end and start < span[1] for start, end in taken):
                continue
            if quantity := build(found, today):
                taken.append(span)
                yield span, quantity


def base_amount(amount: float, unit: str) -> tuple[float, str] | None:
    """Return a shelf amount in base units, or ``None`` where the unit is not known here.

    >>> base_amount(2, "lb")
    (907.184, 'g')
    """
    if unit not in _UNITS:
        return None
    base, factor = _UNITS[unit]
    return round(amount * factor, 6), base
