"""The Complete Journey's shelf codes as a shopper reads them.

Three reviewed tables stand beside this file: ``journey_categories.tsv`` names the aisles and
says what is left out and why, ``journey_types.tsv`` names the kinds, ``journey_words.tsv``
spells out the words of the kinds that have no row of their own. The data cuts every type at
thirty letters; a word that was cut is spelled out by the tables or dropped, never shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
CUT_AT = 30
"""Letters of a type that the data keeps."""
_AGE_RESTRICTED = 18
_ALCOHOL_AGE = 21
_ALCOHOL = frozenset({"BEERS/ALES", "DOMESTIC WINE", "IMPORTED WINE", "MISC WINE", "LIQUOR"})
_LIQUID = frozenset(
    {
        "SOFT DRINKS", "FLUID MILK PRODUCTS", "CANNED JUICES", "REFRGRATD JUICES/DRNKS", "WATER",
        "WATER - CARBONATED/FLVRD DRINK", "ISOTONIC DRINKS", "JUICE", "NEW AGE",
        "NON-DAIRY BEVERAGES", "ICE CREAM/MILK/SHERBTS", "SHORTENING/OIL", "BLEACH", *_ALCOHOL,
    }
)  # fmt: skip
"""Categories whose bare ounces are fluid."""
_DEPARTMENTS = {
    "CHEF SHOPPE": "Deli", "COSMETICS": "Beauty", "DELI": "Deli", "DRUG GM": "Health and home",
    "FLORAL": "Flowers", "FROZEN GROCERY": "Frozen", "GARDEN CENTER": "Garden",
    "GROCERY": "Grocery", "MEAT": "Meat", "MEAT-PCKGD": "Packaged meat",
    "NUTRITION": "Natural foods", "PASTRY": "Bakery", "PRODUCE": "Produce",
    "RESTAURANT": "Hot food", "SALAD BAR": "Salad bar", "SEAFOOD": "Seafood",
    "SEAFOOD-PCKGD": "Packaged seafood", "SPIRITS": "Wine, beer and spirits", "TOYS": "Toys",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where a product stands, in a shopper's words."""

    department: str
    category: str
    kind: str
    min_age: int | None
    liquid: bool
    """Whether a bare ounce is a fluid one."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Not for this shop."""

    reason: str


def shelf(department: str | None, category: str | None, type_: str | None) -> Shelf | LeftOut:
    """Name the place of a product, or say why it has none.

    >>> shelf("GROCERY", "YOGURT", "YOGURT MULTI-PACKS").kind
    'Yogurt multipack'
    >>> shelf("FUEL", "FUEL", "GASOLINE-REG UNLEADED")
    LeftOut(reason='fuel')
    """
    if not category or not type_:
        known = _categories().get((department or "", "*"), "")
        return LeftOut(known[1:-1] if known.startswith("[") else "no category in the data")
    table = _categories()
    name = (
        table.get((department or "", category))
        or table.get((department or "", "*"))
        or table.get(("*", category))
    )
    if name is None:
        return LeftOut("no readable category")
    if name.startswith("["):
        return LeftOut(name[1:-1])
    kind = kind_of(category, type_)
    if kind.startswith("["):
        return LeftOut(kind[1:-1])
    return Shelf(
        department=_DEPARTMENTS.get(department or "", "Grocery"),
        category=name,
        kind=kind or name,
        min_age=_min_age(category, type_),
        liquid=category in _LIQUID,
    )


def kind_of(category: str, type_: str) -> str:
    """Name a type: by its own row, by its row for any category, or word by word."""
    types = _types()
    return types.get((category, type_)) or types.get(("*", type_)) or spell_out(type_)


def spell_out(type_: str) -> str:
    """Expand a type word by word; what stands in brackets or was cut at the end goes.

    >>> spell_out("FRZN VEGETABLE BLENDS")
    'Frozen vegetable blends'
    """
    text = re.sub(r"\([^)]*\)?", " ", type_)
    tokens = re.findall(r"[A-Z0-9'%.$-]*[A-Z0-9%.$]|[&/]", text)
    if len(type_) >= CUT_AT and len(tokens) > 2 and tokens[-1] not in _words():
        tokens = tokens[:-1]
    spelled = [_words().get(t, {"&": "and", "/": "and"}.get(t, t.lower())) for t in tokens]
    line = " ".join(" ".join(spelled).split())
    line = re.sub(r"^(?:and |with )+|(?: and| with| or| for| n)+$", "", line)
    line = re.sub(r"\b(and)( and)+\b", "and", line)
    return line[:1].upper() + line[1:]


def _min_age(category: str, type_: str) -> int | None:
    if category in _ALCOHOL:
        return _ALCOHOL_AGE
    return _AGE_RESTRICTED if "AGE RESTRICTED" in type_ else None


@cache
def _categories() -> dict[tuple[str, str], str]:
    return {(row[0], row[1]): row[2] for row in _table("journey_categories.tsv", 3)}


@cache
def _types() -> dict[tuple[str, str], str]:
    return {(row[0], row[1]): row[2] for row in _table("journey_types.tsv", 3)}


@cache
def _words() -> dict[str, str]:
    return {row[0]: row[1] for row in _table("journey_words.tsv", 2)}


def _table(name: str, columns: int) -> list[list[str]]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [[*row, *[""] * (columns - len(row))] for row in rows]
