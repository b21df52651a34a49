"""What every source of a catalogue promises, and the account it gives of its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from index.types import Coupon, Interaction, Product, Promotion


@dataclass(slots=True)
class ImportReport:
    """What became of the rows of a source: read = kept + merged + rejected, noun by noun."""

    source: str
    read: Counter[str] = field(default_factory=Counter)
    """Noun ("products", "promotions", "coupons", "receipt lines") to rows read."""
    kept: Counter[str] = field(default_factory=Counter)
    """Noun to rows that are in the shop now."""
    merged: Counter[str] = field(default_factory=Counter)
    """Noun to rows that became part of another row that was kept."""
    rejected: dict[str, Counter[str]] = field(default_factory=dict)
    """Noun to reason to rows left out."""

    def reject(self, noun: str, reason: str, rows: int = 1) -> None:
        """Count rows that are left out, with the reason that a person is told."""
        if rows:
            self.rejected.setdefault(noun, Counter())[reason] += rows

    def missing(self, noun: str) -> int:
        """Return how many rows of a noun are not accounted for; 0 in a sound report."""
        gone = self.rejected.get(noun, Counter()).total()
        return self.read[noun] - self.kept[noun] - self.merged[noun] - gone


class CatalogueSource(Protocol):
    """Products, promotions, coupons and receipt lines in the shop's own types.

    Each method iterates over everything once; text is clean, ids are stable, and what a
    promotion, a coupon or a receipt line refers to is among the products. Receipt lines come
    oldest first with ids that are the same every time. A row that can't be used is counted in
    ``report`` with its reason and left out.
    """

    @property
    def name(self) -> str:
        """One word: the name of the shop that it fills."""

    @property
    def licence_note(self) -> str:
        """Where the data comes from and what may be done with it, in a sentence."""

    @property
    def report(self) -> ImportReport:
        """The account of rows; complete once all have been iterated over."""

    def products(self) -> Iterator[Product]: ...

    def promotions(self) -> Iterator[Promotion]: ...

    def coupons(self) -> Iterator[Coupon]: ...

    def events(self) -> Iterator[Interaction]: ...
