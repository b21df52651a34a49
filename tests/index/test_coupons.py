"""The coupons of a shop: written whole, seen by whom they were sent to, gone with their product."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from index.changes import PutCoupon, RemoveProduct
from index.config import IndexConfig
from index.coupons import Coupons
from index.database import Database
from index.errors import BadData
from index.importing import import_source
from index.sources.changes import read_changes
from index.sources.outdoor import OutdoorSource
from index.types import Coupon
from index.update import update
from tests.index.small_shop import TODAY, make_shop

LAST = TODAY + timedelta(days=3)
FOR_TWO = Coupon("c", frozenset({"milk", "oat"}), TODAY, LAST, 75, 2, frozenset({"s1", "s2"}))


@pytest.fixture
def shop(tmp_path: Path) -> IndexConfig:
    return make_shop(tmp_path)


@pytest.fixture
def coupons(shop: IndexConfig) -> Iterator[Coupons]:
    update(shop, [PutCoupon(FOR_TWO)])
    database = Database(shop.database, readonly=True)
    yield Coupons(database)
    database.close()


def test_usable_when_sent_to_some_then_each_sees_only_themselves(coupons: Coupons) -> None:
    mine = Coupon("c", frozenset({"milk"}), TODAY, LAST, 75, 2, frozenset({"s1"}))
    assert coupons.usable(["milk", "bread"], "s1", TODAY) == [mine]
    assert coupons.usable(["milk"], "s3", TODAY) == []
    assert coupons.usable(["milk"], None, TODAY) == []
    assert coupons.usable(["bread"], "s1", TODAY) == []
    assert coupons.usable(["milk"], "s1", LAST + timedelta(days=1)) == []


def test_usable_when_the_shop_is_older_than_coupons_then_it_has_none(shop: IndexConfig) -> None:
    database = Database(shop.database, readonly=True)
    assert Coupons(database).usable(["milk"], "s1", TODAY) == []
    database.close()


def test_put_when_its_id_is_known_then_replaced(shop: IndexConfig, coupons: Coupons) -> None:
    everyones = Coupon("c", frozenset({"bread"}), TODAY, LAST)
    update(shop, [PutCoupon(everyones)])
    assert coupons.usable(["milk", "oat", "bread"], None, TODAY) == [everyones]


def test_remove_when_a_product_goes_then_it_leaves_the_coupon(
    shop: IndexConfig, coupons: Coupons
) -> None:
    update(shop, [PutCoupon(FOR_TWO), RemoveProduct("oat")])
    [found] = coupons.usable(["milk", "oat"], "s2", TODAY)
    assert found.product_ids == {"milk"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"products": ["nothing"]}, "'nothing'"),
        ({"products": []}, "is for no product"),
        ({"last_day": "2017-12-01"}, "ends before it begins"),
        ({"packs": 0}, "asks for 0 packs"),
        ({"shoppers": []}, "sent to nobody"),
        ({"amount": 0}, "takes nothing off"),
        ({"products": "milk"}, "no list of ids"),
        ({"first_day": "soon"}, "first_day"),
    ],
)
def test_update_when_a_line_is_no_coupon_then_nothing_is_changed(
    shop: IndexConfig, coupons: Coupons, tmp_path: Path, change: dict[str, object], says: str
) -> None:
    row = {
        "change": "coupon", "id": "new", "products": ["milk"], "first_day": "2017-12-20",
        "last_day": "2018-01-05", "amount": 1.25,
    }  # fmt: skip
    path = tmp_path / "changes.jsonl"
    path.write_text(json.dumps({**row, **change}) + "\n")
    with pytest.raises(BadData, match=says):
        update(shop, read_changes(path, "USD"))
    assert [one.id for one in coupons.usable(["milk"], "s1", TODAY)] == ["c"]
    path.write_text(json.dumps(row) + "\n")
    update(shop, read_changes(path, "USD"))
    found = coupons.usable(["milk"], "s1", TODAY)
    assert [(one.id, one.amount, one.sent_to) for one in found] == [
        ("c", 75, {"s1"}),
        ("new", 125, None),
    ]


def test_import_when_the_outdoor_shop_then_its_coupons_are_there_once(tmp_path: Path) -> None:
    config = IndexConfig(home=tmp_path, catalogue="outdoor", offline=True)
    today = date(2025, 12, 31)
    for _ in range(2):
        report = import_source(OutdoorSource(), config)
        assert (report.kept["coupons"], report.missing("coupons")) == (10, 0)
    database = Database(config.database, readonly=True)
    found = Coupons(database).usable(["gas-230", "soup-tomato", "lip-balm"], "o04", today)
    assert [one.id for one in found] == ["gas-refill", "hut-tour-soup", "winter-warm"]
    database.close()
