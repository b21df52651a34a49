"""What every pick of a request must meet: in words, by stable keys, and one by one removable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.types import Need, Origin, Sort
from index.text import money, stem_words

SORTS = {
    Sort.CHEAPEST: "cheapest first",
    Sort.DEAREST: "dearest first",
    Sort.MOST_BOUGHT: "most bought first",
    Sort.BIGGEST: "biggest first",
    Sort.SMALLEST: "smallest first",
}
NAMED = 3
"""Names of aisles and kinds that are written out."""
LISTED = {"brands": "{}", "not_brands": "not {}", "must_not": "without {}"}
"""Fields that hold several conditions, each removable by itself, and how each is said."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a request."""

    key: str
    """Names it for removal, stable over turns: "price", "must_not:nuts"."""
    words: str
    """As a person reads it: "under $5.00"; holds catalogue text, so escape it on the way out."""
    carried: bool
    """Whether an earlier turn asked for it."""


def conditions(need: Need, currency: str = "USD") -> tuple[Condition, ...]:
    """Everything that every pick must meet, in a fixed order."""
    found: list[tuple[str, str, str]] = []
    if price := _price(need, currency):
        found.append(("price", price, "min_price" if need.max_price is None else "max_price"))
    if named := dict.fromkeys((*need.kinds, *need.categories)):
        origin = "categories" if need.categories else "kinds"
        found.append(("named", _some(tuple(named)), origin))
    if need.store_brand is not None:
        said = "store brand" if need.store_brand else "not store brand"
        found.append(("store_brand", said, "store_brand"))
    for name, said in LISTED.items():
        found += [(f"{name}:{value}", said.format(value), name) for value in getattr(need, name)]
    found += [(f"attributes:{n}={v}", f"{n}: {v}", "attributes") for n, v in need.attributes]
    if need.promoted:
        found.append(("promoted", "on promotion", "promoted"))
    if need.sort is not None:
        found.append(("sort", SORTS[need.sort], "sort"))
    if need.not_ids:
        some = "product" if len(need.not_ids) == 1 else "products"
        found.append(("not_ids", f"without {len(need.not_ids)} {some} seen before", "not_ids"))
    return tuple(
        Condition(key, words, need.origins.get(field) is Origin.CARRIED)
        for key, words, field in found
    )


def _some(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    more = len(names) - NAMED
    return " or ".join((*names[:NAMED], *([f"{more} more kinds"] if more > 0 else [])))


def _price(need: Need, currency: str) -> str:
    low, high = need.min_price, need.max_price
    if low is not None and high is not None:
        return f"{money(low, currency)} to {money(high, currency)}"
    if high is not None:
        return f"under {money(high, currency)}"
    return f"from {money(low, currency)}" if low is not None else ""


def without(need: Need, key: str) -> Need:
    """Return the need without one of its conditions; an unknown key changes nothing.

    Without its name ("Milk") a request also loses the words that said it, else the next turn
    would look for them all the same.
    """
    changed = _changed(need, key)
    emptied = {name for name, value in changed.items() if not value}
    origins = {name: who for name, who in need.origins.items() if name not in emptied}
    return replace(need, **changed, origins=origins) if changed else need


def _changed(need: Need, key: str) -> Mapping[str, Any]:
    """The fields that lose the condition, with what is left of them."""
    name, _, value = key.partition(":")
    if key not in {condition.key for condition in conditions(need)}:
        return {}
    if name == "price":
        return {"min_price": None, "max_price": None}
    if name == "named":
        said = set(stem_words(" ".join((*need.kinds, *need.categories))))
        return {
            "kinds": (),
            "categories": (),
            "search_text": _less(need.search_text, said),
            "asked": _less(need.asked, said),
        }
    if name in LISTED:
        return {name: tuple(v for v in getattr(need, name) if v != value)}
    if name == "attributes":
        kept = tuple((n, v) for n, v in need.attributes if f"{n}={v}" != value)
        return {name: kept}
    return {name: {"promoted": False, "not_ids": ()}.get(name)}


def _less(text: str, stems: set[str]) -> str:
    return " ".join(word for word in text.split() if stems.isdisjoint(stem_words(word)))
