"""Pack sizes as a till writes them: "12 PK/12 OZ", "1/2 GAL", "15 1/4 OZ", "1 DOZ"."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """A pack size: as a shopper reads it, and as a number where it can be one."""

    text: str
    amount: float | None = None
    unit: str | None = None


_UNITS = {
    "OZ": "oz", "FL OZ": "fl oz", "LB": "lb", "LBS": "lb", "GAL": "gal", "GA": "gal", "GL": "gal",
    "QT": "qt", "PT": "pt", "L": "l", "LT": "l", "LTR": "l", "ML": "ml", "G": "g", "GM": "g",
    "KG": "kg", "CT": "ct", "PK": "pack", "PC": "ct", "EA": "ct", "DZ": "dozen", "DOZ": "dozen",
    "LD": "loads", "LOAD": "loads", "LOADS": "loads", "SQ FT": "sq ft", "SF": "sq ft", "FT": "ft",
    "YD": "yd", "IN": "in", "INCH": "in", "STEM": "stems", "STEMS": "stems", "KIT": "kit",
    "SHT": "sheets", "RL": "rolls",
}  # fmt: skip
_TO_BASE: dict[str, tuple[float, str]] = {
    "oz": (1, "oz"), "lb": (16, "oz"), "g": (1, "g"), "kg": (1000, "g"),
    "fl oz": (1, "fl oz"), "gal": (128, "fl oz"), "qt": (32, "fl oz"), "pt": (16, "fl oz"),
    "l": (33.814, "fl oz"), "ml": (0.033814, "fl oz"), "ct": (1, "ct"), "dozen": (12, "ct"),
    "pack": (1, "ct"), "loads": (1, "load"), "sq ft": (1, "sq ft"), "ft": (1, "ft"),
    "yd": (3, "ft"), "stems": (1, "stem"), "sheets": (1, "sheet"), "rolls": (1, "roll"),
}  # fmt: skip
"""Unit to (how many of the base unit, base unit): packs compare only in a base unit."""
_PARTS = {(1, 2), (1, 3), (2, 3), (1, 4), (3, 4)}
"""What "a/b" means as a fraction; any other is "a packs of b"."""

_MOST = 10_000
"""Larger numbers are article codes that stand in the wrong column."""
_MOST_EACH = 34
"""Ounces of one of several packs; with more, the number is the weight of all."""

_NUMBER = r"(?:\d+(?:\.\d+)?|\.\d+)"
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_SMALL = "(?P<unit>FL OZ|OZ|ML|L)"
_SINGLE = re.compile(rf"(?P<n>{_NUMBER})?(?:[ -](?P<a>\d)/(?P<b>\d))? ?(?P<unit>{_UNIT})")
_PART = re.compile(r"(?P<a>\d)/(?P<b>\d) (?P<unit>OZ|LB|GAL|QT|PT|L|DOZ|DZ)")
_PACKS = re.compile(rf"(?P<n>\d+) ?(?:(?:PK|P)? ?[/-] ?|PK )(?P<each>{_NUMBER}) {_SMALL}")
_COUNTED = re.compile(rf"(?P<n>\d+) CT ?[/-] ?(?P<all>{_NUMBER}) {_SMALL}")
_COUNT_LAST = re.compile(rf"(?P<all>{_NUMBER}) {_SMALL}/(?P<n>\d+) CT")
_PACK_LAST = re.compile(rf"{_NUMBER} {_SMALL}/(?P<n>\d+) PK")
_NOISE = re.compile(
    r"^[A-Z] +(?=[\d.])|[,*]"
    r"| (?:BTL|CAN|CN|PET|BAG|BOX|JAR|TUB|TRAY|PLST|PLASTIC|GLASS|NR|AEROS?|LOOSE|JUMBO|POUCH)$"
)
_OTHER_SPELLINGS = {"Z": "OZ", "OZS": "OZ", "LDS": "LD", "PKS": "PK", "PCS": "PC", "GALON": "GAL"}


def parse_size(raw: str | None, liquid: bool = False) -> Size | None:
    """Read a pack size.

    "12 PK/12 OZ" is twelve of twelve ounces; "6 CT/15 OZ" is fifteen ounces in all; of
    "10 OZ/4 PK" nobody can say which, so it has no amount.

    Parameters
    ----------
    raw
        As the till has it; upper or lower case, with or without noise around it.
    liquid
        Whether a bare "OZ" of this kind of goods is a fluid ounce.

    Returns
    -------
    Size or None
        ``None`` where there is no size, or none that can be read. A size that is a measure
        but no amount ("9 in") has a text alone.

    Examples
    --------
    >>> parse_size("1/2 GAL")
    Size(text='1/2 gal', amount=64.0, unit='fl oz')
    >>> parse_size("12 PK/12 OZ", liquid=True)
    Size(text='12 x 12 fl oz', amount=144.0, unit='fl oz')
    """
    if raw is None:
        return None
    text = _NOISE.sub("", " ".join(raw.upper().split()))
    text = re.sub(r"[A-Z]+", lambda m: _OTHER_SPELLINGS.get(m[0], m[0]), text)
    if found := _PART.fullmatch(text):
        return _fraction(int(found["a"]), int(found["b"]), _unit(found["unit"], liquid))
    if found := _PACKS.fullmatch(text):
        return _packs(int(found["n"]), float(found["each"]), _unit(found["unit"], liquid))
    if found := _COUNTED.fullmatch(text) or _COUNT_LAST.fullmatch(text):
        return _single(float(found["all"]), _unit(found["unit"], liquid))
    if found := _PACK_LAST.fullmatch(text):
        return Size(f"pack of {found['n']}")
    if found := _SINGLE.fullmatch(text):
        amount = float(found["n"] or 1)
        if found["a"]:
            amount += int(found["a"]) / max(int(found["b"]), 1)
        return _single(amount, _unit(found["unit"], liquid))
    return None


def plain(number: float) -> str:
    """Write a number without needless zeros.

    >>> plain(12.0), plain(.50), plain(14.125)
    ('12', '0.5', '14.125')
    """
    return f"{number:.3f}".rstrip("0").rstrip(".")


def _unit(raw: str, liquid: bool) -> str:
    unit = _UNITS[raw]
    return "fl oz" if liquid and unit == "oz" else unit


def _single(amount: float, unit: str) -> Size | None:
    if not 0 < amount < _MOST:
        return None
    if unit == "dozen":
        amount, unit = amount * 12, "ct"
    if unit == "pack":
        return Size(f"pack of {plain(amount)}", amount, "ct") if amount > 1 else None
    if unit in {"in", "kit"}:
        return Size(f"{plain(amount)} {unit}")
    one = unit[:-1] if amount == 1 and unit in {"loads", "stems", "rolls"} else unit
    return Size(f"{plain(amount)} {'L' if one == 'l' else one}", *_base(amount, unit))


def _packs(many: int, each: float, unit: str) -> Size | None:
    if not (0 < many <= 100 and each > 0):
        return None
    if unit in {"oz", "fl oz"} and each > _MOST_EACH:
        return Size(f"pack of {many}")
    if many == 1:
        return _single(each, unit)
    shown = "L" if unit == "l" else unit
    return Size(f"{many} x {plain(each)} {shown}", *_base(each * many, unit))


def _fraction(a: int, b: int, unit: str) -> Size | None:
    if (a, b) in _PARTS:
        if unit == "dozen":
            return _single(a / b, unit)
        return Size(f"{a}/{b} {'L' if unit == 'l' else unit}", *_base(a / b, unit))
    return _packs(a, b, unit)


def _base(amount: float, unit: str) -> tuple[float, str]:
    factor, base = _TO_BASE[unit]
    return round(amount * factor, 3), base
