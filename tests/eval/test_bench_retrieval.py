"""The larger catalogue and the fit of ``bench retrieval``, on the small shop."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from eval.benchmarks.retrieval import bare, enlarged, growth
from eval.picture import growth_svg
from eval.report import Row
from index.build import catalogue_texts, embed
from index.catalogue import Catalogue
from index.stores.vectorfile import read_vectors
from tests.index.small_shop import PRODUCTS, WordEncoder, make_shop


def test_enlarged_when_three_times_then_titles_distinct_and_vectors_near(tmp_path: Path) -> None:
    shop = make_shop(tmp_path / "home")
    embed(catalogue_texts(shop), WordEncoder(), shop.vectors, shop.text_template)
    larger = enlarged(shop, tmp_path / "larger", 3)
    catalogue, file = Catalogue.open(larger), read_vectors(larger.vectors)
    products = catalogue.many(catalogue.ids())
    catalogue.close()
    assert len({product.title for product in products}) == 3 * len(PRODUCTS) == len(file.ids)
    np.testing.assert_allclose(np.linalg.norm(file.matrix, axis=1), 1, atol=1e-5)
    row = {id_: n for n, id_ in enumerate(file.ids)}
    near = file.matrix[row["milk"]] @ file.matrix[row["milk-2"]]
    assert 0.9 < near < 1
    assert len(Catalogue.open(shop)) == len(PRODUCTS)


def test_growth_when_time_grows_with_the_root_then_a_half() -> None:
    rows = [Row("p50_ms", value, table=table) for table, value in (("1x", 3.0), ("100x", 30.0))]
    rows += [replace(row, metric="p95_ms", value=1.0) for row in rows]
    (found,) = growth(rows, {1: 50, 100: 5000})
    assert found.metric == "growth_exponent"
    assert found.value == pytest.approx(0.5)
    drawn = growth_svg(rows, {"1x": 50, "100x": 5000})
    assert drawn == growth_svg(rows, {"1x": 50, "100x": 5000})
    assert "products" in drawn


def test_bare_when_asked_then_the_highest_cosines() -> None:
    matrix = np.random.default_rng(0).normal(size=(200, 8)).astype(np.float32)
    found = bare(matrix, matrix[3])
    assert found == np.argsort(-(matrix @ matrix[3]))[:50].tolist()
