"""Brands and one-word properties, as the products carry them: "Larkrow", size 43, two persons.

Only what some product says is read. Compound values (litres, degrees) are searched instead.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from assistant.understanding.amounts import NUMBER, number
from assistant.understanding.negation import is_waved_away, refusal_of
from assistant.understanding.words import Rest
from index.types import Product

_LINK = "an?|any|the|from|by|of|to|buy|made|those|ones|with|more|brand|one|anything"
_JOIN = r"(?:\s*,\s*|\s+)(?:(?:or|nor|and)\s+)?(?:(?:with|by|from|no|not|of)\s+)*"
_DISLIKED = (
    r"\s+(?:never|doesn't|does not|didn't)(?![a-z])[^.,;|]*|"
    r"[^.;|]*?(?<![a-z])(?:not them|leave them out|never again|let (?:me|us) down|broke|"
    r"disappointed)"
)
_FITS = {
    "women": r"(?:for )?(?:wom[ae]n's|women|ladies'?|a woman|a lady)(?: cut)?",
    "men": r"(?:for )?(?:m[ae]n's|men|gents'?|a man)(?: cut)?",
    "kids": r"(?:for )?(?:kids?'?s?|child(?:ren)?'?s?)",
}
_LETTERS = {"small": "s", "medium": "m", "large": "l", "extra large": "xl"}
_SAID_OUTRIGHT = ("power", "colour")
"""Attributes whose values are words that name nothing else on such a product."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a message says of them."""

    brands: tuple[str, ...] = ()
    not_brands: tuple[str, ...] = ()
    attributes: tuple[Pair, ...] = ()


@dataclass(slots=True)
class Labels:
    """Brands and values of a catalogue, and the kinds and aisles that have an attribute."""

    brands: tuple[str, ...] = ()
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    """Attribute to its values, lower case to as written."""
    holders: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, products: Iterable[Product]) -> Labels:
        """Collect them; what a product does not carry is never read."""
        brands: set[str] = set()
        values: dict[str, dict[str, str]] = defaultdict(dict)
        holders: dict[str, set[str]] = defaultdict(set)
        for product in products:
            brands |= {product.brand} if product.brand else set()
            for name, value in product.attributes.items():
                values[name][value.lower()] = value
                holders[name] |= {product.kind, product.category}
        return cls(tuple(sorted(brands)), dict(values), dict(holders))

    def without(self, names: Collection[str]) -> Labels:
        """Leave out brands that are words of the shelf: they may mean the thing."""
        kept = tuple(b for b in self.brands if b.lower() not in names)
        return Labels(kept, self.values, self.holders)

    def take(self, rest: Rest) -> Labelled:
        """Take brands and attributes out. Price limits go first, counts afterwards."""
        refused = self._take_brands(rest, refused=True)
        wanted = self._take_brands(rest, refused=False)
        return Labelled(wanted, refused, tuple(sorted(self._attributes(rest))))

    def fitting(self, attributes: Iterable[Pair], names: Collection[str]) -> tuple[Pair, ...]:
        """Those that products of these names have at all: a meal for two has no persons."""
        return tuple(
            (name, value)
            for name, value in attributes
            if not names or not self.holders[name].isdisjoint(names)
        )

    def _take_brands(self, rest: Rest, refused: bool) -> tuple[str, ...]:
        if not self.brands:
            return ()
        by_name = {brand.lower(): brand for brand in self.brands}
        one = "(?:" + "|".join(re.escape(n) for n in sorted(by_name, key=len, reverse=True)) + ")"
        one = rf"(?<![a-z]){one}(?:'s)?(?![a-z])"
        several = rf"{one}(?:{_JOIN}{one})*"
        pattern = (
            rf"{refusal_of(several, _LINK)}(?:\s+again)?|{several}(?:{_DISLIKED})"
            if refused
            else rf"(?:(?<![a-z])(?:from|by|brand|made by)\s+)*{several}"
        )
        found: list[str] = []
        while match := rest.take(re.compile(pattern)):
            found += [by_name[name.removesuffix("'s")] for name in re.findall(one, match[0])]
        return tuple(dict.fromkeys(found))

    def _attributes(self, rest: Rest) -> set[Pair]:
        found = {pair for pair in (self._persons(rest), self._size(rest)) if pair}
        for value, said in _FITS.items() if "fit" in self.values else ():
            if value in self.values["fit"] and _take(rest, _whole(said)):
                found.add(("fit", value))
        if "yes" in self.values.get("waterproof", {}) and _take(rest, _WATERPROOF):
            found.add(("waterproof", "yes"))
        for name in ("fuel", "power"):
            for value in self.values.get(name, ()):
                if _take(rest, _whole(rf"(?:that )?(?:burns?|runs? on) {re.escape(value)}")):
                    found.add((name, self.values[name][value]))
        for name in _SAID_OUTRIGHT:
            for value in self.values.get(name, ()):
                if _take(rest, _whole(re.escape(value))):
                    found.add((name, self.values[name][value]))
        return found

    def _persons(self, rest: Rest) -> Pair | None:
        known = self.values.get("persons", {})
        found = known and (
            _PERSONS.search(rest.text) or _SLEEPS.search(rest.text) or _FOR.search(rest.text)
        )
        if not found:
            return None
        value = f"{number(found['n']):g}"
        if value not in known:
            return None
        rest.cut(found.start(), found.end())
        return "persons", value

    def _size(self, rest: Rest) -> Pair | None:
        known = self.values.get("size", {})
        for said, letter in _LETTERS.items():
            if letter in known and _take(rest, _whole(rf"(?:in )?(?:size )?{said}")):
                return "size", known[letter]
        for value in sorted(known, key=len, reverse=True):
            bare = rf"|{value}(?=\s*(?:$|[,.;!?|]))" if len(value) > 1 else ""
            pattern = rf"(?<![\w$.-])(?:(?:in )?size {value}|in {value}{bare})(?![\w-])"
            if rest.take(re.compile(pattern)):
                return "size", known[value]
        return None


def _take(rest: Rest, pattern: re.Pattern[str]) -> bool:
    """Take the first that is not refused: "not red" is left to be read as a refusal."""
    for found in pattern.finditer(rest.text):
        if not is_waved_away(rest.text, found.start()):
            rest.cut(found.start(), found.end())
            return True
    return False


_PERSONS = re.compile(
    rf"(?<![\w-])(?:for )?(?P<n>{NUMBER})[- ](?:persons?|people|man|adults)(?![a-z])"
)
_SLEEPS = re.compile(rf"(?<![\w-])(?:that )?sleeps (?P<n>{NUMBER})(?![\w-])")
_WATERPROOF = re.compile(r"\bwater-?proof\b")
_FOR = re.compile(rf"(?<![\w-])for (?P<n>{NUMBER})(?=\s*(?:$|[,.;!?|]))")


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w'-]){pattern}(?![\w'-])")
