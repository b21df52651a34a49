"""A source read into a shop: whole or not at all, with what other rooms keep left alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from index.catalogue import Catalogue
from index.config import IndexConfig
from index.database import Database, Migration, migrate
from index.errors import BadData
from index.importing import import_source, open_source
from index.lexical import FtsIndex
from index.purchases import Purchases
from index.sources.base import CatalogueSource, ImportReport
from index.types import Coupon, Interaction, Product, Promotion

NOTES = Migration("assistant.notes", 1, "CREATE TABLE notes (text TEXT)")


class Small:
    """A source of two products that can break off half way."""

    name = "small"
    licence_note = "Made up."

    def __init__(self, title: str = "Whole milk", breaks: bool = False) -> None:
        self.title, self.breaks = title, breaks
        self.report = ImportReport(self.name)

    def products(self) -> Iterator[Product]:
        yield Product("milk", self.title, "Milk", price=249)
        if self.title == "Whole milk":
            yield Product("bread", "Rye bread", "Bread", price=199)

    def promotions(self) -> Iterator[Promotion]:
        yield Promotion("milk", "s1", date(2020, 6, 8), date(2020, 6, 14), "mailer", 199)

    def coupons(self) -> Iterator[Coupon]:
        yield Coupon("c", frozenset({"milk"}), date(2020, 6, 8), date(2020, 6, 14), 50)

    def events(self) -> Iterator[Interaction]:
        yield Interaction(1, "ann", "milk", datetime(2020, 6, 9, 9))
        if self.breaks:
            raise ValueError("the source broke")
        yield Interaction(2, "ann", "milk", datetime(2020, 6, 10, 9))


@pytest.fixture
def config(tmp_path: Path) -> IndexConfig:
    return IndexConfig(home=tmp_path, catalogue="small")


def titles(config: IndexConfig) -> list[str]:
    catalogue = Catalogue.open(config)
    found = [product.title for product in catalogue.many(catalogue.ids())]
    catalogue.close()
    return found


def test_import_when_first_then_everything_is_there(config: IndexConfig) -> None:
    source: CatalogueSource = Small()
    assert import_source(source, config) is source.report
    catalogue, purchases = Catalogue.open(config), Purchases.open(config)
    assert titles(config) == ["Rye bread", "Whole milk"]
    assert catalogue.promotion("milk", "s1", date(2020, 6, 10)) is not None
    assert len(purchases) == 2
    assert [s.id for s in FtsIndex.open(config).query("rye", 3)] == ["bread"]
    assert catalogue.last_day == date(2020, 6, 10)
    assert catalogue.dataset() == {
        "name": "small", "licence_note": "Made up.", "sha256": catalogue.fingerprint,
    }  # fmt: skip


def test_import_when_the_first_breaks_off_then_there_is_no_shop(config: IndexConfig) -> None:
    with pytest.raises(ValueError, match="broke"):
        import_source(Small(breaks=True), config)
    assert not config.database.exists()
    import_source(Small(), config)
    assert len(titles(config)) == 2


def test_import_when_again_then_replaced_and_other_tables_stay(config: IndexConfig) -> None:
    import_source(Small(), config)
    database = Database(config.database)
    migrate(database.connection, [NOTES])
    database.connection.execute("INSERT INTO notes VALUES ('kept')")
    import_source(Small(title="Oat milk"), config)
    assert titles(config) == ["Oat milk"]
    assert FtsIndex(database).query("rye", 3) == []
    assert database.connection.execute("SELECT text FROM notes").fetchall() == [("kept",)]


def test_import_when_a_later_one_breaks_off_then_the_shop_is_as_before(
    config: IndexConfig,
) -> None:
    import_source(Small(), config)
    with pytest.raises(ValueError, match="broke"):
        import_source(Small(title="Oat milk", breaks=True), config)
    assert titles(config) == ["Rye bread", "Whole milk"]
    assert len(Purchases.open(config)) == 2


def test_import_when_done_then_the_indexes_of_the_receipts_are_back(config: IndexConfig) -> None:
    import_source(Small(), config)
    rows = Database(config.database).connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'events'"
    )
    assert {name for (name,) in rows} == {"events_by_shopper", "events_by_product"}


def test_import_when_the_outdoor_shop_then_all_rows_are_in(config: IndexConfig) -> None:
    outdoor = config.model_copy(update={"catalogue": "outdoor"})
    report = import_source(open_source("outdoor", outdoor), outdoor)
    assert report.kept["products"] == len(titles(outdoor)) > 300
    assert Catalogue.open(outdoor).last_day == date(2025, 12, 31)
    assert [report.missing(noun) for noun in report.read] == [0] * len(report.read)


def test_open_source_when_unknown_then_the_known_are_named(config: IndexConfig) -> None:
    with pytest.raises(BadData, match="journey, outdoor"):
        open_source("nowhere", config)
