"""Choosing the text of a product: requests with their answers, and every template asked alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.datasets.files import Provenance
from eval.datasets.requests import (
    Request,
    message_requests,
    occasion_requests,
    read_occasions,
)
from eval.phrasings import half
from eval.summary import OURS
from eval.tasks.templates import Asked, Templates, one_of_each
from index.config import IndexConfig
from index.errors import BadData
from index.types import Product
from tests.index.small_shop import WordEncoder

SHELF = [
    Product("b", "Earl Grey, 20 ct", "Tea", kind="Black tea", size="20 ct", department="Drinks"),
    Product("c", "Ground coffee", "Coffee", kind="Ground coffee", department="Drinks"),
    *(Product(f"s{n}", f"Soup number {n}", "Soup", department="Cans") for n in range(12)),
]


def test_occasions_when_the_shop_lacks_an_aisle_then_what_it_has_answers(tmp_path: Path) -> None:
    path = tmp_path / "occasions.tsv"
    path.write_text("# what for\ta sore throat\na sore throat\tPharmacy; Tea\na trip\tCamping\n")
    (found,) = occasion_requests(SHELF, path)
    assert found == Request("a sore throat", "a sore throat", "a sore throat", frozenset("b"))


def test_occasions_when_a_line_has_no_aisle_then_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "occasions.tsv"
    path.write_text("# what for\nbreakfast\n")
    with pytest.raises(BadData, match="line 2"):
        read_occasions(path)


def test_messages_when_they_name_an_aisle_then_it_answers_and_no_test_half_is_read() -> None:
    found = message_requests(SHELF, "journey")
    coffee = [r for r in found if r.group == "journey-promo-nb-coffee"]
    assert {(r.text, r.right) for r in coffee} == {("coffee", frozenset("c"))}
    assert len(coffee) == 4
    assert {half(r.group) for r in found} == {"dev"}


@pytest.fixture
def task(tmp_path: Path) -> Templates:
    requests = [
        Request("tea", "tea", "Tea", frozenset("b")),
        Request("soup", "soup", "Soup", frozenset(p.id for p in SHELF if p.category == "Soup")),
    ]
    config = IndexConfig(home=tmp_path)
    return Templates(
        [Asked("occasions", SHELF, requests)], config, WordEncoder(), Provenance("", "", "0")
    )


def test_templates_when_one_says_the_aisle_then_the_aisle_is_found(task: Templates) -> None:
    values = {}
    for system in ("product-2", "product-4"):
        task.prepare(system)
        (row,) = task.answer(system, [0])
        values[system] = row.values["ndcg@10"] or 0.0
    assert values["product-4"] == 1 > values["product-2"]


def test_templates_when_run_then_all_answer_the_same_cases_and_the_settings_is_ours(
    task: Templates,
) -> None:
    assert list(task.systems) == [OURS, "product-2", "product-3", "product-4"]
    cases = []
    for system in task.systems:
        assert "product/" in task.prepare(system)
        cases.append([(r.table, r.case) for r in task.answer(system, range(len(task)))])
    assert all(of_it == cases[0] for of_it in cases)


def test_templates_when_cut_into_chunks_then_the_same_rows(task: Templates) -> None:
    task.prepare(OURS)
    whole = task.answer(OURS, range(len(task)))
    assert [row for n in range(len(task)) for row in task.answer(OURS, [n])] == whole


def test_one_of_each_when_products_differ_by_size_alone_then_the_first_stands() -> None:
    sizes = [Product(n, f"Cola, {n} oz", "Drinks", size=f"{n} oz") for n in ("9", "12", "20")]
    other = Product("7", "Cola, diet, 9 oz", "Drinks", size="9 oz")
    assert [p.id for p in one_of_each([*sizes, other])] == ["12", "7"]
