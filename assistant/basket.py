"""A shopper's basket: what is in it, and what it costs by the catalogue of now.

Nothing is bought here. Only ids and packs are kept; names, prices and promotions are read
again at every look, so that a total is never older than the shop.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.types import Profile
from index.database import Database, Migration, migrate
from index.errors import TellPerson
from index.search import Search
from index.types import Candidate, Money, Product, Promotion

MOST_PACKS = 99
MIGRATIONS = [
    Migration(
        "assistant.basket",
        1,
        """
        CREATE TABLE basket (
            conversation_id TEXT NOT NULL, product_id TEXT NOT NULL, packs INTEGER NOT NULL,
            shopper_id TEXT, PRIMARY KEY (conversation_id, product_id)) WITHOUT ROWID
        """,
    )
]


class BadBasket(TellPerson):
    """A product that can't go into a basket, or a number of packs that there is not."""


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One product of the basket."""

    product: Product
    packs: int
    promotion: Promotion | None
    """On today at the shopper's store."""

    @property
    def price(self) -> Money | None:
        """For all packs, promotion included; ``None`` where the price is not known."""
        each = Candidate(self.product, {}, 0.0, self.promotion).price_today
        return None if each is None else each * self.packs


@dataclass(frozen=True, slots=True)
class Basket:
    """What is in it, by product id."""

    lines: tuple[BasketLine, ...] = ()

    @property
    def total(self) -> Money:
        """The sum of the lines whose price is known, in minor units."""
        return sum(line.price or 0 for line in self.lines)

    @property
    def unpriced(self) -> tuple[BasketLine, ...]:
        """Lines that are not in the total."""
        return tuple(line for line in self.lines if line.price is None)


class BasketStore:
    """The basket of one conversation, in the shop's SQLite file."""

    def __init__(
        self, database: Database, search: Search, conversation_id: str, profile: Profile
    ) -> None:
        self._database, self._search = database, search
        self._key, self._profile = conversation_id, profile
        migrate(database.connection, MIGRATIONS)

    def put(self, product_id: str, packs: int = 1) -> Basket:
        """Have so many packs of a product in the basket; 0 takes it out. Said again: the same.

        Raises
        ------
        BadBasket
            The product is not sold, sold out or above the shopper's age, or the number is not
            between 0 and ``MOST_PACKS``.
        """
        if not 0 <= packs <= MOST_PACKS:
            raise BadBasket(
                f"A basket can't hold {packs} packs.", f"Take 0 to {MOST_PACKS} of a product."
            )
        if packs:
            self._check(product_id, packs)
        with self._database.transaction() as connection:
            if packs:
                row = (self._key, product_id, packs, self._profile.shopper_id)
                connection.execute("INSERT OR REPLACE INTO basket VALUES (?, ?, ?, ?)", row)
            else:
                sql = "DELETE FROM basket WHERE conversation_id = ? AND product_id = ?"
                connection.execute(sql, (self._key, product_id))
        return self.look()

    def look(self) -> Basket:
        """The basket with the prices of now; what is not sold any more has left it."""
        sql = "SELECT product_id, packs FROM basket WHERE conversation_id = ? ORDER BY product_id"
        packs = dict(self._database.connection.execute(sql, (self._key,)).fetchall())
        catalogue = self._search.catalogue
        products = {product.id: product for product in catalogue.many(packs)}
        promotions = catalogue.promotions_for(
            list(packs), self._profile.store_id, self._profile.as_of
        )
        return Basket(
            tuple(
                BasketLine(products[id_], count, promotions.get(id_))
                for id_, count in packs.items()
                if id_ in products
            )
        )

    def _check(self, product_id: str, packs: int) -> None:
        product = self._search.catalogue.get(product_id)
        if product is None:
            raise BadBasket(f"There is no product {product_id!r} here.", "Add one of the cards.")
        if product.min_age and not self._profile.adult:
            raise BadBasket(f"{product.title} is only for buyers from {product.min_age} on.")
        if product.stock is not None and product.stock < packs:
            raise BadBasket(
                f"{product.title}: {product.stock} in stock, {packs} asked for.", "Take fewer."
            )
