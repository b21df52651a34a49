"""A need in the making: values, who gave them, and what has to be said about the reading."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from assistant.types import Intent, Need, Origin
from assistant.understanding.words import listed, stems

CARRIED = listed(
    """search_text asked suggested categories kinds min_price max_price count packs store_brand
    brands not_brands must_not attributes promoted sort"""
)
"""Fields that a changed request keeps. What was only seen is left out by "more" alone."""
_DEFAULTS = Need("")


@dataclass(slots=True)
class Draft:
    """A need while it is read: values, who gave them, and remarks."""

    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def put(self, name: str, value: Any, origin: Origin = Origin.CODE) -> None:
        """Set a field; nothing said (``None`` or empty) sets nothing."""
        if value is None or value == ():
            return
        self.values[name] = value
        self.origins[name] = origin

    def add(self, name: str, more: Iterable[str], origin: Origin = Origin.CODE) -> None:
        """Add to a field that holds several, each once."""
        before: tuple[str, ...] = self.values.get(name, ())
        after = tuple(dict.fromkeys((*before, *more)))
        if after != before:
            self.put(name, after, origin)

    def drop(self, *names: str) -> None:
        """Take fields back to their default."""
        for name in names:
            self.values.pop(name, None)
            self.origins.pop(name, None)

    @property
    def names(self) -> tuple[str, ...]:
        """Categories and kinds so far."""
        return (*self.values.get("categories", ()), *self.values.get("kinds", ()))

    def forget(self, names: Iterable[str]) -> None:
        """Take the words of these names out of what is searched."""
        gone = set(stems(" ".join(names)))
        for name in ("asked", "search_text"):
            said = str(self.values.get(name, "")).split()
            self.values[name] = " ".join(word for word in said if gone.isdisjoint(stems(word)))

    def _settle_brands(self) -> None:
        """A brand that is refused now is no longer wanted, and the other way round."""
        refused_now = self.origins.get("not_brands") is Origin.CODE
        loser, winner = ("brands", "not_brands") if refused_now else ("not_brands", "brands")
        if loser in self.values and winner in self.values:
            kept = tuple(b for b in self.values[loser] if b not in self.values[winner])
            self.values[loser] = kept

    def _settle_attributes(self) -> None:
        """What is refused now is no longer wanted, and the other way round: "not black"."""
        pairs: tuple[tuple[str, str], ...] = self.values.get("attributes", ())
        refused: tuple[str, ...] = self.values.get("must_not", ())
        if self.origins.get("must_not") is Origin.CODE:
            gone = {stems(word) for word in refused}
            self.values["attributes"] = tuple(p for p in pairs if stems(p[1]) not in gone)
        else:
            had = {stems(value) for _, value in pairs}
            self.values["must_not"] = tuple(w for w in refused if stems(w) not in had)

    def need(self, message: str, intent: Intent) -> Need:
        self._settle_brands()
        self._settle_attributes()
        origins = {
            name: origin
            for name, origin in self.origins.items()
            if self.values[name] != getattr(_DEFAULTS, name)
        }
        remarks = tuple(dict.fromkeys(self.remarks))
        return Need(message, intent, **self.values, origins=origins, remarks=remarks)

    def carry(self, before: Need) -> None:
        """Keep the conditions of an earlier need that this message does not replace."""
        for name in CARRIED:
            value = getattr(before, name)
            if name not in self.values and value != getattr(_DEFAULTS, name):
                self.put(name, value, Origin.CARRIED)
        if self.values.get("must_not"):
            refused = (*before.must_not, *self.values["must_not"])
            self.values["must_not"] = tuple(dict.fromkeys(refused))
        if "not_brands" in self.values:
            self.add("not_brands", before.not_brands)
