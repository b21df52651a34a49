"""One value of somebody else's table as one of ours, or a sentence why it is none."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from index.sources.tables.lines import broken
from index.text import clean

LONGEST = 100_000
"""Characters of a field; prose of a shop is shorter."""
DEAREST = 1_000_000
"""Units of a currency; a shop's goods cost less."""
EARLIEST = date(1970, 1, 1)
SIGNS = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"), "US$": ("USD",), "€": ("EUR",),
    "£": ("GBP",), "¥": ("JPY", "CNY"), "₹": ("INR",),
}  # fmt: skip
_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]*>", re.DOTALL)
_HIDDEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_PRICE = re.compile(r"(?P<before>[^\d\s+.,-]*)\s*(?P<number>-?[\d.,'\s]*\d)\s*(?P<after>[^\d\s]*)")
_EMPTY = frozenset({"", "null", "none", "n/a", "na", "-", "nan"})


class Unusable(ValueError):
    """A value that can't be what its field asks for; the text says why."""


def plain(value: Any, limit: int = LONGEST) -> str:
    """Return one clean line without mark-up; ``None`` is the empty text, a list is joined.

    >>> plain("<b>Tent</b> &amp; poles\\x00")
    'Tent & poles'
    """
    if value is None or value != value:  # NaN, where a table has no text
        return ""
    if isinstance(value, Mapping):
        raise Unusable("an object where text should be")
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return ", ".join(filter(None, (plain(part, limit) for part in value[:50])))
    text = value if isinstance(value, str) else str(value)
    if len(text) > LONGEST:
        raise Unusable(f"a field of {len(text):,} characters")
    if broken(text):
        raise Unusable("broken text encoding")
    return clean(_unmarked(text), limit)


def number(value: Any) -> Decimal | None:
    """Return a finite number; ``None`` where there is none. A truth value is no number."""
    if value is None or (isinstance(value, str) and value.strip().casefold() in _EMPTY - {"nan"}):
        return None
    if isinstance(value, bool):
        raise Unusable("a truth value where a number should be")
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation as wrong:
        raise Unusable("no number") from wrong
    if not found.is_finite():
        raise Unusable("not a finite number")
    return found


def whole(value: Any, least: int, most: int = 10**9) -> int | None:
    """Return a whole number between two bounds, or ``None`` where there is none."""
    found = number(value)
    if found is None:
        return None
    if not least <= found <= most:
        raise Unusable(f"not between {least:,} and {most:,}")
    if found != int(found):
        raise Unusable("not a whole number")
    return int(found)


def cents(value: Any, currency: str, decimal: str = "auto", in_cents: bool = False) -> int | None:
    """Return an amount in minor units, or ``None`` where there is none; signs are understood.

    >>> cents("$1,299.00", "USD"), cents("12,5 €", "EUR"), cents(3.1, "USD")
    (129900, 1250, 310)
    """
    if isinstance(value, str):
        if value.strip().casefold() in _EMPTY - {"nan"}:
            return None
        value = _amount(value.strip(), currency, decimal)
    found = number(value)
    if found is None:
        return None
    if found < 0:
        raise Unusable("negative")
    if found > (DEAREST * 100 if in_cents else DEAREST):  # before it is multiplied: 1e999999
        raise Unusable("an absurd amount")
    return int((found if in_cents else found * 100).to_integral_value())


def moment(value: Any, last: date, form: str = "") -> datetime:
    """Return a moment without a zone (UTC where one was given), not before 1970 nor after a day."""
    found = _moment(value, form)
    if found.tzinfo is not None:
        try:
            found = found.astimezone(UTC).replace(tzinfo=None)
        except OverflowError as wrong:  # a day of year 1 or 9999, moved beyond it by its zone
            raise Unusable("a date out of all time") from wrong
    if found.date() < EARLIEST:
        raise Unusable("a date before 1970")
    if found.date() > last:
        raise Unusable("a date in the future")
    return found


def _moment(value: Any, form: str) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, bool) or value is None:
        raise Unusable("no date")
    text = str(value).strip()
    try:
        if form:
            return datetime.strptime(text, form)
        if not re.fullmatch(r"-?\d{9,13}(\.\d+)?", text):
            return datetime.fromisoformat(text)
        seconds = float(text)
        seconds = seconds / 1000 if abs(seconds) >= 1e11 else seconds
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as wrong:
        raise Unusable("no date that can be read") from wrong


def _amount(text: str, currency: str, decimal: str) -> str:
    """A price as text without its sign, with a point before the cents."""
    found = _PRICE.fullmatch(text)
    if not found:
        raise Unusable("not a finite number" if _is_float(text) else "no amount")
    for sign in (found["before"], found["after"]):
        meant = SIGNS.get(sign, (sign.upper(),))
        if sign and currency not in meant:
            known = sign in SIGNS or re.fullmatch("[A-Z]{3}", meant[0])
            raise Unusable("another currency than the shop's" if known else "no amount")
    digits = re.sub(r"[\s']", "", found["number"])
    return _pointed(digits, decimal)


def _pointed(digits: str, decimal: str) -> str:
    marks = [char for char in digits if char in ".,"]
    if decimal == "auto":
        decimal = _decimal_mark(digits, marks)
    thousands = "," if decimal == "." else "."
    head, mark, tail = digits.partition(decimal) if decimal else (digits, "", "")
    if decimal in tail or thousands in tail:
        raise Unusable("no amount")
    groups = head.lstrip("-").split(thousands)
    if len(groups) > 1 and (not 1 <= len(groups[0]) <= 3 or any(len(g) != 3 for g in groups[1:])):
        raise Unusable("no amount")
    return head.replace(thousands, "") + (f".{tail}" if mark else "")


def _decimal_mark(digits: str, marks: list[str]) -> str:
    """The mark before the cents; the empty text where there is none."""
    if not marks:
        return "."
    last = marks[-1]
    if len(set(marks)) == 2:
        return last
    if len(marks) > 1:  # 1.299.000
        return "," if last == "." else "."
    if len(digits.rpartition(last)[2]) == 3:
        raise Unusable('an amount that can be read two ways (set "decimal" in the map)')
    return last


def _is_float(text: str) -> bool:
    try:
        return not math.isfinite(float(text))
    except ValueError:
        return False


def _unmarked(text: str) -> str:
    if "&" in text:
        text = html.unescape(text)
    return _TAG.sub(" ", _HIDDEN.sub(" ", text)) if "<" in text else text
