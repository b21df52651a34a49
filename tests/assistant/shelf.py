"""A small shop for tests of understanding: names as the default catalogue writes them."""

from __future__ import annotations

from datetime import date

from assistant.conversation import ConversationState, advance
from assistant.types import Need, Pick, Profile, Reply
from assistant.understand import Gazetteer, Understander
from index.types import Candidate, Product

SHELF = """
Milk: White milk|Chocolate milk
Butter: Butter
Peanut butter and jam: Peanut butter|Jam
Cheese: String cheese|Shredded cheese|Cream cheese
Yogurt: Yogurt cup|Yogurt multipack
Bread and buns: White bread|Wheat and multigrain bread|Hamburger buns
Bagged snacks: Potato chips|Tortilla chips|Pretzels
Soft drinks: Soft drink cans, 12 to 18 pack|Soft drink, 2 liter bottle
Beer: Beer
Coffee: Ground coffee|Whole bean coffee
Coffee filters: Coffee filters
Tea: Herbal tea
Soup: Chunky soup|Condensed soup
Chicken: Whole chicken
Pasta and noodles: Spaghetti
Pasta sauce: Premium pasta sauce
Cookies: Chocolate chip cookies|Premium cookies
Candy: Chocolate candy bag
Gum: Sugar free gum
Snack nuts: Bagged nuts|Canned nuts
Frozen pizza: Premium frozen pizza|Economy frozen pizza
Ice cream: Premium ice cream
Cat food: Dry cat food|Canned cat food
Dog food: Dry dog food
Toilet paper: Toilet paper
Laundry detergent: Liquid laundry detergent
Crackers: Cheese crackers|Butter crackers
Domestic wine: Red wine
Imported wine: Italian wine
Eggs: Large eggs
Cold cereal: Kids cereal
Hot cereal: Instant oatmeal
Stationery and school supplies: School paper
"""
TITLES = {
    "Yogurt": "greek vanilla strawberry plain",
    "Ice cream": "chocolate vanilla",
    "Cookies": "oatmeal",
    "Coffee": "ground decaf dark roast",
    "Cat food": "salmon dry",
    "Bread and buns": "wheat rye white",
}
PROFILE = Profile("7", date(2017, 6, 30), store_id="s1")
GUEST = Profile(None, date(2017, 6, 30))


def shelf_products() -> list[Product]:
    """One product for every kind, titled with the words of its aisle."""
    found = []
    for line in SHELF.strip().splitlines():
        category, _, kinds = line.partition(": ")
        for kind in kinds.split("|"):
            title = f"{kind} {TITLES.get(category, '')}".strip()
            found.append(Product(kind.lower(), title, category, kind))
    return found


def understander() -> Understander:
    return Understander(Gazetteer.from_products(shelf_products()))


def pick(
    number: int, price: int | None, kind: str = "Yogurt cup", category: str = "Yogurt"
) -> Pick:
    product = Product(f"p{number}", f"Thing {number}", category, kind, price=price)
    return Pick(f"P{number}", Candidate(product, {}, 0.0), 1.0)


SHOWN = (pick(1, 250), pick(2, 199), pick(3, 400))


def after(need: Need, shown: tuple[Pick, ...] = SHOWN) -> ConversationState:
    """The state once this need was answered with three picks."""
    return advance(ConversationState(), need, Reply(need, shown, ()))
