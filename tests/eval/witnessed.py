"""One card of a small shop, with receipts that can be counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from assistant.types import Fact, FactKind, Need, Pick, Profile, Reply
from eval.faithfulness.receipts import Receipts
from eval.faithfulness.world import World
from eval.mutation.truths import Scene
from index.types import Candidate, Interaction, Product, Promotion

TODAY = date(2017, 12, 31)
START = datetime(2017, 10, 1, 12)
BREAD = Product("b", "Wheat bread, store brand, 20 oz", "Bread and buns", "Wheat bread", price=249,
                size="20 oz", amount=20, unit="oz", store_brand=True)  # fmt: skip
MILK = Product("m", "Whole milk, 1 gal", "Milk", "Whole milk", price=311, size="1 gal",
               amount=128, unit="fl oz", store_brand=False)  # fmt: skip
ROLLS = Product("r", "Rye rolls, 12 oz", "Bread and buns", "Rye rolls", price=399, size="12 oz",
                amount=12, unit="oz", store_brand=False)  # fmt: skip
SHELF = {p.id: p for p in (BREAD, MILK, ROLLS)}
HISTORY = [
    Interaction(i, "7", "b", START + timedelta(days=14 * i), 1, 249, f"k{i}") for i in range(6)
] + [Interaction(9, "7", "m", START, 2, 600, "k0"), Interaction(10, "7", "m", START, 1, 300, "k9")]
"""Six baskets with bread, every 14 days, last on December 10; milk in two. Eight lines."""
RECEIPTS = Receipts.of(HISTORY, SHELF, TODAY)
PROMOTION = Promotion("b", "s", TODAY, TODAY, "mailer", 199)
CARD = Candidate(BREAD, {}, 1.0, PROMOTION)
OTHERS = (Candidate(ROLLS, {}, 0.5), Candidate(MILK, {}, 0.4))
WORLD = World(
    about=CARD,
    others=OTHERS,
    today=TODAY,
    receipts=RECEIPTS,
    buyers=120,
    max_price=500,
    asked=("bread for school lunches under $5", "bread"),
    refused=("nuts",),
    categories=frozenset({"Bread and buns", "Milk", "Yogurt"}),
)
"""The bread costs $1.99 today instead of $2.49."""
GUEST = replace(WORLD, receipts=None)
IDS = tuple(event.id for event in HISTORY if event.product_id == "b")
FACTS = (
    Fact("H1", FactKind.DUE, "b", BREAD.title, "Bread and buns", 6, 14, date(2017, 12, 10),
         event_ids=IDS),
    Fact("H2", FactKind.CATEGORY, category="Bread and buns", count=6, last=date(2017, 12, 10),
         share=0.75, event_ids=IDS),
)  # fmt: skip


def scene() -> Scene:
    """The card as the assistant would know it, in a reply of three."""
    picks = tuple(Pick(f"P{n}", c, 1.0, buyers=120) for n, c in enumerate((CARD, *OTHERS), 1))
    need = Need("bread for school lunches under $5", search_text="bread", max_price=500)
    profile = Profile("7", TODAY, FACTS, "s", 8)
    return Scene("7", need.message, Reply(need, picks, ()), picks[0], profile, WORLD)
