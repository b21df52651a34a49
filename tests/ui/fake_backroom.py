"""A backroom for tests of the API: three products, and receipts kept in a list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from index.errors import BadData
from index.types import Interaction, Product
from index.update import UpdateReport
from tests.ui.fake_assistant import CHEESE, HOSTILE, YOGURT


class FakeBackroom:
    def __init__(self) -> None:
        self.written: list[Interaction] = []

    def product(self, product_id: str) -> Product | None:
        return next((p for p in (YOGURT, HOSTILE, CHEESE) if p.id == product_id), None)

    def products(self, words: str, limit: int) -> list[Product]:
        found = [p for p in (YOGURT, CHEESE) if words.lower() in p.title.lower()]
        return found[:limit]

    def purchases(self, lines: Sequence[Interaction]) -> UpdateReport:
        if any(self.product(line.product_id) is None for line in lines):
            raise BadData("Change 1: there is no product 'p9'.", "Nothing was changed.")
        self.written += lines
        return UpdateReport({"AddPurchase": len(lines)}, 0, date(2018, 1, 1), 0.0)
