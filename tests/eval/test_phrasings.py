"""The hand-written phrasings: well-formed, split by group, and in step with the outdoor shop."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.types import Intent, Need, Sort
from eval.phrasings import CATALOGUES, DATA, Phrasing, RightNeed, half, load, read
from index.errors import BadData
from index.sources.outdoor import OutdoorSource

GOOD = {"id": "a", "group": "g", "message": "m", "need": {"what": "tea"}}


@pytest.fixture(scope="module")
def everything() -> list[Phrasing]:
    return [row for name in CATALOGUES for row in read(DATA / f"phrasings_{name}.jsonl")]


def write(folder: Path, *rows: object) -> Path:
    path = folder / "phrasings_journey.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_set_when_counted_then_as_large_as_promised(everything: list[Phrasing]) -> None:
    sizes = Counter(row.group for row in everything)
    assert len(everything) >= 300
    assert sum(size == 4 for size in sizes.values()) >= 100
    assert set(sizes.values()) == {1, 4}


def test_messages_when_compared_then_each_once(everything: list[Phrasing]) -> None:
    messages = Counter(row.message.casefold() for row in everything)
    assert [m for m, n in messages.items() if n > 1] == []


def test_halves_when_loaded_then_whole_groups_and_both_large() -> None:
    dev, test = load("dev"), load("test")
    assert {row.group for row in dev}.isdisjoint(row.group for row in test)
    assert min(len(dev), len(test)) > 0.4 * (len(dev) + len(test))


def test_set_when_counted_by_field_then_every_field_and_intent_occurs(
    everything: list[Phrasing],
) -> None:
    stated = Counter(field for row in everything for field in row.need.model_fields_set)
    assert set(RightNeed.model_fields) == set(stated)
    # These came after the set was written, and a released set stays as it is.
    acts = {Intent.COMPARE, Intent.BASKET, Intent.UNDO, Intent.RESTART}
    sizes = {Sort.BIGGEST, Sort.SMALLEST}
    assert {row.need.intent for row in everything} == set(Intent) - acts
    assert {row.need.sort for row in everything} == {*Sort, None} - sizes


def test_fields_when_compared_with_the_need_then_same_names_and_defaults() -> None:
    right, need = RightNeed(), Need(message="")
    for name in set(RightNeed.model_fields) - {"what"}:
        assert getattr(right, name) == getattr(need, name)


def test_outdoor_rows_when_held_against_the_shop_then_name_what_is_sold() -> None:
    shop = {p.id: p for p in OutdoorSource().products()}
    brands = {p.brand for p in shop.values()}
    attributes = {pair for p in shop.values() for pair in p.attributes.items()}
    for row in read(DATA / "phrasings_outdoor.jsonl"):
        assert {*row.need.brands, *row.need.not_brands} <= brands, row.id
        assert set(row.need.attributes) <= attributes, row.id
        for shown in row.shown:
            assert (shop[shown.id].title, shop[shown.id].price) == (shown.title, shown.price)


@given(st.text())
def test_half_when_asked_twice_then_the_same(group: str) -> None:
    assert half(group) == half(group)
    assert half(group) in ("dev", "test")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"need": {"max_price": 0}}, "max_price"),
        ({"need": {"max_price": "400"}}, "max_price"),
        ({"need": {"min_price": 900, "max_price": 300}}, "min_price 900 is above max_price 300"),
        ({"need": {"count": 11}}, "count"),
        ({"need": {"prize": 3}}, "prize"),
        ({"need": {"about": ["x"]}}, "was not shown"),
        ({"message": ""}, "message"),
    ],
)
def test_read_when_a_row_is_wrong_then_file_line_and_reason(
    tmp_path: Path, change: dict[str, object], reason: str
) -> None:
    path = write(tmp_path, GOOD, {**GOOD, "id": "b", "group": "h", **change})
    with pytest.raises(BadData, match=r"phrasings_journey\.jsonl, line 2") as error:
        read(path)
    assert reason in str(error.value)


def test_read_when_an_id_comes_twice_then_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="line 2: the id 'a' is there twice"):
        read(write(tmp_path, GOOD, GOOD))


def test_read_when_wordings_of_a_group_differ_in_need_then_refused(tmp_path: Path) -> None:
    other = {**GOOD, "id": "b", "need": {"what": "coffee"}}
    with pytest.raises(BadData, match="line 2: the need differs within the group 'g'"):
        read(write(tmp_path, GOOD, other))


def test_read_when_not_json_then_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "phrasings_journey.jsonl"
    path.write_text("{\n")
    with pytest.raises(BadData, match="line 1"):
        read(path)
