"""Tokens and their order; a data folder that is not what it says is refused."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.prompts import load
from finetune.build import Order, write
from finetune.dataset import IGNORED, Tokens, ordered, read_examples, tokenised
from finetune.examples import Example
from index.errors import BadData


class Letters:
    """A tokenizer of one letter a token."""

    eos_token_id = 0

    def __call__(self, text: str, add_special_tokens: bool) -> dict[str, list[int]]:
        assert not add_special_tokens
        return {"input_ids": [ord(c) for c in text]}


def folder(path: Path) -> Path:
    example = Example("explain", "ask", "say.", ("plain",), ("attribute",), "1", "2017-12-01")
    write([example], path, [load("explain/2")], Order(date(2017, 12, 4)), {"name": "x"})
    return path


def test_tokenised_when_labelled_then_only_the_completion_and_the_end_count() -> None:
    (found,) = tokenised(Letters(), [{"prompt": "ab", "completion": "c"}], 10)
    assert found.input_ids == [97, 98, 99, 0]
    assert found.labels == [IGNORED, IGNORED, 99, 0]


def test_tokenised_when_too_long_then_refused_not_cut() -> None:
    with pytest.raises(BadData, match="4 tokens, more than 3"):
        tokenised(Letters(), [{"prompt": "ab", "completion": "c"}], 3)


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=60),
    st.integers(1, 5),
    st.integers(1, 12),
    st.integers(0, 9),
)
def test_ordered_when_asked_twice_then_the_same_and_of_the_right_length(
    lengths: list[int], batch: int, steps: int, seed: int
) -> None:
    items = [Tokens([i] * n, [i] * n) for i, n in enumerate(lengths)]
    found = ordered(items, batch, steps, seed)
    assert len(found) == batch * steps
    assert found == ordered(items, batch, steps, seed)
    assert found[:batch] == ordered(items, batch, 1, seed)


def test_ordered_when_one_pass_then_nothing_twice() -> None:
    items = [Tokens([i], [i]) for i in range(20)]
    assert sorted(t.input_ids[0] for t in ordered(items, 4, 5, 1)) == list(range(20))


def test_read_when_written_then_read(tmp_path: Path) -> None:
    (row,) = read_examples(folder(tmp_path / "d"), ["explain/2"])
    assert row["completion"] == "say."


def test_read_when_another_template_then_both_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"explain/2 .* explain/1"):
        read_examples(folder(tmp_path / "d"), ["explain/1"])


def test_read_when_a_line_was_changed_then_refused(tmp_path: Path) -> None:
    path = folder(tmp_path / "d") / "train.jsonl"
    path.write_text(path.read_text().replace("say", "lie"))
    with pytest.raises(BadData, match="not what its card says"):
        read_examples(tmp_path / "d", ["explain/2"])


def test_read_when_there_is_none_then_the_command_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadData) as caught:
        read_examples(tmp_path / "none", ["explain/2"])
    assert "shelftalk finetune data" in caught.value.remedy


def test_card_when_written_then_counts_and_hashes(tmp_path: Path) -> None:
    card = json.loads((folder(tmp_path / "d") / "card.json").read_text())
    assert (card["examples"], card["duplicate_prompts"], card["cut"]) == (1, 0, "2017-12-04")
    assert card["share_by_job"] == {"explain": 1.0}
    assert len(card["held_plans"]) >= 10
