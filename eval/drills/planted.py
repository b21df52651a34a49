"""Shoppers that a seller plants: how far do their purchases lift the seller's products?

The bandwagon attack (Mobasher, Burke, Bhaumik & Williams 2007, section 3.2): each planted shopper
buys the targets together with what everybody buys, all of it on the last days.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from unittest.mock import patch

import numpy as np

from assistant.config import ModelConfig, Settings
from assistant.prompts import load
from assistant.speaking import UNTUNED_PROMPT
from assistant.wiring import Assistant, assemble
from eval import lists
from eval.drills.stage import Stage
from eval.drills.tally import SHELFTALK, UNDEFENDED, Tally
from eval.report import Row
from index import open_search
from index.catalogue import Catalogue
from index.collaborative.histories import Histories
from index.collaborative.item_knn import ItemKnn
from index.collaborative.popularity import TRUSTED_DAYS
from index.config import IndexConfig
from index.database import Database
from index.errors import MissingIndex
from index.purchases import Purchases
from index.types import Interaction

SHARES = (0.01, 0.03, 0.05)
"""Planted shoppers per genuine one."""
EVERY = 3
"""Of the shoppers of the data one in so many is kept, so that it takes minutes."""
ASKED = 20
"""Genuine shoppers whose lists are looked at, for each target."""
TARGETS, FILLERS, DAYS = 5, 20, 14
"""Products that are pushed, others bought with them, and days over which it is done."""
DEEP, TOP = 60, 3
"""Ranks are looked at so far; below all stand together. And the cards of a reply."""
OF_A_KIND = range(15, DEEP + 1)
"""Products that the target's kind may have: each stands against so many."""
EARLIER = 120
"""Days since the first purchase of planted shoppers whom the shop trusts."""
GAIN = 0.05
"""By which the share of cards that a target is among may rise."""
KNN = "item-knn"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the targets stand in the lists of genuine shoppers."""

    rank: float
    """Mean, among products of the target's kind; ``DEEP`` + 1 where it is not on the list."""
    hit: float
    """Share of lists and targets in which it is among the first ``TOP``."""


Places = Mapping[str, Standing]
"""Standings by system."""


def plant_shoppers(stage: Stage, tries: int, defended: bool) -> Tally:
    """Plant 1, 3 and 5% of shoppers in a copy of the shop: figures beside item-kNN's.

    Lost where the targets are among the cards ``GAIN`` more often than before. Undefended is the
    shop that trusts whoever has just come. In the end the planted shoppers turn out to have bought
    something long ago, which is what it takes to be trusted: figures alone.
    """
    tally = Tally("plant-shoppers", SHELFTALK if defended else UNDEFENDED)
    with patch("index.demand.TRUSTED_DAYS", TRUSTED_DAYS if defended else 0):
        crowd = _Crowd(_copied(stage.root / f"planted-{defended}"), stage.draw)
        before = crowd.places(tally.system)
        tally.also += _rows("0%", before, before)
        for share in SHARES[:tries]:
            crowd.plant(share)
            now = crowd.places(tally.system)
            tally.also += _rows(f"{share:.0%}", now, before)
            gain = now[tally.system].hit - before[tally.system].hit
            faults = [f"{100 * gain:.0f} points more of the cards"] if gain > GAIN else []
            tally.count(f"{share:.0%} planted", faults)
            if not defended and tally.lost:
                return tally
        crowd.come_early()
        name = f"{SHARES[:tries][-1]:.0%}, known for {EARLIER} days"
        tally.also += _rows(name, crowd.places(tally.system), before)
    return tally


def _rows(planted: str, now: Places, before: Places) -> list[Row]:
    table, n = f"plant-shoppers {planted}", ASKED * TARGETS
    return [
        Row(metric, value, system, table, n=n)
        for system, place in now.items()
        for metric, value in (
            ("target_rank", place.rank),
            ("target_rank_shift", place.rank - before[system].rank),
            (f"target_hit@{TOP}", place.hit),
            (f"target_hit@{TOP}_shift", place.hit - before[system].hit),
        )
    ]


class _Crowd:
    """The genuine shoppers of a copied shop, and those who are planted among them."""

    def __init__(self, config: IndexConfig, draw: random.Random) -> None:
        self._config = config
        purchases = Purchases(Database(config.database))
        today = purchases.database.connection.execute("SELECT MAX(at) FROM events").fetchone()[0]
        self._today: date = datetime.fromisoformat(today).date() + timedelta(days=1)
        self._lines = list(purchases.all(self._today))
        buyers = purchases.buyers(self._today)
        ranked = sorted(buyers, key=lambda i: (-buyers[i], i))
        self._fillers = ranked[:FILLERS]
        catalogue = Catalogue(purchases.database)
        kinds = {p.id: p.kind for p in catalogue.many(ranked) if not p.min_age}
        self._of_kind: dict[str, list[str]] = {}
        for product, kind in kinds.items():
            self._of_kind.setdefault(kind, []).append(product)
        fair = [p for p in ranked[len(ranked) // 4 : len(ranked) // 2] if p in kinds]
        fair = [p for p in fair if kinds[p] and len(self._of_kind[kinds[p]]) in OF_A_KIND]
        self._targets = draw.sample(fair, TARGETS)
        self._kinds = {target: kinds[target] for target in self._targets}
        self._genuine = sorted(purchases.shoppers(min_events=30))
        self._asked = draw.sample(self._genuine, min(ASKED, len(self._genuine)))
        self._planted = 0
        self._purchases = purchases

    def plant(self, share: float) -> None:
        """Bring the planted shoppers up to a share of the genuine ones."""
        new: list[Interaction] = []
        number = max(line.id for line in self._lines)
        wanted = round(share * len(self._genuine))
        for shopper in range(self._planted, wanted):
            for row, product in enumerate((*self._targets, *self._fillers)):
                number += 1
                day = self._today - timedelta(days=1 + (shopper + row) % DAYS)
                at = datetime.combine(day, time(12))
                new.append(Interaction(number, f"planted-{shopper}", product, at))
        self._planted = wanted
        self._add(new)

    def come_early(self) -> None:
        """Let each planted shopper have bought what everybody buys, ``EARLIER`` days ago."""
        number = max(line.id for line in self._lines)
        at = datetime.combine(self._today - timedelta(days=EARLIER), time(12))
        self._add(
            [
                Interaction(number + 1 + shopper, f"planted-{shopper}", self._fillers[0], at)
                for shopper in range(self._planted)
            ]
        )

    def _add(self, lines: list[Interaction]) -> None:
        self._lines += lines
        self._purchases.add(lines)

    def places(self, system: str) -> Places:
        """Where the targets stand, by system; item-kNN beside the shop as it is alone."""
        ours = {system: self.shelftalk()}
        return ours | {KNN: self.knn()} if system == SHELFTALK else ours

    def shelftalk(self) -> Standing:
        """Where each target stands in what the assistant would show of its kind."""
        with _opened(self._config, self._today) as assistant:
            return standing(
                (lists.ask(assistant, shopper, kind).ids(DEEP), target)
                for target, kind in self._kinds.items()
                for shopper in self._asked
            )

    def knn(self) -> Standing:
        """Where each stands of its kind for item-kNN over the same purchases."""
        items = sorted({line.product_id for line in self._lines})
        column_of = {item: number for number, item in enumerate(items)}
        past = Histories.from_interactions(self._lines, column_of, items, self._today)
        rows = [past.shoppers.index(shopper) for shopper in self._asked]
        scores = ItemKnn.fit(past).score_matrix(past.take(rows))
        return standing(
            (sorted(self._of_kind[kind], key=lambda i: (-row[column_of[i]], i))[:DEEP], target)
            for target, kind in self._kinds.items()
            for row in scores
        )


def standing(found: Iterable[tuple[Sequence[str], str]]) -> Standing:
    """Where targets stand, each in a list of its own."""
    ranks = [1 + list(ids).index(target) if target in ids else DEEP + 1 for ids, target in found]
    return Standing(float(np.mean(ranks)), float(np.mean([rank <= TOP for rank in ranks])))


def _opened(config: IndexConfig, today: date) -> Assistant:
    dated = config.model_copy(update={"as_of": today})
    settings = Settings(index=dated, model=ModelConfig(backend="none"))
    return assemble(settings, open_search(dated, chroma=False), None, load(UNTUNED_PROMPT))


def _copied(home: Path) -> IndexConfig:
    """A copy of the configured shop with a part of its shoppers.

    Raises
    ------
    MissingIndex
        There is none yet.
    """
    shop = Settings().index
    if not shop.database.exists():
        raise MissingIndex(f"There is no shop at {shop.shop}.", "Run 'shelftalk prepare'.")
    config = shop.model_copy(update={"home": home, "offline": True})
    config.shop.mkdir(parents=True)
    for name in ("models", "downloads"):
        (home / name).symlink_to(shop.home / name)
    with Database(shop.database, readonly=True).snapshot() as source:
        copy = Database(config.database)
        source.backup(copy.connection)
    shoppers = sorted(Purchases(copy).shoppers())
    gone = [(shopper,) for n, shopper in enumerate(shoppers) if n % EVERY]
    with copy.transaction() as connection:
        connection.executemany("DELETE FROM events WHERE shopper_id = ?", gone)
    copy.close()
    shutil.copytree(shop.vectors, config.vectors)
    return config
