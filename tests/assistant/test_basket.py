"""The basket: idempotent, kept, and priced by the catalogue of now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.basket import BadBasket, BasketStore
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


def basket_of(shop: IndexConfig, search: Search, key: str) -> BasketStore:
    return BasketStore(Database(shop.database), search, key, GUEST)


def test_put_when_said_twice_then_once_and_the_total_is_the_catalogues(
    shop: IndexConfig, search: Search
) -> None:
    basket = basket_of(shop, search, "once")
    assert basket.put("milk", 2) == basket.put("milk", 2)
    assert basket.put("bread").total == 2 * 249 + 199
    assert basket.put("milk", 1).total == 249 + 199
    assert basket.put("milk", 0).total == 199
    assert basket.put("milk", 0).total == 199


def test_look_when_opened_again_then_the_same_and_nobody_elses(
    shop: IndexConfig, search: Search
) -> None:
    before = basket_of(shop, search, "mine").put("oat", 3)
    assert basket_of(shop, search, "mine").look() == before
    assert basket_of(shop, search, "other").look().lines == ()


def test_look_when_a_price_is_not_known_then_beside_the_total(
    shop: IndexConfig, search: Search
) -> None:
    found = basket_of(shop, search, "unpriced").put("nameless")
    assert (found.total, [line.product.id for line in found.unpriced]) == (0, ["nameless"])


def test_look_when_a_promotion_is_on_then_it_counts(
    shop: IndexConfig, search: Search, tmp_path: Path
) -> None:
    basket = basket_of(shop, search, "promoted")
    basket.put("bread", 2)
    database = Database(shop.database)
    database.connection.execute(
        "INSERT INTO promotions (product_id, store_id, first_day, last_day, place, price)"
        " VALUES ('bread', 's', '2017-12-25', '2018-01-02', 'mailer', 150)"
    )
    assert basket.look().total == 300
    database.connection.execute("DELETE FROM promotions")
    database.close()


@pytest.mark.parametrize(
    ("product", "packs", "says"),
    [("none", 1, "'none'"), ("gone", 1, "0 in stock"), ("beer", 1, "from 21"), ("milk", 100, "99")],
)
def test_put_when_it_can_not_be_then_a_sentence_and_nothing_changes(
    shop: IndexConfig, search: Search, product: str, packs: int, says: str
) -> None:
    basket = basket_of(shop, search, "refused")
    with pytest.raises(BadBasket, match=says):
        basket.put(product, packs)
    assert basket.look().lines == ()
