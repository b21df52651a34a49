"""Tables of other shops: what is good comes in, what is not is told with line and reason."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from index.catalogue import Catalogue
from index.config import IndexConfig
from index.errors import BadData
from index.importing import import_source
from index.purchases import Purchases
from index.sources.checked import CheckedSource
from index.sources.tables.columns import ColumnMap, TableMap, load_map, write_map
from index.sources.tables.lines import read_rows
from index.sources.tables.sniff import sniff
from index.sources.tables.source import open_tables
from tests.index.dirty_tables import LAST, Made, make_tables


def bring_in(config: IndexConfig, made: Made, folder: Path) -> CheckedSource:
    with open_tables(made.columns, folder, config.shop, 0.2, LAST) as source:
        import_source(source, config)
    return source


def check(config: IndexConfig, made: Made, source: CheckedSource) -> None:
    """No dirt kept, no good row lost, every row accounted for and every reject told."""
    catalogue, purchases = Catalogue.open(config), Purchases.open(config)
    kept = {p.id: (p.title, p.price) for p in catalogue.many(catalogue.ids())}
    assert kept == made.kept
    assert len(purchases) == made.events
    report = source.report
    assert [report.missing(noun) for noun in report.read] == [0, 0]
    told = [json.loads(line) for line in source.rejects.read_text().splitlines()]
    assert len(told) == made.refused.total()
    assert all(t["line"] and t["reason"] and len(json.dumps(t)) < 10_000 for t in told)
    catalogue.close()
    purchases.close()


@pytest.fixture
def config(tmp_path: Path) -> IndexConfig:
    return IndexConfig(home=tmp_path / "home", catalogue="made", offline=True)


def test_import_when_half_is_dirt_then_the_good_rows_alone(
    config: IndexConfig, tmp_path: Path
) -> None:
    made = make_tables(tmp_path, 800, share=0.5)
    with open_tables(made.columns, tmp_path, config.shop, 1.0, LAST) as source:
        import_source(source, config)
    assert len(made.refused) == 12
    assert len(made.cleaned) == 5
    check(config, made, source)
    assert [p.name for p in config.shop.iterdir() if "part" in p.name] == []


@pytest.mark.slow
def test_import_when_a_hundred_thousand_rows_then_within_a_minute(
    config: IndexConfig, tmp_path: Path
) -> None:
    made = make_tables(tmp_path, 100_000)
    start = time.perf_counter()
    source = bring_in(config, made, tmp_path)
    took = time.perf_counter() - start
    check(config, made, source)
    print(f"100,000 rows in {took:.1f} s, {made.refused.total()} left out")
    assert took < 60


def test_import_when_again_then_the_same_shop(config: IndexConfig, tmp_path: Path) -> None:
    made = make_tables(tmp_path, 80)
    seen = []
    for _ in range(2):
        bring_in(config, made, tmp_path)
        catalogue, purchases = Catalogue.open(config), Purchases.open(config)
        seen.append((catalogue.fingerprint, list(purchases.all(LAST))))
    assert seen[0] == seen[1]


def test_import_when_too_much_is_dirt_then_nothing_is_changed(
    config: IndexConfig, tmp_path: Path
) -> None:
    made = make_tables(tmp_path, 80)
    bring_in(config, made, tmp_path)
    before = config.database.read_bytes()
    worse = make_tables(tmp_path, 240, share=0.5)
    with pytest.raises(BadData, match=r"more than the 5\.0% allowed.*Nothing was changed"):
        open_tables(worse.columns, tmp_path, config.shop, 0.05, LAST)
    assert config.database.read_bytes() == before
    assert (config.shop / "rejects.jsonl").read_text().count("\n") > 2


def write(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


def test_read_when_a_quote_never_closes_then_the_rows_after_it_are_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'id,title\n1,"one\n2,two\n3,"th\nree"\n4,four\n')
    rows = list(read_rows(path))
    assert [(r.line, r.values.get("title")) for r in rows if not r.fault] == [
        (3, "two"), (4, "th\nree"), (6, "four"),
    ]  # fmt: skip
    assert [r.line for r in rows if r.fault] == [2]


def test_read_when_lines_are_empty_or_no_json_then_numbered(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", '{"id": 1}\n\n[1]\nnope\n{"id": 2}')
    assert [(r.line, r.fault) for r in read_rows(path)] == [
        (1, ""), (3, "no JSON object"), (4, "no JSON"), (5, ""),
    ]  # fmt: skip


def test_read_when_of_no_known_kind_then_the_kinds_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"\.parquet"):
        list(read_rows(tmp_path / "a.xlsx"))


def test_import_when_parquet_then_types_are_taken(config: IndexConfig, tmp_path: Path) -> None:
    table = {"id": ["a", "b"], "title": ["Ax", None], "price": [2.5, 3.0], "tags": [["x", "y"], []]}
    pq.write_table(pa.table(table), tmp_path / "p.parquet")
    columns = ColumnMap(
        name="made",
        products=TableMap(
            file=Path("p.parquet"), columns={"id": "id", "title": "title", "price": "price"},
            attributes={"tags": "tags"},
        ),
    )  # fmt: skip
    with open_tables(columns, tmp_path, config.shop, 0.5) as source:
        found = list(source.products())
    assert [(p.id, p.price, p.attributes) for p in found] == [("a", 250, {"tags": "x, y"})]


def test_sniff_when_two_files_then_a_map_that_imports(config: IndexConfig, tmp_path: Path) -> None:
    goods = "SKU;Product name;Category;Brand;Price;Material\nt1;Tent;Tents;Tarn;€ 99,50;nylon\n"
    orders = "order_id,customer_id,sku,order_date,qty\nb1,ann,t1,31.12.2024,2\n"
    paths = [write(tmp_path / "orders.csv", orders), write(tmp_path / "goods.csv", goods)]
    text = write_map(sniff(paths, "tents"))
    columns = load_map(write(tmp_path / "map.toml", text))
    assert (columns.currency, columns.products.attributes) == ("EUR", {"material": "Material"})
    with open_tables(columns, tmp_path, config.shop) as source:
        product, event = next(source.products()), next(source.events())
    assert (product.id, product.price, product.currency) == ("t1", 9950, "EUR")
    assert (event.shopper_id, event.quantity, event.at.date().isoformat()) == (
        "ann", 2, "2024-12-31",
    )  # fmt: skip


def test_sniff_when_names_say_nothing_then_the_columns_themselves_do(tmp_path: Path) -> None:
    text = "a;b;c\n7;x9;Red tent\n7;x8;Blue tent\n7;x7;Red tent\n"
    found = sniff([write(tmp_path / "goods.csv", text)]).products.columns
    assert found == {"id": "b", "title": "c"}


def test_sniff_when_written_by_an_old_spreadsheet_then_its_encoding(
    config: IndexConfig, tmp_path: Path
) -> None:
    path = tmp_path / "goods.csv"
    path.write_bytes("sku;name;price\n1;Crème brûlée;4,50\n2;Tea;1,00\n".encode("cp1252"))
    columns = sniff([path])
    with open_tables(columns, tmp_path, config.shop) as source:
        assert [p.title for p in source.products()] == ["Crème brûlée", "Tea"]


def test_sniff_when_no_name_tells_the_time_then_the_column_of_dates(tmp_path: Path) -> None:
    goods = write(tmp_path / "goods.csv", 'sku,name,price_eur\n1,Tea,"4,50"\n2,Jam,"3,90"\n')
    orders = write(
        tmp_path / "o.csv", "who,buyer,item,booked\nx,ann,1,03.10.2026\ny,bob,2,14.10.2026\n"
    )
    found = sniff([goods, orders])
    assert found.events
    assert found.events.columns == {"shopper_id": "buyer", "product_id": "item", "at": "booked"}
    assert found.events.dates == "%d.%m.%Y"
    assert found.currency == "EUR"


def test_sniff_when_a_file_is_left_over_then_names_it_and_its_columns(tmp_path: Path) -> None:
    goods = write(tmp_path / "goods.csv", "sku,name\n1,Tea\n")
    other = write(tmp_path / "visits.csv", "browser,page\nfirefox,home\n")
    with pytest.raises(BadData, match=r"visits.csv is not understood .* browser, page"):
        sniff([goods, other])


def test_sniff_when_no_products_then_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "orders.csv", "customer,sku,date\nann,t1,2024-12-31\n")
    with pytest.raises(BadData, match="No file of products"):
        sniff([path])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name = 1", "name"),
        ('name = "a"\n[products]\nfile = "a.csv"\n[products.columns]\nid = "x"', "title"),
        ('name = "a"\n[products]\nfile = "a.csv"\n[products.columns]\nprise = "x"', "prise"),
        ("[", "can't be read"),
    ],
)
def test_map_when_wrong_then_the_offending_thing_is_named(
    tmp_path: Path, text: str, says: str
) -> None:
    with pytest.raises(BadData, match=says):
        load_map(write(tmp_path / "map.toml", text))


@pytest.mark.parametrize("number", [{"a": 1}, "\udcff", "x" * 200_000])
def test_import_when_a_receipts_own_number_is_none_then_the_row_is_refused(
    config: IndexConfig, tmp_path: Path, number: object
) -> None:
    rows = [{"id": n, "who": "s1", "what": "p", "at": "2025-01-01"} for n in (1, number)]
    (tmp_path / "p.jsonl").write_text('{"id": "p", "title": "Tent"}\n')
    (tmp_path / "e.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    products = TableMap(file=Path("p.jsonl"), columns={"id": "id", "title": "title"})
    named = {"id": "id", "shopper_id": "who", "product_id": "what", "at": "at"}
    columns = ColumnMap(
        name="made", products=products, events=TableMap(file=Path("e.jsonl"), columns=named)
    )
    with open_tables(columns, tmp_path, config.shop, 1.0, LAST) as source:
        import_source(source, config)
    assert source.report.kept["receipt lines"] == 1
    (told,) = (json.loads(line) for line in source.rejects.read_text().splitlines())
    assert (told["line"], told["reason"].partition(":")[0]) == (2, "id")


def test_import_when_an_amount_is_next_to_nothing_then_no_price_is_divided_by_it(
    config: IndexConfig, tmp_path: Path
) -> None:
    rows = [{"id": f"p{n}", "title": "Tea", "amount": n, "unit": "oz"} for n in (1e-320, 5)]
    (tmp_path / "p.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    named = {name: name for name in ("id", "title", "amount", "unit")}
    columns = ColumnMap(name="made", products=TableMap(file=Path("p.jsonl"), columns=named))
    with open_tables(columns, tmp_path, config.shop, 1.0, LAST) as source:
        assert [product.id for product in source.products()] == ["p5"]
