"""What stood before the shopper when a reply was read: builds the scorer's worlds."""

from __future__ import annotations

from functools import lru_cache

from assistant.types import Pick, Profile, Reply
from eval.faithfulness.receipts import Receipts
from eval.faithfulness.world import World
from index.search import Search


class Witness:
    """Knows the shop's shelf and everybody's receipts, and nothing of the assistant's facts."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._aisles = frozenset(search.catalogue.categories())
        self.receipts = lru_cache(maxsize=256)(self._receipts)
        """Shopper id to their receipts before the shop's day; ``None`` for a guest."""

    def world(self, reply: Reply, pick: Pick, message: str, profile: Profile) -> World:
        """Return what may be known when a sentence about this pick is read."""
        need = reply.need
        kept = (need.asked, need.search_text, *need.categories, *need.kinds)
        return World(
            about=pick.candidate,
            others=tuple(p.candidate for p in reply.picks if p.id != pick.id),
            today=self._search.as_of,
            receipts=self.receipts(profile.shopper_id),
            buyers=self._search.buyers(pick.candidate.product.id),
            min_price=need.min_price,
            max_price=need.max_price,
            asked=tuple(dict.fromkeys(filter(None, (message, *kept)))),
            refused=need.must_not,
            categories=self._aisles | frozenset(need.kinds),
        )

    def _receipts(self, shopper_id: str | None) -> Receipts | None:
        if shopper_id is None:
            return None
        today = self._search.as_of
        lines = self._search.purchases.history(shopper_id, today)
        found = self._search.catalogue.many({line.product_id for line in lines})
        return Receipts.of(lines, {product.id: product for product in found}, today)
