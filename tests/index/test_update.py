"""Changes at noon: all of a batch or none, seen by readers that were open before."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from index.build import catalogue_texts, embed
from index.changes import (
    AddPurchase,
    Change,
    PutProduct,
    PutPromotion,
    RemoveProduct,
    SetPrice,
    SetStock,
    SetTitle,
)
from index.config import IndexConfig
from index.errors import BadData
from index.search import Search, SearchRequest, open_search
from index.sources.changes import read_changes
from index.types import Filters, Interaction, Product, Promotion, Source
from index.update import update
from tests.index.small_shop import TODAY, WordEncoder, make_shop

ROOT = Path(__file__).parents[2]
TEA = Product("tea", "Mountain tea", "Tea", price=350)


@pytest.fixture
def shop(tmp_path: Path) -> IndexConfig:
    config = make_shop(tmp_path)
    embed(catalogue_texts(config), WordEncoder(), config.vectors, config.text_template)
    return config


@pytest.fixture
def search(shop: IndexConfig) -> Iterator[Search]:
    with open_search(shop, chroma=False, encoder=WordEncoder()) as found:
        yield found


def change(shop: IndexConfig, *changes: Change) -> None:
    update(shop, changes, WordEncoder())


def found(search: Search, text: str, filters: Filters = Filters()) -> dict[str, int | None]:  # noqa: B008
    return {
        c.product.id: c.price_today
        for c in search.retrieve(SearchRequest(text, filters, as_of=TODAY))
    }


def test_update_when_price_stock_and_promotion_then_the_next_question_sees_them(
    shop: IndexConfig, search: Search
) -> None:
    assert found(search, "milk")["milk"] == 249
    change(
        shop,
        SetPrice("milk", 199),
        SetStock("gone", 3),
        SetStock("bread", 0),
        PutPromotion(Promotion("oat", "s", TODAY, TODAY, "mailer", 299)),
    )
    after = found(search, "milk bread")
    assert (after["milk"], after["oat"], after["gone"]) == (199, 299, 499)
    assert "bread" not in after


def test_update_when_a_product_is_new_then_found_by_words_and_by_meaning(
    shop: IndexConfig, search: Search
) -> None:
    assert "tea" not in found(search, "mountain tea")
    change(shop, PutProduct(TEA))
    first = search.retrieve(SearchRequest("mountain tea"))[0]
    assert first.product == TEA
    assert first.hits[Source.DENSE].rank == first.hits[Source.LEXICAL].rank == 1
    assert search.status.vectors == 7


def test_update_when_renamed_then_what_a_rebuild_would_answer(
    shop: IndexConfig, search: Search
) -> None:
    change(shop, SetTitle("bread", "Mountain tea"), PutProduct(TEA), RemoveProduct("oat"))
    live = search.retrieve(SearchRequest("mountain tea milk"))
    similar = search.similar("tea", 3)
    embed(catalogue_texts(shop), WordEncoder(), shop.vectors, shop.text_template)
    with open_search(shop, chroma=False, encoder=WordEncoder()) as rebuilt:
        assert rebuilt.retrieve(SearchRequest("mountain tea milk")) == live
        assert rebuilt.similar("tea", 3) == similar
        assert rebuilt.status.vectors == search.status.vectors == 6


def test_update_when_removed_then_nowhere_and_back_when_put_again(
    shop: IndexConfig, search: Search
) -> None:
    change(shop, RemoveProduct("oat"))
    assert "oat" not in found(search, "oat milk")
    assert search.similar("oat", 2) == []
    change(shop, PutProduct(Product("oat", "Oat milk", "Milk", price=1)))
    assert found(search, "oat milk")["oat"] == 1


WRONG: list[Change] = [
    SetPrice("nothing", 100), SetPrice("milk", 0), SetStock("milk", -1), SetTitle("milk", " "),
    RemoveProduct("nothing"), PutProduct(Product("x", "", "Tea")),
    PutPromotion(Promotion("milk", "s", TODAY, TODAY - timedelta(1), "mailer")),
    AddPurchase(Interaction(0, "s1", "nothing", datetime(2017, 12, 1))),
    AddPurchase(Interaction(0, "s1", "milk", datetime(2017, 12, 1), quantity=0)),
    AddPurchase(Interaction(0, "s1", "milk", datetime(2027, 1, 1))),
]  # fmt: skip


def test_update_when_one_change_is_wrong_then_none_is_made(
    shop: IndexConfig, search: Search
) -> None:
    before = search.catalogue.fingerprint
    for wrong in WRONG:
        with pytest.raises(BadData, match="Nothing was changed"):
            change(shop, SetPrice("milk", 1), PutProduct(TEA), wrong)
        assert search.catalogue.fingerprint == before, wrong
    assert "tea" not in found(search, "mountain tea")


def test_update_when_bought_then_in_the_history_and_counted(
    shop: IndexConfig, search: Search
) -> None:
    assert search.buyers("milk") == 2
    yesterday = datetime(2017, 12, 30, 9)
    change(shop, AddPurchase(Interaction(0, "s1", "milk", yesterday)))
    search.follow()
    assert search.buyers("milk") == 3
    assert search.purchases.history("s1", search.as_of)[-1].product_id == "milk"
    assert search.as_of == TODAY


def test_update_when_bought_today_then_the_shops_day_is_the_next(
    shop: IndexConfig, search: Search
) -> None:
    change(shop, AddPurchase(Interaction(0, "s9", "milk", datetime(2017, 12, 31, 9))))
    assert search.as_of == date(2018, 1, 1)
    assert search.purchases.history("s9", search.as_of)


def test_update_when_only_prices_change_then_no_encoder_is_needed(shop: IndexConfig) -> None:
    assert update(shop, [SetPrice("milk", 1)]).embedded == 0


def lines(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_read_when_one_of_each_then_changes(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "c.jsonl",
        {"change": "price", "id": "p1", "price": "$2.49"},
        {"change": "stock", "id": "p1", "stock": 0},
        {"change": "title", "id": "p1", "title": "<b>Oat</b> milk"},
        {"change": "promotion", "id": "p1", "store": "s", "first_day": "2026-01-05",
         "last_day": "2026-01-11", "price": 1.99},
        {"change": "product", "id": "p9", "title": "Rye", "price": 2, "attributes": {"a": "b"}},
        {"change": "remove", "id": "p1"},
        {"change": "purchase", "shopper": "ann", "product": "p1", "at": "2025-01-05", "paid": 3},
    )  # fmt: skip
    assert read_changes(path, "USD") == [
        SetPrice("p1", 249),
        SetStock("p1", 0),
        SetTitle("p1", "Oat milk"),
        PutPromotion(Promotion("p1", "s", date(2026, 1, 5), date(2026, 1, 11), "display", 199)),
        PutProduct(Product("p9", "Rye", "Other", price=200, attributes={"a": "b"})),
        RemoveProduct("p1"),
        AddPurchase(Interaction(0, "ann", "p1", datetime(2025, 1, 5), 1, 300)),
    ]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"change": "rice"}, "change: one of"),
        ({"change": "price", "id": "p"}, "price: missing"),
        ({"change": "price", "id": "p", "price": True}, "truth value"),
        ({"change": "price", "id": "p", "price": "3 EUR"}, "another currency"),
        ({"change": "product", "id": "p"}, "title: no word"),
        ({"change": "purchase", "shopper": "a", "product": "p", "at": "soon"}, "no date"),
    ],
)
def test_read_when_a_line_is_wrong_then_named(
    tmp_path: Path, row: dict[str, Any], says: str
) -> None:
    path = lines(tmp_path / "c.jsonl", {"change": "remove", "id": "p"}, row)
    with pytest.raises(BadData, match=f"line 2: .*{says}"):
        read_changes(path, "USD")


def test_update_when_the_reader_is_another_process_then_its_next_answer_has_it(
    shop: IndexConfig,
) -> None:
    command = [sys.executable, "-m", "tests.index.live_reader", str(shop.home)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdin
        assert reader.stdout
        assert reader.stdout.readline() == "open\n"

        def ask(text: str, max_price: int | None = None) -> dict[str, Any]:
            assert reader.stdin
            assert reader.stdout
            reader.stdin.write(json.dumps({"text": text, "max_price": max_price}) + "\n")
            reader.stdin.flush()
            told: dict[str, Any] = json.loads(reader.stdout.readline())
            return told

        before = ask("mountain milk tea")
        assert before["buyers"] == 2
        assert "oat" in before["found"]
        change(
            shop,
            PutProduct(TEA),
            SetPrice("milk", 99),
            RemoveProduct("oat"),
            AddPurchase(Interaction(0, "s9", "milk", datetime(2017, 12, 31, 9))),
        )
        after = ask("mountain milk tea")
        assert after["found"]["tea"] == ["Mountain tea", 350]
        assert after["found"]["milk"][1] == 99
        assert "oat" not in after["found"]
        assert "tea" in after["dense"]
        assert (after["buyers"], after["today"]) == (3, "2018-01-01")
        assert set(ask("milk", max_price=100)["found"]) == {"milk"}
        reader.stdin.close()
        assert reader.wait(30) == 0
