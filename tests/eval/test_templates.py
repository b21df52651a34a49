"""Choosing the text of a product: requests with their answers, and that no test is asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import eval.datasets.vectors as vectors
import eval.tasks.templates as task
from eval.datasets.requests import (
    Request,
    message_requests,
    occasion_requests,
    read_occasions,
)
from eval.datasets.split import Fold
from eval.phrasings import half
from eval.summary import OURS
from eval.tasks.templates import NEXT, OCCASIONS, Requests, Templates
from index.config import IndexConfig
from index.errors import BadData
from index.types import Product
from tests.eval import shop
from tests.index.small_shop import WordEncoder

SHELF = [
    Product("b", "Earl Grey, 20 ct", "Tea", kind="Black tea", size="20 ct", department="Drinks"),
    Product("c", "Ground coffee", "Coffee", kind="Ground coffee", department="Drinks"),
    *(Product(f"s{n}", f"Soup number {n}", "Soup", department="Cans") for n in range(12)),
]


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Texts that share words are near; what is made of them lies in a folder of its own."""
    monkeypatch.setenv("SHELFTALK_HOME", str(tmp_path))

    def encoder(config: IndexConfig) -> WordEncoder:
        return WordEncoder(config.text_template)

    monkeypatch.setattr(task, "open_encoder", encoder)
    monkeypatch.setattr(vectors, "open_encoder", encoder)


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


def test_requests_when_a_template_says_the_aisle_then_the_aisle_is_found() -> None:
    asked = Requests(OCCASIONS, SHELF, [Request("tea", "tea", "Tea", frozenset("b"))])
    values = {}
    for template in ("product/2", "product/4"):
        asked.prepare(template)
        (row,) = asked.answer(template, [0])
        values[template] = row.values["ndcg@10"] or 0.0
    assert values["product/4"] == 1 > values["product/2"]


class Unasked:
    """Questions that nobody may look at."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} of the test fold was looked at")


def small_task() -> Templates:
    split = shop.split()
    questions: Any = Unasked()
    closed = replace(split, test=Fold(split.test.train, questions))
    asked = Requests(OCCASIONS, SHELF, [Request("tea", "tea", "Tea", frozenset("b"))])
    return Templates([asked], dict.fromkeys(NEXT, closed), "product/1", "words")


def test_templates_when_run_then_every_template_answers_and_the_test_fold_is_not_asked() -> None:
    small = small_task()
    rows = []
    for system in small.systems:
        assert "product/" in small.prepare(system)
        rows += small.answer(system, range(len(small)))
    assert {row.table for row in rows} == {OCCASIONS, *NEXT}
    assert {row.system for row in rows} == {OURS, "product-2", "product-3", "product-4"}
    cases = {s: [(r.table, r.case) for r in rows if r.system == s] for s in small.systems}
    assert len(set(map(tuple, cases.values()))) == 1


def test_templates_when_cut_into_chunks_then_the_same_rows() -> None:
    small = small_task()
    small.prepare(OURS)
    whole = small.answer(OURS, range(len(small)))
    assert [row for n in range(len(small)) for row in small.answer(OURS, [n])] == whole
