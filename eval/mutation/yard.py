"""What the falsehoods are made of: other shoppers' facts, dear products, promotions that ended."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from random import Random

from assistant.types import Fact, FactKind
from eval.mutation.truths import Scene
from index.search import Search
from index.types import Money, Product

ENDED_BEFORE = 8
"""Days back at which a promotion that is over is looked for."""

TRIES = 12
"""Products of an aisle that are looked at for one whose promotion is over."""


class Yard:
    """The shop, for whoever plants falsehoods."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self.ended = lru_cache(maxsize=4096)(self._ended)
        """Product id to whether something was on for it lately, anywhere, and is over."""
        self.owned = lru_cache(maxsize=512)(self._owned)
        """Shopper id to the products on their receipts."""
        self._staples: list[Fact] = []

    @property
    def today(self) -> date:
        return self._search.as_of

    def remember(self, scene: Scene) -> None:
        """Keep the scene's regulars as another shopper's, for later scenes."""
        kinds = (FactKind.STAPLE, FactKind.DUE)
        facts = [f for f in scene.profile.facts if f.kind in kinds and f.every and f.last]
        self._staples = [*self._staples, *facts][-200:]

    def anothers(self, random: Random) -> Fact | None:
        """Return a regular of a shopper met before."""
        return random.choice(self._staples) if self._staples else None

    def dearer(self, category: str, limit: Money, random: Random) -> Product | None:
        """Return a product of this aisle above a limit."""
        found = [p for p in self._of(category) if p.price is not None and p.price > limit]
        return random.choice(found) if found else None

    def formerly_promoted(self, category: str, random: Random) -> Product | None:
        """Return a product of this aisle that was promoted until lately, and is not now."""
        products = self._of(category)
        drawn = random.sample(products, min(len(products), TRIES))
        return next((p for p in drawn if self.ended(p.id)), None)

    def strange_aisle(self, scene: Scene, random: Random) -> str:
        """Return an aisle that neither the request nor the product has to do with."""
        said = {*scene.world.asked, scene.pick.candidate.product.category}
        words = {w.lower() for text in said for w in text.split()}
        words |= {w.lower() for w in scene.pick.candidate.product.title.split()}
        names = [n for n in sorted(self._search.catalogue.categories())
                 if not words & {w.lower() for w in n.split()}]  # fmt: skip
        return random.choice(names)

    def _of(self, category: str) -> list[Product]:
        return self._by_aisle().get(category, [])

    @lru_cache(maxsize=1)  # noqa: B019  (one yard lives as long as its run)
    def _by_aisle(self) -> dict[str, list[Product]]:
        found: dict[str, list[Product]] = {}
        catalogue = self._search.catalogue
        for product in catalogue.many(catalogue.ids()):
            found.setdefault(product.category, []).append(product)
        return found

    def _ended(self, product_id: str) -> bool:
        catalogue, today = self._search.catalogue, self.today
        if catalogue.promotion(product_id, None, today):
            return False
        day = today - timedelta(days=ENDED_BEFORE)
        return catalogue.promotion(product_id, None, day) is not None

    def _owned(self, shopper: str) -> frozenset[str]:
        lines = self._search.purchases.history(shopper, self.today)
        return frozenset(line.product_id for line in lines)
