"""The outdoor shop: a made-up catalogue that comes with the program (see its README)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ValidationError

from index.errors import BadData
from index.sources.outdoor.rows import (
    EventRow,
    ProductRow,
    PromotionRow,
    Review,
    ReviewRow,
    Shopper,
)
from index.types import Interaction, Product, Promotion

FOLDER = Path(__file__).parent
OWN_LABEL = "Larkrow"

_Row = TypeVar("_Row", bound=BaseModel)


class OutdoorSource:
    """The shop's files, in their order, each row validated.

    Raises
    ------
    BadData
        While iterating, for a row that is not what ``rows`` says, with file and line.
    """

    name = "outdoor"

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder

    def products(self) -> Iterator[Product]:
        return (row.to_product() for row in _rows(self.folder / "products.jsonl", ProductRow))

    def events(self) -> Iterator[Interaction]:
        """Receipt lines, oldest first."""
        return (row.to_interaction() for row in _rows(self.folder / "events.jsonl", EventRow))

    def promotions(self) -> Iterator[Promotion]:
        path = self.folder / "promotions.jsonl"
        return (row.to_promotion() for row in _rows(path, PromotionRow))

    def shoppers(self) -> Iterator[Shopper]:
        return _rows(self.folder / "shoppers.jsonl", Shopper)

    def reviews(self) -> Iterator[Review]:
        """What was written about products, unmarked: some lie, some try to command."""
        return (row.to_review() for row in _rows(self.folder / "reviews.jsonl", ReviewRow))


def traps(folder: Path = FOLDER) -> dict[str, Literal["lie", "command"]]:
    """Return review id to what is wrong with it. For tests and evaluations only."""
    rows = _rows(folder / "reviews.jsonl", ReviewRow)
    return {row.id: row.trap for row in rows if row.trap is not None}


def _rows(path: Path, model: type[_Row]) -> Iterator[_Row]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield model.model_validate_json(line)
            except ValidationError as error:
                raise BadData(
                    f"{path.name}, line {number}: {error}.", "Correct the row and import again."
                ) from error
