"""Which of the Complete Journey's sizes are a pack that a shopper takes home."""

from __future__ import annotations

from index.sources.journey_names import Shelf
from index.sources.sizes import Size, parse_size

_CASE_POUNDS, _CASE_COUNT = 10, 5
"""Produce "sizes" from here on are what the shop is delivered, not what a shopper takes."""
_BAGGED = frozenset({"Russet potatoes", "Red potatoes", "White potatoes", "Gold potatoes"})
_BAG_POUNDS = 20
"""These are sold in bags of up to so many pounds."""
_HOLDS = frozenset({"Food wraps and trash bags"})
_MAKES = frozenset({"Drink mixes", "Tea"})
"""Here a volume is not what is in the pack: it is what a bag holds, or what the mix makes."""


def pack_of(size: str | None, place: Shelf) -> Size:
    """Read the pack size of a product by its place; empty where there is none to be told.

    A size in the data can also be what the shop is delivered in, what a bag holds, or what a
    mix makes: those are no amount of the goods.
    """
    pack = parse_size(size, place.liquid) or Size("")
    volume = pack.unit == "fl oz" and not pack.text.endswith("oz")
    if volume and place.category in _HOLDS:
        return Size(pack.text)
    if volume and place.category in _MAKES:
        return Size(f"makes {pack.text}")
    if place.department == "Produce" and pack.amount is not None:
        pounds = _BAG_POUNDS + 1 if place.kind in _BAGGED else _CASE_POUNDS
        most = {"oz": 16 * pounds, "ct": _CASE_COUNT}.get(pack.unit or "")
        if most is not None and pack.amount >= most:
            return Size("")
    return pack
