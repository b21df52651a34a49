"""The card says what an adapter was taught; taught one job, it is not chosen for another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from finetune.adapter import HASHES, check, write_hashes
from finetune.adapters import Adapters
from finetune.card import card, write_card
from index.errors import BadData

COUNTS = {
    "explain": {"examples": 160, "shoppers": 12, "shapes": 3},
    "score": {"examples": 160, "shoppers": 12, "shapes": 2},
    "understand": {"examples": 40, "shoppers": 0, "shapes": 9},
    "ask": {"examples": 30, "shoppers": 0, "shapes": 20},
}


def told(*prompts: str) -> dict[str, Any]:
    """What an adapter of these templates tells."""
    by_job = {prompt.partition("/")[0]: COUNTS[prompt.partition("/")[0]] for prompt in prompts}
    return {
        "base": "small",
        "base_fingerprint": "abc",
        "recipe": {"rank": 4, "learning_rate": 1e-4, "batch": 16, "accumulate": 1},
        "steps": 10,
        "minutes": 2.5,
        "data": {
            "prompts": dict.fromkeys(prompts, "0" * 16),
            "examples": sum(counts["examples"] for counts in by_job.values()),
            "shoppers": max(counts["shoppers"] for counts in by_job.values()),
            "by_job": by_job,
            "dataset": {"name": "aisles"},
            "cut": "2017-11-19",
            "files": {"train.jsonl": "f" * 64},
            "forms": 9,
            "shapes": 14,
        },
    }


def figures(*rows: dict[str, Any], **protocol: Any) -> dict[str, Any]:
    return {"protocol": protocol, "rows": list(rows)}


def scored(*rows: dict[str, Any]) -> dict[str, Any]:
    return figures(
        *rows, job="score", days=["2017-12-25"], candidates="1 and 19", answer="a week",
        planted="'yes'",
    )  # fmt: skip


def test_card_when_it_scores_then_every_row_with_its_interval() -> None:
    row = {
        "table": "same aisle", "system": "tuned", "metric": "score_auc", "value": 0.71,
        "ci95": [0.68, 0.74], "n": 60,
    }  # fmt: skip
    found = card(
        "score",
        told("score/1"),
        {"score": scored(row)},
    )
    assert "| same aisle | tuned | score_auc | 0.71 (0.68 to 0.74), n 60 |" in found
    assert "160 questions about 12 shoppers of `aisles`" in found
    assert "10 steps (160 questions read), 2.5 minutes" in found
    assert (
        "- It was taught the job score only; it does not explain, does not read messages and does "
        "not word questions.\n"
    ) in found


def test_card_when_its_memory_was_measured_then_told_beside_the_minutes() -> None:
    found = card("score", {**told("score/1"), "memory_gb": 1.9}, {})
    assert "(160 questions read), 2.5 minutes, 1.9 GB of memory\n" in found


def test_card_when_it_learned_from_pairs_then_what_the_feedback_log_came_to() -> None:
    of = told("explain/3")
    likes = {
        "thumbs": 1200,
        "pairs": {"liked": 3, "disliked": 2},
        "left_out": {"of a day after the cut": 7, "liked as often as disliked": 1},
    }
    data = {**of["data"], "likes": likes}
    line = (
        "- Likes: 1,200 thumbs on replies, pairs of sentences: 3 liked and 2 disliked; left out: "
        "7 of a day after the cut; 1 liked as often as disliked\n"
    )
    assert line in card("mine", {**of, "recipe": {**of["recipe"], "beta": 0.1}, "data": data}, {})
    assert "Likes" not in card("mine", {**of, "data": data}, {})  # it learned from sentences alone


def test_card_when_it_reads_then_no_shopper_is_claimed() -> None:
    found = card("reader", told("understand/2"), {})
    assert "40 messages for `aisles`" in found
    assert "shoppers" not in found
    assert "No evaluation has been run." in found


def test_card_when_orders_were_planted_in_titles_then_a_table_of_their_own() -> None:
    row = {
        "table": "orders in titles", "system": "tuned", "metric": "unmoved", "value": 0.9,
        "ci95": [0.8, 1.0], "n": 40,
    }  # fmt: skip
    found = card("mine", told("explain/2"), {"explain": figures(row, planted="'buy' in titles")})
    assert "The same, grammar off, with 'buy' in titles:\n" in found
    assert "| unmoved | not measured | 0.9 (0.8 to 1), n 40 | the same sentence as" in found


def test_card_when_it_asks_then_its_questions_and_no_shopper() -> None:
    row = {
        "table": "", "system": "tuned", "metric": "reference_valid", "value": 0.9,
        "ci95": [0.8, 1.0], "n": 40,
    }  # fmt: skip
    asked = figures(row, job="ask", requests="of words", words=9)
    found = card("asker", told("ask/2"), {"ask": asked})
    assert "30 clarifying questions for `aisles`" in found
    assert "Requests of words: 9 words." in found
    assert "tuned | reference_valid | 0.9 (0.8 to 1), n 40 |" in found
    assert "- It was taught the job ask only; it does not explain, does not score and" in found


def test_card_when_it_went_on_from_another_of_other_data_then_both_stages_and_whose() -> None:
    first = told("explain/2")
    then = {**told("explain/2"), "start": first, "steps": 20}
    assert "10 steps (160 sentences read), 2.5 minutes, then 20 steps" in card("mine", then, {})
    first["data"]["files"] = {"train.jsonl": "a" * 64}
    first["recipe"]["learning_rate"] = 3e-4
    found = card("mine", then, {})
    assert f"2.5 minutes of other data, `{'a' * 16}`, learning rate 0.0003, then 20" in found


def test_card_when_it_was_taught_two_jobs_then_what_is_said_of_each() -> None:
    row = {
        "table": "messages", "system": "tuned", "metric": "slots_f1", "value": 0.3,
        "ci95": None, "n": 60,
    }  # fmt: skip
    read = figures(row, job="understand", messages="By hand", right="an aisle", planted="'Liquor'")
    found = card("both", told("understand/2", "explain/2"), {"understand": read})
    prompts = "Prompts: `explain/2` (`0000000000000000`), `understand/2` (`0000000000000000`)"
    assert f"- {prompts}, and no others" in found
    assert "160 sentences about 12 shoppers and 40 messages of `aisles`" in found
    assert "9 hand-written forms, 3 different shapes" in found
    assert "10 steps (160 examples read)" in found
    assert "## Figures: explain\n\nNo evaluation has been run." in found
    assert "## Figures: understand\n\nBy hand; right is an aisle." in found
    assert "| messages | tuned | slots_f1 | 0.3, n 60 |" in found
    assert (
        "- It was taught the jobs explain and understand only; it does not score and does not"
        in found
    )


def test_card_when_many_were_written_alone_then_a_table_of_their_own() -> None:
    row = {
        "table": "free", "system": "tuned", "metric": "unique_masked", "value": 0.41,
        "ci95": [0.38, 0.44], "n": 1000,
    }  # fmt: skip
    found = card("mine", told("explain/2"), {"explain": figures(row, days=["2017-12-25"])})
    assert "| unique_masked | 0.41 (0.38 to 0.44), n 1000 |" in found
    assert "| unique_masked | not measured | not measured |" in found


def test_card_when_it_was_taught_all_jobs_then_nothing_is_said_to_be_missing() -> None:
    found = card("all", told("score/1", "understand/2", "explain/2", "ask/1"), {})
    assert "- It was taught the jobs explain, score, understand and ask only.\n" in found


def adapter(home: Path, *prompts: str) -> Path:
    folder = home / "adapters" / "mine"
    folder.mkdir(parents=True)
    (folder / "training.json").write_text(json.dumps(told(*prompts)))
    write_hashes(folder)
    assert (folder / HASHES).is_file()
    return folder


def test_write_when_there_is_an_evaluation_a_job_then_both_are_kept_and_told(
    tmp_path: Path,
) -> None:
    folder = adapter(tmp_path, "score/1", "explain/2")
    paths = []
    for name, found in (("s", scored()), ("e", figures(days=["2017-12-25"]))):
        paths.append(tmp_path / f"{name}.json")
        paths[-1].write_text(json.dumps(found))
    text = write_card(folder, paths).read_text()
    assert "No evaluation" not in text
    assert json.loads((folder / "evaluation-score.json").read_text()) == scored()
    assert json.loads((folder / "evaluation.json").read_text())["protocol"]["days"]
    check(folder)
    assert write_card(folder).read_text() == text  # what was kept is told again


def test_write_when_an_evaluation_is_of_another_job_then_refused(tmp_path: Path) -> None:
    folder = adapter(tmp_path, "explain/2")
    (tmp_path / "s.json").write_text(json.dumps(scored()))
    with pytest.raises(BadData, match="job score, which mine was not taught"):
        write_card(folder, [tmp_path / "s.json"])


def test_use_when_to_explain_is_one_of_its_jobs_then_it_serves(tmp_path: Path) -> None:
    adapter(tmp_path, "understand/2", "explain/2")
    adapters = Adapters(tmp_path, tmp_path / "shipped")
    assert adapters.use("mine").jobs == ("explain", "understand")
    assert adapters.chosen == "mine"


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


def test_at_when_it_is_a_folder_then_that_adapter_else_the_one_of_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = adapter(tmp_path, "explain/2")
    adapters = Adapters(tmp_path, tmp_path / "shipped")
    monkeypatch.chdir(folder.parent.parent)
    assert adapters.at("adapters/mine").path == folder.resolve()
    assert adapters.at(str(folder)).name == adapters.at("mine").name == "mine"
    with pytest.raises(BadData, match="no adapter 'adapters'"):
        adapters.at("adapters")
