"""Data of several jobs: one file, every part of which holds each job by its share."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.prompts import load
from finetune.build import Order, build
from finetune.dataset import read_examples
from finetune.recipe import read_sft
from finetune.scenes import Shop
from index.errors import BadData
from tests.finetune.aisles import make_wide
from tests.finetune.test_examples import Plain
from tests.finetune.test_scoring import CUT
from ui.cli import app
from ui.cli.finetune import MIX

NAMES = ["explain/2", "understand/2"]
COUNTS = {"explain": 12, "understand": 36}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return make_wide(tmp_path_factory.mktemp("aisles"))


@pytest.fixture(scope="module")
def folder(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(shop, tmp_path_factory.mktemp("mixed") / "data", seed=7)


def built(shop: Shop, folder: Path, seed: int) -> Path:
    mix = [(load(name), COUNTS[load(name).job]) for name in NAMES]
    build(shop, Plain(), mix, Order(CUT, seed, pairs=3), folder)
    return folder


def rows(folder: Path) -> list[dict[str, Any]]:
    return read_examples(folder, NAMES)


def test_build_when_of_two_jobs_then_any_first_part_holds_each_by_its_share(folder: Path) -> None:
    jobs = [row["job"] for row in rows(folder)]
    assert Counter(jobs) == COUNTS
    for end in range(4, len(jobs) + 1, 4):
        assert abs(jobs[:end].count("explain") - end / 4) <= 1
    assert jobs != ["explain", *["understand"] * 3] * 12  # drawn, not dealt by a rule


def test_build_when_asked_twice_then_the_same_file_and_another_seed_another(
    shop: Shop, folder: Path, tmp_path: Path
) -> None:
    first = (folder / "train.jsonl").read_text()
    assert (built(shop, tmp_path / "again", seed=7) / "train.jsonl").read_text() == first
    assert (built(shop, tmp_path / "other", seed=8) / "train.jsonl").read_text() != first


def test_build_when_of_two_jobs_then_each_is_as_it_is_alone(
    shop: Shop, folder: Path, tmp_path: Path
) -> None:
    build(shop, Plain(), [(load("understand/2"), 36)], Order(CUT), tmp_path / "alone")
    alone = read_examples(tmp_path / "alone", ["understand/2"])
    assert [row for row in rows(folder) if row["job"] == "understand"] == alone


def test_card_when_of_two_jobs_then_counts_of_each_and_both_templates(folder: Path) -> None:
    card = json.loads((folder / "card.json").read_text())
    assert card["prompts"] == {name: load(name).hash for name in NAMES}
    assert card["examples"] == 48
    assert card["share_by_job"] == {"explain": 0.25, "understand": 0.75}
    assert {job: told["examples"] for job, told in card["by_job"].items()} == COUNTS
    assert card["by_job"]["understand"]["shoppers"] == 0 < card["by_job"]["explain"]["shoppers"]
    assert card["duplicate_prompts"] == 0


def test_pairs_when_of_two_jobs_then_of_sentences_alone(folder: Path) -> None:
    lines = (folder / "pairs.jsonl").read_text().splitlines()
    assert len(lines) == 3
    taught = {row["prompt"].partition("user: ")[0] for row in rows(folder) if row["claims"]}
    assert {json.loads(line)["prompt"].partition("user: ")[0] for line in lines} <= taught


def test_read_when_a_template_of_the_recipe_is_not_in_the_data_then_it_is_named(
    folder: Path,
) -> None:
    for other in (NAMES[:1], [*NAMES, "score/1"]):
        with pytest.raises(BadData, match=r"understand/2 .* the recipe trains for explain/2") as e:
            read_examples(folder, other)
        assert ("score/1" in e.value.what) is ("score/1" in other)


def test_build_when_two_templates_are_of_one_job_then_refused(shop: Shop, tmp_path: Path) -> None:
    both = [(load(name), 10) for name in ("explain/1", "explain/2")]
    with pytest.raises(BadData, match="Two templates are of the job explain: explain/1, explain/2"):
        build(shop, Plain(), both, Order(CUT), tmp_path / "data")


def test_mix_when_the_command_names_none_then_that_of_the_shipped_recipe() -> None:
    assert [name.partition("=")[0] for name in MIX] == read_sft().prompts


@pytest.mark.parametrize("prompt", ["explain/2=x", "explain/2=0", "explain/2="])
def test_mix_when_a_number_is_none_then_told_before_anything_is_opened(prompt: str) -> None:
    found = CliRunner().invoke(app, ["finetune", "data", "--prompt", prompt])
    assert found.exit_code == 2
    assert f"{prompt} names no number of examples" in " ".join(found.output.split())
