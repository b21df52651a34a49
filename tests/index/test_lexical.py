"""FTS5 beside the products."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from index.catalogue import Catalogue
from index.database import Database
from index.interfaces import LexicalIndex
from index.lexical import FtsIndex
from index.types import Product
from tests.contracts.lexical import GOODS, LexicalIndexContract


def shop(goods: Sequence[Product], folder: Path) -> Catalogue:
    catalogue = Catalogue(Database(folder / "shop.sqlite"))
    catalogue.upsert(goods)
    return catalogue


class TestFtsIndex(LexicalIndexContract):
    def make(self, goods: Sequence[Product], folder: Path) -> LexicalIndex:
        return FtsIndex(shop(goods, folder).database)


def test_query_when_a_product_is_replaced_then_only_its_new_words_are_found(
    tmp_path: Path,
) -> None:
    catalogue = shop(GOODS, tmp_path)
    catalogue.upsert([Product("a", "Almond drink", "Drinks")])
    index = FtsIndex(catalogue.database)
    assert [s.id for s in index.query("almond", 5)] == ["a"]
    assert "a" not in [s.id for s in index.query("milk", 9)]


def test_query_when_a_product_is_removed_then_not_found(tmp_path: Path) -> None:
    catalogue = shop(GOODS, tmp_path)
    catalogue.remove(["e", "unknown"])
    assert FtsIndex(catalogue.database).query("jam", 5) == []


def test_query_when_title_and_prose_match_then_the_title_counts_more(tmp_path: Path) -> None:
    goods = [
        Product("prose", "Rye loaf", "Bread", description="Good with honey."),
        Product("title", "Honey", "Spreads", description="From bees that like rye."),
    ]
    index = FtsIndex(shop(goods, tmp_path).database)
    assert [s.id for s in index.query("honey", 2)] == ["title", "prose"]
