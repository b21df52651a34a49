"""Files of rows as a ``CatalogueSource``: all is read and checked before a shop is touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from index.errors import BadData
from index.sources.base import ImportReport
from index.sources.tables.lines import RawRow
from index.sources.tables.rows import EventRow, ProductRow, Refused
from index.sources.tables.staging import Rejects, Staging
from index.types import Coupon, Interaction, Product, Promotion

MAX_REJECTS = 0.05
"""Share of a file's rows that may be unusable before the import stops."""
REJECTS = "rejects.jsonl"
_STAGING = "import.part.sqlite"
_Key = Callable[[RawRow], str]


@dataclass(frozen=True, slots=True)
class ProductFeed:
    """Rows of products, and what makes one of a raw row."""

    file: Path
    rows: Iterable[RawRow]
    read: Callable[[RawRow], ProductRow | Refused]


@dataclass(frozen=True, slots=True)
class EventFeed:
    """Rows of receipt lines, and what makes one of a raw row."""

    file: Path
    rows: Iterable[RawRow]
    read: Callable[[RawRow], EventRow | Refused]
    key: _Key
    """What no two rows share; "" where a row has nothing of the kind."""


class CheckedSource:
    """A ``CatalogueSource`` over checked rows. A context manager: its scratch file goes with it.

    Rows whose key was seen are merged where they say the same, and refused where they don't.

    Parameters
    ----------
    name, licence_note
        As a ``CatalogueSource`` has them.
    products, events
        What is read, products first.
    shop
        The shop's folder: takes the rejects file, and the scratch file meanwhile.
    max_rejects
        Share of the rows of a file that may be unusable, 0 to 1. Rows left out by a rule of the
        source do not count.

    Raises
    ------
    BadData
        A file can't be read, holds no usable product, or too many of its rows are unusable.
        The shop is as it was; the rejects file tells why.
    """

    def __init__(
        self,
        name: str,
        licence_note: str,
        products: ProductFeed,
        events: EventFeed | None,
        shop: Path,
        max_rejects: float = MAX_REJECTS,
    ) -> None:
        self.name, self.licence_note = name, licence_note
        self.report = ImportReport(name)
        self._max = max_rejects
        shop.mkdir(parents=True, exist_ok=True)
        self.rejects = shop / REJECTS
        """Where the rows that were left out stand, with file, line and reason."""
        self._staging = Staging(shop / _STAGING)
        try:
            self._check(products, events)
        except BaseException:
            self._staging.close()
            raise

    def products(self) -> Iterator[Product]:
        return (row.to_product() for row in self._staging.products())

    def promotions(self) -> Iterator[Promotion]:
        """None: these sources have none."""
        return iter(())

    def coupons(self) -> Iterator[Coupon]:
        """None: these sources have none."""
        return iter(())

    def events(self) -> Iterator[Interaction]:
        """Receipt lines, oldest first, numbered from 1: the same files give the same numbers."""
        for number, row in enumerate(self._staging.events(), start=1):
            yield row.to_interaction(number)

    def close(self) -> None:
        """Throw the scratch file away."""
        self._staging.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _check(self, products: ProductFeed, events: EventFeed | None) -> None:
        rejects = Rejects(self.rejects)
        try:
            self._tell("products", products.file, self._products(products), rejects)
            if events:
                self._tell("receipt lines", events.file, self._events(events), rejects)
        finally:
            rejects.close()
        if not self.report.kept["products"]:
            raise BadData(
                f"{products.file} holds no product that can be used.",
                f"Reasons are in {self.rejects}.",
            )

    def _tell(self, noun: str, file: Path, refused: Iterable[Refused], rejects: Rejects) -> None:
        """Write down what is refused, and stop where that is too much."""
        report, unusable = self.report, Counter[str]()
        report.read[noun] = 0
        for row in refused:
            report.reject(noun, row.reason)
            rejects.add(file, row)
            if not row.by_rule:
                unusable[row.reason] += 1
        gone, read = unusable.total(), report.read[noun]
        if gone > self._max * read:
            reason, most = unusable.most_common(1)[0]
            raise BadData(
                f"{gone:,} of {read:,} rows of {file} can't be used, "
                f"more than the {self._max:.1%} allowed; {most:,} because of: {reason}. "
                "Nothing was changed.",
                f"All reasons are in {self.rejects}. Correct the file or its column map, or "
                "allow more with --max-rejects.",
            )

    def _products(self, feed: ProductFeed) -> Iterator[Refused]:
        """Stage what is good; yield what is not."""
        for raw in self._counted("products", feed.rows):
            row = feed.read(raw)
            if isinstance(row, Refused):
                yield row
            elif not self._kept("products", self._staging.add_product(raw.line, row)):
                yield Refused(raw.line, "id: an earlier row has it", raw.values)

    def _events(self, feed: EventFeed) -> Iterator[Refused]:
        for raw in self._counted("receipt lines", feed.rows):
            row = feed.read(raw)
            if isinstance(row, Refused):
                yield row
            elif not self._staging.knows(row.product_id):
                yield Refused(raw.line, "product_id: there is no such product", raw.values)
            elif not self._kept(
                "receipt lines", self._staging.add_event(raw.line, row, feed.key(raw))
            ):
                yield Refused(raw.line, "id: an earlier row has it", raw.values)

    def _kept(self, noun: str, known: str) -> bool:
        """Count what was staged or merged; false for another row of a known key."""
        if known == "other":
            return False
        (self.report.merged if known else self.report.kept)[noun] += 1
        return True

    def _counted(self, noun: str, rows: Iterable[RawRow]) -> Iterator[RawRow]:
        for row in rows:
            self.report.read[noun] += 1
            yield row
