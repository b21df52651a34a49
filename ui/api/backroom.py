"""What lies behind the counter: products by word or id, and receipts that are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from assistant.wiring import Assistant
from index.changes import AddPurchase
from index.search import SearchRequest
from index.types import Filters, Interaction, Product
from index.update import UpdateReport, update


class Backroom(Protocol):
    """What the routes ask for beside conversations."""

    def product(self, product_id: str) -> Product | None: ...

    def products(self, words: str, limit: int) -> Sequence[Product]:
        """At most ``limit`` products for these words, best first, the same for everyone."""

    def purchases(self, lines: Sequence[Interaction]) -> UpdateReport:
        """Write receipt lines, all or none; open conversations know them at their next turn.

        Raises
        ------
        index.errors.BadData
            A line names an unknown product or says what cannot be; nothing was written.
        """


class ShopBackroom:
    """The backroom of an open assistant."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant

    def product(self, product_id: str) -> Product | None:
        """A product that may be shown to everyone, or ``None``."""
        found = self.assistant.search.catalogue.get(product_id)
        hidden = found and found.min_age and not self.assistant.settings.index.adult
        return None if hidden else found

    def products(self, words: str, limit: int) -> list[Product]:
        search = self.assistant.search
        search.follow()
        adult = 99 if self.assistant.settings.index.adult else 0
        request = SearchRequest(
            text=words, filters=Filters(max_age_rule=adult), history=(),
            as_of=search.as_of, k=limit,
        )  # fmt: skip
        return [candidate.product for candidate in search.retrieve(request)[:limit]]

    def purchases(self, lines: Sequence[Interaction]) -> UpdateReport:
        return update(self.assistant.settings.index, [AddPurchase(line) for line in lines])
