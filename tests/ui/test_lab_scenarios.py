"""Scenarios and expectations: what is read, what is left out and told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import BadData
from ui.lab.cell import Cell, CellClaim, CellPick, CellSentence
from ui.lab.expect import check_lines, outcomes
from ui.lab.scenarios import Scenario, read_csv, read_rows, to_csv

CELL = Cell(
    scenario="k",
    picks=(
        CellPick("a", "Oat milk, plain", "Milk", 399, True),
        CellPick("b", "Rye bread", "Bread", 250, False),
    ),
    sentences=(
        CellSentence("P1", "It costs $3.99 today.", True, (CellClaim("x", "supported", ""),)),
        CellSentence("P2", "Rye bread is a nice one.", False, (), ("no (false)",)),
    ),
    note="",
    unknown=("$9.99",),
    seconds=0.5,
    tokens=12,
    prompt_tokens=90,
)


@pytest.mark.parametrize(
    ("line", "holds"),
    [
        ("contains nice", True),
        ("contains cheap", False),
        ("never cost", True),
        ("never costs", False),
        ("at most 6 words", True),
        ("at most 5 words", False),
        ("grounded at least 0.5", True),
        ("grounded at least 1", False),
        ("model at least 0.5", True),
        ("model at least 1", False),
        ("at least 2 picks", True),
        ("at least 3 picks", False),
        ("picks under 4.00", True),
        ("picks under 3", False),
        ("picks in milk", False),
        ("picks store brand", False),
        ("picks never nuts", True),
        ("picks never rye", False),
        ("as golden", False),
    ],
)
def test_outcomes_when_held_against_a_cell_then_as_a_person_would(line: str, holds: bool) -> None:
    check_lines([line])
    (outcome,) = outcomes([line], CELL)
    assert outcome.holds is holds
    assert bool(outcome.because) is not holds


def test_outcomes_when_the_cell_is_golden_then_it_holds() -> None:
    assert outcomes(["as golden"], CELL, CELL)[0].holds


def test_cell_when_written_and_read_then_the_same() -> None:
    assert Cell.of_json(CELL.as_json()) == CELL


def test_csv_when_three_rows_are_bad_then_told_by_number_and_the_rest_is_read() -> None:
    raw = (
        b"message,shopper,expect\nmilk,s1,contains oat\n,s2,\nbread,,at most many words\n"
        b"milk,s1,\n\n=cmd(),guest,\n"
    )
    found = read_csv(raw)
    assert [s.row for s in found.scenarios] == [
        ["s1", "milk", "contains oat"],
        ["guest", "=cmd()", ""],
    ]
    assert [w.split(":")[0] for w in found.wrong] == ["row 3", "row 4", "row 5"]
    assert "at most many words" in found.wrong[1]


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00", b"PK\x03\x04\x00\x00", b"name,age\n1,2\n", b""])
def test_csv_when_it_is_another_file_then_refused_with_what_is_wanted(raw: bytes) -> None:
    with pytest.raises(BadData, match="Save a CSV file in UTF-8"):
        read_csv(raw)


@given(st.lists(st.tuples(st.text(), st.text(), st.text()), max_size=6))
def test_rows_when_anything_is_typed_then_read_or_told(rows: list[tuple[str, ...]]) -> None:
    found = read_rows(rows)
    assert len(found.scenarios) + len(found.wrong) <= len(rows)


def test_csv_when_written_then_read_back() -> None:
    ones = (Scenario("s1", 'a "quoted", thing\nin two lines'), Scenario(None, "x", ("never y",)))
    assert read_csv(to_csv(ones).encode()).scenarios == ones
