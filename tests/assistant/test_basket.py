"""The basket: idempotent, and priced by the catalogue of now."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.basket import BadBasket, Packs, look, put, told
from assistant.shopper import build_profile
from index import open_search
from index.build import catalogue_texts, embed
from index.config import IndexConfig
from index.database import Database
from index.search import Search
from tests.index.small_shop import TODAY, WordEncoder, make_shop

GUEST = build_profile(None, (), {}, TODAY)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> IndexConfig:
    config = make_shop(tmp_path_factory.mktemp("home"))
    embed(catalogue_texts(config), WordEncoder(), config.vectors, config.text_template)
    return config


@pytest.fixture
def search(shop: IndexConfig) -> Iterator[Search]:
    with open_search(shop, chroma=False, encoder=WordEncoder()) as found:
        yield found


def test_put_when_said_twice_then_once_and_the_total_is_the_catalogues(search: Search) -> None:
    def total(packs: Packs) -> int:
        return look(packs, search, GUEST).total

    two = put((), "milk", 2, search, GUEST)
    assert put(two, "milk", 2, search, GUEST) == two
    both = put(two, "bread", 1, search, GUEST)
    assert total(both) == 2 * 249 + 199
    assert total(put(both, "milk", 1, search, GUEST)) == 249 + 199
    less = put(both, "milk", 0, search, GUEST)
    assert total(less) == 199
    assert put(less, "milk", 0, search, GUEST) == less


def test_look_when_a_price_is_not_known_then_beside_the_total(search: Search) -> None:
    found = look(put((), "nameless", 1, search, GUEST), search, GUEST)
    assert (found.total, [line.product.id for line in found.unpriced]) == (0, ["nameless"])
    assert "1 of unknown price" in told(found)


def test_look_when_a_promotion_is_on_then_it_counts(shop: IndexConfig, search: Search) -> None:
    database = Database(shop.database)
    database.connection.execute(
        "INSERT INTO promotions (product_id, store_id, first_day, last_day, place, price)"
        " VALUES ('bread', 's', '2017-12-25', '2018-01-02', 'mailer', 150)"
    )
    found = look((("bread", 2),), search, GUEST)
    assert (found.total, found.saved) == (300, 98)
    assert told(found).endswith("Total $3.00.")
    database.connection.execute("DELETE FROM promotions")
    database.close()


def test_look_when_a_product_is_gone_then_it_has_left_the_basket(search: Search) -> None:
    assert look((("never was", 2),), search, GUEST).lines == ()
    assert told(look((), search, GUEST)) == "Your basket is empty."


@pytest.mark.parametrize(
    ("product", "packs", "says"),
    [("none", 1, "'none'"), ("gone", 1, "0 in stock"), ("beer", 1, "from 21"), ("milk", 100, "99")],
)
def test_put_when_it_can_not_be_then_a_sentence(
    search: Search, product: str, packs: int, says: str
) -> None:
    with pytest.raises(BadBasket, match=says):
        put((), product, packs, search, GUEST)
