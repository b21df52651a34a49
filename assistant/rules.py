"""House rules: what the shop puts forward, holds back or keeps apart, the same for everyone.

A file of rules looks like this; every rule has a name, which the card shows, and one kind::

    rules:
      - {name: Local dairy week, pin: {brands: [Hillside]}}
      - {name: Last of the season, bury: {kinds: [Eggnog]}}
      - {name: Recalled, exclude: {ids: [j0123456789]}}
      - {name: Grown-ups, adults_only: {categories: [Beer]}}
      - {name: Variety, per_brand: 2}
      - {name: Not side by side, apart: [{categories: [Baby food]}, {categories: [Beer]}]}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.types import Need, Pick
from index.errors import BadData
from index.types import Product

KINDS = ("pin", "bury", "exclude", "adults_only", "per_brand", "apart")


class Match(BaseModel):
    """Products by any of these; at least one must be given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ids: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not (self.ids or self.brands or self.categories or self.kinds):
            raise ValueError("name ids, brands, categories or kinds")
        return self

    def __contains__(self, product: Product) -> bool:
        return (
            product.id in self.ids
            or product.brand in self.brands
            or product.category in self.categories
            or bool(product.kind and product.kind in self.kinds)
        )


class Rule(BaseModel):
    """One rule: a name for the card, and exactly one kind of rule."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=60)
    pin: Match | None = None
    """The best of these that meets the request comes first."""
    bury: Match | None = None
    """These come after everything else."""
    exclude: Match | None = None
    """These are never shown."""
    adults_only: Match | None = None
    """These are shown only to who the shop knows to be of age."""
    per_brand: int | None = Field(default=None, ge=1)
    """At most so many picks of one brand; products without a known brand are not counted."""
    apart: tuple[Match, Match] | None = None
    """Never one of the first together with one of the second in an answer."""

    @model_validator(mode="after")
    def _is_one_kind(self) -> Self:
        given = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(KINDS)}, not {len(given)}")
        return self


class HouseRules(BaseModel):
    """All rules of a shop, in the order of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: tuple[Rule, ...] = ()

    @classmethod
    def read(cls, path: Path) -> HouseRules:
        """Read a file of rules.

        Raises
        ------
        BadData
            Names the file, the line or the key, and what would be right.
        """
        try:
            text = path.read_text()
        except OSError as error:
            raise BadData(f"The rules at {path} can't be read ({error.strerror}).") from error
        except UnicodeDecodeError as error:
            raise BadData(f"{path} is not a text file in UTF-8.", _mend(str(path))) from error
        return cls.parse(text, str(path))

    @classmethod
    def parse(cls, text: str, place: str) -> HouseRules:
        """Read the text of a file of rules; ``place`` is what it is called.

        Raises
        ------
        BadData
            Names the place, the line or the key, and what would be right.
        """
        try:
            return cls.model_validate(yaml.safe_load(text))
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f", line {mark.line + 1}" if mark else ""
            what = getattr(error, "problem", None) or "not YAML"
            raise BadData(f"{place}{line}: {what}.", _mend(place)) from error
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"]) or "the file"
            raise BadData(f"{place}, {key}: {first['msg']}.", _mend(place)) from error

    def hides(self, product: Product, adult: bool) -> bool:
        """Whether a rule keeps this product from ever being shown to them."""
        return any(
            product in match
            for rule in self.rules
            for match in (rule.exclude, None if adult else rule.adults_only)
            if match
        )

    def apply(self, need: Need, ranked: Sequence[Pick], adult: bool) -> list[Pick]:
        """Return at most ``need.count`` picks of the ranked ones, as the rules have it.

        No rule brings in what does not meet the request, and an order that was asked for
        outright ("cheapest") is not touched by pins and burying. Picks are numbered anew; one
        that a rule put in its place carries the rule's name.
        """
        shown = [p for p in ranked if not self.hides(p.candidate.product, adult)]
        if not need.sort:
            shown = self._placed(shown)
        return _numbered(self._chosen(shown, need.count))

    def _placed(self, picks: Sequence[Pick]) -> list[Pick]:
        first: dict[str, Pick] = {}
        for rule in self.rules:
            found = [p for p in picks if rule.pin and p.candidate.product in rule.pin]
            if found and found[0].candidate.product.id not in first:
                first[found[0].candidate.product.id] = replace(found[0], house_rule=rule.name)
        rest = [p for p in picks if p.candidate.product.id not in first]
        last = [p for p in rest if self._buried(p)]
        return [*first.values(), *(p for p in rest if p not in last), *last]

    def _buried(self, pick: Pick) -> bool:
        return any(rule.bury and pick.candidate.product in rule.bury for rule in self.rules)

    def _chosen(self, picks: Iterable[Pick], count: int) -> list[Pick]:
        chosen: list[Pick] = []
        brands: Counter[str] = Counter()
        cap = min((r.per_brand for r in self.rules if r.per_brand), default=None)
        for pick in picks:
            product = pick.candidate.product
            full = cap is not None and product.brand and brands[product.brand] >= cap
            if len(chosen) == count or full or self._clashes(product, chosen):
                continue
            chosen.append(pick)
            brands[product.brand or ""] += 1
        return chosen

    def _clashes(self, product: Product, chosen: Sequence[Pick]) -> bool:
        others = [pick.candidate.product for pick in chosen]
        return any(
            (product in one and any(other in two for other in others))
            or (product in two and any(other in one for other in others))
            for rule in self.rules
            if rule.apart
            for one, two in (rule.apart,)
        )


NO_RULES = HouseRules()


def _mend(place: str) -> str:
    return f"Mend it, then run: shelftalk rules check {place}"


def _numbered(picks: Sequence[Pick]) -> list[Pick]:
    """Name picks by their place; what their reasons point at is named with them."""
    names = {pick.id: f"P{place}" for place, pick in enumerate(picks, start=1)}
    return [
        replace(
            pick,
            id=names[pick.id],
            evidence=tuple(
                replace(e, references=tuple(
                    replace(r, target=names.get(r.target, r.target)) for r in e.references
                ))
                for e in pick.evidence
            ),
        )
        for pick in picks
    ]  # fmt: skip
