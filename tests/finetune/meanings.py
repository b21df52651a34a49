"""A shop whose words mean several things: a brush for hair, floors or teeth, and more."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from finetune.scenes import Shop
from index.catalogue import Catalogue
from index.config import IndexConfig
from index.purchases import Purchases
from index.types import Interaction, Product

LAST = date(2017, 12, 31)
KINDS = {
    "Hair care": ("Hair brush", "Hair spray", "Hair oil", "Travel bottle", "Bath sponge"),
    "Brooms and mops": ("Floor brush", "Kitchen sponge", "Duster", "Bucket", "Floor cloth"),
    "Teeth": ("Tooth brush", "Tooth paste", "Floss", "Travel paste", "Mouth spray"),
    "Cooking": ("Olive oil", "Tomato paste", "Pan spray", "Cheese cloth", "Curry paste"),
    "Garden": ("Hose", "Plant spray", "Bucket", "Lamp oil", "Travel hose"),
    "Beer": ("Beer brush",),
}
"""Aisle to kinds."""
ADULTS = {"Beer": 21}


def make(home: Path) -> Shop:
    """Sixty shoppers buy all of it once, the more often the nearer to the top."""
    config = IndexConfig(home=home, catalogue="meanings", offline=True)
    products = [
        Product(f"{aisle}-{n}", kind, aisle, kind=kind, price=100, min_age=ADULTS.get(aisle))
        for aisle, kinds in KINDS.items()
        for n, kind in enumerate(kinds)
    ]
    catalogue = Catalogue.open(config, readonly=False)
    catalogue.upsert(products)
    catalogue.note("as_of", LAST.isoformat())
    catalogue.close()
    purchases = Purchases.open(config, readonly=False)
    at = datetime(2017, 10, 1)
    purchases.add(
        Interaction(60 * place + shopper + 1, f"s{shopper}", p.id, at, 1, 100, f"b{shopper}")
        for place, p in enumerate(products)
        for shopper in range(60 - place)
    )
    purchases.close()
    return Shop(Catalogue.open(config), Purchases.open(config))
