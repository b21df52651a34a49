"""How varied sentences are, worked by hand."""

from __future__ import annotations

import pytest

from eval.report import Row
from finetune.variety import variety

SHAPES = ["a", "a", "b", "c", "c", "c"]
TYPES = [("price",), ("price", "habit"), (), ("habit",), ("price",), ("size",)]
SHOPPERS = ["x", "x", "y", "y", "z", "z"]


def rows() -> dict[str, Row]:
    return {row.metric: row for row in variety(SHAPES, TYPES, SHOPPERS, "tuned", "free")}


def test_variety_when_worked_by_hand_then_shares_of_sentences_and_of_types() -> None:
    found = rows()
    assert found["unique_masked"].value == pytest.approx(3 / 6)
    assert found["largest_shape"].value == pytest.approx(3 / 6)
    assert found["claim_types"].value == 3
    assert found["largest_claim_type"].value == pytest.approx(3 / 6)
    assert {(row.table, row.system, row.n) for row in found.values()} == {("free", "tuned", 6)}


def test_variety_when_a_shopper_is_left_out_then_the_width_of_the_interval() -> None:
    # without x: b and c of 4; without y: a and c of 4; without z: a, b and c of 4
    low, high = rows()["unique_masked"].ci95 or (0.0, 0.0)
    spread = (2 / 3 * (2 * (0.5 - 7 / 12) ** 2 + (0.75 - 7 / 12) ** 2)) ** 0.5
    assert (low, high) == pytest.approx((0.5 - 1.959964 * spread, 0.5 + 1.959964 * spread))


def test_variety_when_no_claim_is_supported_then_no_type_and_no_interval() -> None:
    found = {row.metric: row for row in variety(["a"], [()], ["x"], "tuned")}
    assert (found["claim_types"].value, found["largest_claim_type"].value) == (0, 0)
    assert found["largest_claim_type"].ci95 is None
