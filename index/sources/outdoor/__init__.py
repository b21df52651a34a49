"""The outdoor shop: a made-up catalogue that comes with the program (see its README)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Set
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ValidationError

from index.errors import BadData
from index.sources.base import ImportReport
from index.sources.outdoor.rows import (
    CouponRow,
    EventRow,
    ProductRow,
    PromotionRow,
    Review,
    ReviewRow,
    Shopper,
)
from index.types import Coupon, Interaction, Product, Promotion

FOLDER = Path(__file__).parent
OWN_LABEL = "Larkrow"

_Row = TypeVar("_Row", bound=BaseModel)


class OutdoorSource:
    """The shop's files in their order, each row validated: a ``CatalogueSource``.

    A row that is not what ``rows`` says, or that refers to a product that is not there, is
    left out and accounted for in ``report`` with its line.
    """

    name = "outdoor"
    licence_note = "Fictional, written for this project; MIT, like the program."

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self.report = ImportReport(self.name)

    def products(self) -> Iterator[Product]:
        for _, row in self._account("products", "products.jsonl", ProductRow):
            yield row.to_product()

    def promotions(self) -> Iterator[Promotion]:
        known = self._product_ids()
        for line, row in self._account("promotions", "promotions.jsonl", PromotionRow):
            if self._refers("promotions", line, {row.product_id}, known):
                yield row.to_promotion()

    def coupons(self) -> Iterator[Coupon]:
        known = self._product_ids()
        for line, row in self._account("coupons", "coupons.jsonl", CouponRow):
            if self._refers("coupons", line, row.product_ids, known):
                yield row.to_coupon()

    def events(self) -> Iterator[Interaction]:
        """Receipt lines, oldest first."""
        known = self._product_ids()
        for line, row in self._account("receipt lines", "events.jsonl", EventRow):
            if self._refers("receipt lines", line, {row.product_id}, known):
                yield row.to_interaction()

    def shoppers(self) -> Iterator[Shopper]:
        """Who the shoppers are; a bad row raises ``BadData``."""
        return _strict(self.folder / "shoppers.jsonl", Shopper)

    def reviews(self) -> Iterator[Review]:
        """What was written about products, unmarked: some lie, some try to command.

        A bad row raises ``BadData``.
        """
        return (row.to_review() for row in _strict(self.folder / "reviews.jsonl", ReviewRow))

    def _account(self, noun: str, file: str, model: type[_Row]) -> Iterator[tuple[int, _Row]]:
        """Yield line numbers and good rows, counting what is read, kept and rejected anew."""
        report = self.report
        report.read[noun] = report.kept[noun] = 0
        report.rejected[noun] = Counter()
        for line, row in _rows(self.folder / file, model):
            report.read[noun] += 1
            if isinstance(row, str):
                report.reject(noun, f"line {line}: {row}")
                continue
            report.kept[noun] += 1
            yield line, row

    def _refers(self, noun: str, line: int, ids: Set[str], known: frozenset[str]) -> bool:
        strays = ids - known
        if not strays:
            return True
        self.report.kept[noun] -= 1
        self.report.reject(noun, f"line {line}: there is no product {min(strays)!r}")
        return False

    def _product_ids(self) -> frozenset[str]:
        rows = _rows(self.folder / "products.jsonl", ProductRow)
        return frozenset(row.id for _, row in rows if not isinstance(row, str))


def traps(folder: Path = FOLDER) -> dict[str, Literal["lie", "command"]]:
    """Return review id to what is wrong with it. For tests and evaluations only."""
    rows = _strict(folder / "reviews.jsonl", ReviewRow)
    return {row.id: row.trap for row in rows if row.trap is not None}


def _rows(path: Path, model: type[_Row]) -> Iterator[tuple[int, _Row | str]]:
    """Yield each line's number with its row, or with the reason why it is none."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield number, model.model_validate_json(line)
            except ValidationError as error:
                yield number, _reason(error)


def _strict(path: Path, model: type[_Row]) -> Iterator[_Row]:
    for number, row in _rows(path, model):
        if isinstance(row, str):
            raise BadData(f"{path.name}, line {number}: {row}.", "Correct the row and try again.")
        yield row


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else first["msg"]
