"""Filling the stores of ``bench index --growth``, on the small shop."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eval.benchmarks.index_growth import FILE, OURS, PEER, growth_rows, size_rows
from eval.benchmarks.retrieval import write_copies
from eval.picture import growth_svg
from index.build import catalogue_texts, embed
from index.stores.vectorfile import read_vectors
from tests.index.small_shop import PRODUCTS, WordEncoder, make_shop


def test_size_rows_when_ours_takes_twice_the_peer_then_the_ratio_is_two() -> None:
    rows = size_rows("10x", 100, {FILE: 1.0, OURS: 10.0, PEER: 5.0})
    found = {(row.metric, row.system): row.value for row in rows}
    assert found["ratio_to_peer", OURS] == 2
    assert found["texts_per_s", OURS] == 10
    assert found["texts_per_s", PEER] == 20
    assert {row.table for row in rows} == {"10x"}


def test_size_rows_when_chroma_was_not_built_then_no_ratio() -> None:
    rows = size_rows("100x", 100, {FILE: 4.0})
    assert [(row.metric, row.value) for row in rows] == [("store_s", 4), ("texts_per_s", 25)]


def test_growth_svg_when_another_metric_then_its_words_are_on_it() -> None:
    rows = size_rows("1x", 10, {FILE: 1.0}) + size_rows("10x", 100, {FILE: 4.0})
    drawn = growth_svg(rows, {"1x": 10, "10x": 100}, "store_s", "seconds to fill", "Filling")
    assert "seconds to fill" in drawn
    assert "milliseconds" not in drawn


def test_write_copies_when_twice_then_the_shops_own_are_as_they_were(tmp_path: Path) -> None:
    shop = make_shop(tmp_path / "home")
    embed(catalogue_texts(shop), WordEncoder(), shop.vectors, shop.text_template)
    file = read_vectors(shop.vectors)
    larger = write_copies(tmp_path / "larger", file, 2)
    assert len(set(larger.ids)) == 2 * len(PRODUCTS)
    rows = [larger.ids.index(id_) for id_ in file.ids]
    np.testing.assert_array_equal(larger.matrix[rows], file.matrix)


@pytest.mark.model
def test_growth_rows_when_two_sizes_then_every_store_was_filled(tmp_path: Path) -> None:
    shop = make_shop(tmp_path / "home")
    embed(catalogue_texts(shop), WordEncoder(), shop.vectors, shop.text_template)
    rows, counts = growth_rows(shop.vectors, (1, 3))
    assert counts == {"1x": len(PRODUCTS), "3x": 3 * len(PRODUCTS)}
    assert {row.system for row in rows} == {FILE, OURS, PEER}
    assert all(row.value > 0 for row in rows)
