"""Many shoppers into one file, killed and taken up again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from assistant.wiring import Assistant
from eval.batch import SCHEMA, Recommend, answer, read_shoppers, recommend
from index.config import IndexConfig
from index.errors import BadData, TellPerson
from tests.eval.small_assistant import small_assistant


@pytest.fixture(scope="module")
def assistant(shop: IndexConfig) -> Iterator[Assistant]:
    with small_assistant(shop) as found:
        yield found


@pytest.fixture
def function(assistant: Assistant) -> Recommend:
    made = Recommend(assistant.settings)
    made._assistant = assistant
    return made


def asked(*shoppers: str) -> pa.Table:
    return pa.table({"shopper_id": list(shoppers), "message": ["milk"] * len(shoppers)})


def test_answer_when_a_shopper_is_known_then_a_row_a_pick_with_its_sentence(
    assistant: Assistant,
) -> None:
    first, second = answer(assistant, "s1", "milk")
    assert (first["place"], first["product_id"], first["price"]) == (1, "oat", 399)
    assert "Oat milk" in first["sentence"]
    assert first["by_model"] is False
    assert second["place"] == 2
    picks = answer(assistant, "s1", "milk", words=False)
    assert [row["product_id"] for row in picks] == [first["product_id"], second["product_id"]]
    assert all("sentence" not in row for row in picks)


def test_answer_when_nothing_or_nobody_is_there_then_one_row_says_so(assistant: Assistant) -> None:
    (none,) = answer(assistant, "s1", "milk under 1 dollar")
    assert "$1.00" in none["note"]
    (unknown,) = answer(assistant, "nobody", "milk")
    assert "nobody" in unknown["trouble"]
    assert "place" not in unknown


class Killed(Exception):
    pass


class Dies:
    """Answers one batch, then dies."""

    def __init__(self, function: Recommend) -> None:
        self.function, self.left = function, 1

    def __call__(self, batch: Any) -> Any:
        if not self.left:
            raise Killed
        self.left -= 1
        return self.function(batch)


def test_recommend_when_killed_and_resumed_then_the_same_bytes(
    function: Recommend, tmp_path: Path
) -> None:
    shoppers = asked("s1", "s2", "nobody", "s3", "s1")
    whole, resumed = tmp_path / "whole.parquet", tmp_path / "resumed.parquet"
    rows = recommend(shoppers, whole, function, {"a": 1}, size=2)
    with pytest.raises(Killed):
        recommend(shoppers, resumed, Dies(function), {"a": 1}, size=2)
    assert not resumed.exists()
    seen: list[tuple[int, int]] = []
    recommend(shoppers, resumed, function, {"a": 1}, lambda *n: seen.append(n), size=2)
    assert whole.read_bytes() == resumed.read_bytes()
    assert seen == [(2, 5), (4, 5), (5, 5)]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["resumed.parquet", "whole.parquet"]
    table = pl.read_parquet(whole)
    assert table.height == rows
    assert table.columns == SCHEMA.names
    assert table["shopper_id"].unique(maintain_order=True).to_list() == ["s1", "s2", "nobody", "s3"]


def test_recommend_when_parts_are_of_another_plan_then_refused(
    function: Recommend, tmp_path: Path
) -> None:
    out = tmp_path / "out.parquet"
    with pytest.raises(Killed):
        recommend(asked("s1", "s2"), out, Dies(function), {"a": 1}, size=1)
    with pytest.raises(TellPerson, match="another plan"):
        recommend(asked("s1", "s2"), out, function, {"a": 2}, size=1)
    with pytest.raises(TellPerson, match="another plan"):
        recommend(asked("s1", "s3"), out, function, {"a": 1}, size=1)


@pytest.mark.parametrize(
    ("name", "text", "messages"),
    [
        ("ids.txt", "s1\n\n s2 \n", ["hello", "hello"]),
        ("ids.csv", "shopper_id,message\ns1,milk\ns2,\n", ["milk", "hello"]),
        ("ids.jsonl", '{"shopper_id": "s1"}\n{"shopper_id": "s2"}\n', ["hello", "hello"]),
    ],
)
def test_read_shoppers_when_any_form_then_ids_and_messages(
    name: str, text: str, messages: list[str], tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(text)
    found = read_shoppers(path, "hello")
    assert found.column("shopper_id").to_pylist() == ["s1", "s2"]
    assert found.column("message").to_pylist() == messages


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("no.csv", "who\ns1\n", "no column 'shopper_id'"),
        ("no.txt", "\n", "names no shopper"),
        ("no.jsonl", "{", "can't be read"),
    ],
)
def test_read_shoppers_when_the_file_is_no_good_then_why(
    name: str, text: str, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(BadData, match=reason):
        read_shoppers(path, "hello")
    with pytest.raises(BadData, match="can't be read"):
        read_shoppers(tmp_path / "missing.csv", "hello")
