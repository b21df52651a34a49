"""The card says what an adapter was taught; taught one job, it is not chosen for another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from finetune.adapter import HASHES, write_hashes
from finetune.adapters import Adapters
from finetune.card import card
from index.errors import BadData


def told(prompt: str) -> dict[str, Any]:
    return {
        "base": "small",
        "base_fingerprint": "abc",
        "recipe": {"rank": 4, "learning_rate": 1e-4, "batch": 16, "accumulate": 1},
        "steps": 10,
        "minutes": 2.5,
        "data": {
            "prompt": prompt,
            "prompt_sha256": "0" * 16,
            "examples": 160,
            "shoppers": 0 if prompt.startswith("understand") else 12,
            "dataset": {"name": "aisles"},
            "cut": "2017-11-19",
            "files": {"train.jsonl": "f" * 64},
            "forms": 9,
            "shapes": 3,
            "share_by_job": {prompt.partition("/")[0]: 1.0},
        },
    }


def figures(*rows: dict[str, Any], **protocol: Any) -> dict[str, Any]:
    return {"protocol": protocol, "rows": list(rows)}


def test_card_when_it_scores_then_every_row_with_its_interval() -> None:
    row = {
        "table": "same aisle", "system": "tuned", "metric": "score_auc", "value": 0.71,
        "ci95": [0.68, 0.74], "n": 60,
    }  # fmt: skip
    found = card(
        "score",
        told("score/1"),
        figures(row, days=["2017-12-25"], candidates="1 and 19", answer="a week", planted="'yes'"),
    )
    assert "| same aisle | tuned | score_auc | 0.71 (0.68 to 0.74), n 60 |" in found
    assert "160 questions about 12 shoppers of `aisles`" in found
    assert "10 steps (160 questions read), 2.5 minutes" in found
    assert "- It was taught the job score only; it does not speak." in found


def test_card_when_it_reads_then_no_shopper_is_claimed() -> None:
    found = card("reader", told("understand/2"), None)
    assert "160 messages for `aisles`" in found
    assert "shoppers" not in found
    assert "No evaluation has been run." in found


def test_card_when_it_went_on_from_another_of_other_data_then_both_stages_and_whose() -> None:
    first = told("explain/2")
    then = {**told("explain/2"), "start": first, "steps": 20}
    assert "10 steps (160 sentences read), 2.5 minutes, then 20 steps" in card("mine", then, None)
    first["data"]["files"] = {"train.jsonl": "a" * 64}
    first["recipe"]["learning_rate"] = 3e-4
    found = card("mine", then, None)
    assert f"2.5 minutes of other data, `{'a' * 16}`, learning rate 0.0003, then 20" in found


def adapter(home: Path, prompt: str) -> None:
    folder = home / "adapters" / "mine"
    folder.mkdir(parents=True)
    (folder / "training.json").write_text(json.dumps(told(prompt)))
    write_hashes(folder)
    assert (folder / HASHES).is_file()


def test_use_when_it_was_taught_to_explain_then_it_serves(tmp_path: Path) -> None:
    adapter(tmp_path, "explain/2")
    adapters = Adapters(tmp_path, tmp_path / "shipped")
    adapters.use("mine")
    assert adapters.chosen == "mine"


@pytest.mark.parametrize("prompt", ["score/1", "understand/2"])
def test_use_when_it_was_taught_another_job_then_refused(tmp_path: Path, prompt: str) -> None:
    adapter(tmp_path, prompt)
    adapters = Adapters(tmp_path, tmp_path / "shipped")
    with pytest.raises(BadData, match="not to explain"):
        adapters.use("mine")
    assert adapters.chosen is None
