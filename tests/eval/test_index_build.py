"""The pure parts of ``bench index``: what it asks, and that a wrong store can't pass."""

from __future__ import annotations

from eval.benchmarks.index_build import (
    QUERIES,
    SHARES,
    agrees,
    build_rows,
    filtered_queries,
    query_texts,
)
from index.build import BuildReport
from index.types import Hit, Product

PRODUCTS = [
    Product(f"p{i:04}", f"Title {i}", "Aisle", kind=f"Kind {i}", price=100 + i) for i in range(999)
]
TRUTH = [0.9, 0.8, 0.7]
PASSING = {"a", "b", "c", "d"}


def test_agrees_when_place_by_place_the_same_then_true() -> None:
    dense = {"a": Hit(1, 0.9), "b": Hit(2, 0.8), "c": Hit(3, 0.7), "d": Hit(4, 0.1)}
    assert agrees(dense, TRUTH, PASSING)


def test_agrees_when_one_is_missed_then_false() -> None:
    dense = {"a": Hit(1, 0.9), "c": Hit(2, 0.7), "d": Hit(3, 0.1)}
    assert not agrees(dense, TRUTH, PASSING)


def test_agrees_when_too_few_then_false() -> None:
    assert not agrees({"a": Hit(1, 0.9)}, TRUTH, PASSING)


def test_agrees_when_something_does_not_pass_then_false() -> None:
    dense = {"a": Hit(1, 0.9), "b": Hit(2, 0.8), "c": Hit(3, 0.7), "no": Hit(4, 0.1)}
    assert not agrees(dense, TRUTH, PASSING)


def test_query_texts_when_made_then_titles_kinds_and_phrases() -> None:
    found = query_texts(PRODUCTS)
    assert len(found) == QUERIES
    assert found[:3] == ["Title 0", "kind 2", "kind 4"]
    assert "something with kind 10" in found


def test_filtered_queries_when_made_then_every_share_and_repeatable() -> None:
    found = list(filtered_queries(PRODUCTS, 7))
    assert found == list(filtered_queries(PRODUCTS, 7))
    assert len(found) == 10 * len(SHARES)
    limits = {filters.max_price for _, filters in found}
    assert len(limits) == len(SHARES)
    assert sum(bool(filters.not_categories) for _, filters in found) == len(found) / 2


def test_build_rows_when_slower_than_allowed_then_positive() -> None:
    report = BuildReport(10, 8, 8, 0, 0, 384, "f", "b", embed_s=120.0, chroma_s=10.0)
    rows = {(r.metric, r.system): r.value for r in build_rows(report, 100.0, 8)}
    assert rows["ratio_to_peer", "shelftalk"] == 1.3
    assert rows["seconds_over_allowance", "shelftalk"] == 130 - (1.15 * 100 + 10)
