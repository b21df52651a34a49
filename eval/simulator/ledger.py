"""What a shopper has said so far, kept apart from the assistant and held against its answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from assistant.types import Need
from eval.dialogue.wanted import Wanted
from index.types import Money, Product


@dataclass(frozen=True, slots=True)
class Taken:
    """Something that "undo" gives back."""

    ids: frozenset[str] = frozenset()
    brand: str | None = None
    own_label: bool = False
    packs: dict[str, int] | None = None
    """The basket before it."""


@dataclass(slots=True)
class Ledger:
    """Conditions in force, refusals and the basket, by what was said alone."""

    limit: Money | None = None
    label: bool | None = None
    without: set[str] = field(default_factory=set)
    never_brands: set[str] = field(default_factory=set)
    never_own_label: bool = False
    refused: set[str] = field(default_factory=set)
    packs: dict[str, int] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)

    def new_request(self) -> None:
        """Another thing is asked for: its conditions are its own, refusals stay."""
        self.limit = self.label = None
        self.without = set()

    def refuse(self, ids: set[str]) -> None:
        if new := frozenset(ids - self.refused):
            self.refused |= new
            self.taken.append(Taken(ids=new))

    def never(self, product: Product) -> None:
        """Nothing of this brand any more, as far as the data names it."""
        if product.brand:
            if product.brand not in self.never_brands:
                self.never_brands.add(product.brand)
                self.taken.append(Taken(brand=product.brand))
        elif product.store_brand:
            self.label = False
            if not self.never_own_label:
                self.never_own_label = True
                self.taken.append(Taken(own_label=True))
        else:
            self.refuse({product.id})

    def put(self, id_: str, count: int) -> None:
        before = dict(self.packs)
        self.packs[id_] = count
        self.packs = {i: n for i, n in self.packs.items() if n}
        if self.packs != before:
            self.taken.append(Taken(packs=before))

    def undo(self) -> None:
        if not self.taken:
            return
        last = self.taken.pop()
        self.refused -= last.ids
        self.never_brands -= {last.brand or ""}
        if last.own_label:
            self.never_own_label, self.label = False, None
        if last.packs is not None:
            self.packs = last.packs

    def drop(self, key: str) -> None:
        """A kept condition was taken away by its key."""
        name, _, value = key.partition(":")
        match name:
            case "price":
                self.limit = None
            case "store_brand":
                self.label, self.never_own_label = None, False
            case "must_not":
                self.without.discard(value)
            case "not_brands":
                self.never_brands.discard(value)
            case "not_ids":
                self.refused = set()

    @property
    def wanted(self) -> Wanted:
        """What every new card has to be."""
        own = False if self.label is None and self.never_own_label else self.label
        return Wanted(
            max_price=self.limit,
            store_brand=own,
            without=tuple(sorted(self.without)),
            not_brands=tuple(sorted(self.never_brands)),
        )

    def forgotten_by(self, need: Need) -> Iterator[str]:
        """Conditions in force that a need of the assistant does not hold."""
        wanted = self.wanted
        if wanted.max_price is not None and (need.max_price or 10**9) > wanted.max_price:
            yield f"the limit of {wanted.max_price} is forgotten"
        if wanted.store_brand is not None and need.store_brand is not wanted.store_brand:
            yield f"store brand {wanted.store_brand} is forgotten"
        held = {*need.must_not, *(brand.lower() for brand in need.not_brands)}
        for word in set(wanted.without) - held:
            yield f"without {word} is forgotten"
        for brand in set(wanted.not_brands) - set(need.not_brands):
            yield f"never {brand} is forgotten"
