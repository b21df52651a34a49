"""A shop of three aisles and sixty shoppers, each of whom has one yogurt that they always buy."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from finetune.reading import occasions
from finetune.scenes import Shop
from index.catalogue import Catalogue
from index.config import IndexConfig
from index.purchases import Purchases
from index.types import Interaction, Product

LAST = date(2017, 12, 31)
SHOPPERS = 60
WIDE = 25
"""Products of an aisle."""
AISLES = ("Yogurt", "Soup", "Tea")
PRODUCTS = [
    Product(f"{aisle}-{n}", f"{aisle} of sort {n}", aisle, price=100 + n)
    for aisle in AISLES
    for n in range(WIDE)
] + [Product("beer", "Beer", "Beer", price=500, min_age=21)]


def make(home: Path) -> Shop:
    """Weekly baskets for half a year: the same yogurt every time, and a soup that changes."""
    config = IndexConfig(home=home, catalogue="aisles", offline=True)
    catalogue = Catalogue.open(config, readonly=False)
    catalogue.upsert(PRODUCTS)
    catalogue.note("as_of", LAST.isoformat())
    catalogue.close()
    purchases = Purchases.open(config, readonly=False)
    purchases.add(_events())
    purchases.close()
    return Shop(Catalogue.open(config), Purchases.open(config))


def make_wide(home: Path) -> Shop:
    """The same shop with every other aisle that the occasions know, a product in each."""
    make(home)
    config = IndexConfig(home=home, catalogue="aisles", offline=True)
    catalogue = Catalogue.open(config, readonly=False)
    aisles = sorted({aisle for _, named in occasions() for aisle in named} - set(AISLES))
    catalogue.upsert(
        [Product(f"x{n}", f"A kind of {a}", a, price=99) for n, a in enumerate(aisles)]
    )
    catalogue.close()
    return Shop(Catalogue.open(config), Purchases.open(config))


def _events() -> list[Interaction]:
    found = []
    for shopper in range(SHOPPERS):
        for week in range(26):
            at = datetime(2017, 12, 30, 10) - timedelta(weeks=week)
            for product in (
                f"Yogurt-{shopper % WIDE}",
                f"Soup-{(shopper + week) % WIDE}",
                "beer",
            ):
                number = len(found) + 1
                found.append(Interaction(number, f"s{shopper}", product, at, 1, 100, f"b{at}"))
    return found
