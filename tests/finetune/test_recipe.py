"""A recipe is checked whole, before anything heavy is loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.prompts import load
from assistant.tuned import SHIPPED, as_now
from finetune.recipe import FOLDER, DpoRecipe, SftRecipe, read_dpo, read_sft
from index.errors import BadData


def test_read_when_shipped_then_it_holds_every_key_and_only_those() -> None:
    text = (FOLDER / "sft.yaml").read_text()
    assert read_sft() == SftRecipe()
    assert all(f"\n{name}:" in f"\n{text}" for name in SftRecipe.model_fields)


def test_read_when_dpo_is_shipped_then_it_holds_every_key_and_only_those() -> None:
    text = (FOLDER / "dpo.yaml").read_text()
    assert read_dpo().beta == DpoRecipe().beta
    assert all(f"\n{name}:" in f"\n{text}" for name in DpoRecipe.model_fields)


@pytest.mark.parametrize("job", ["score", "understand"])
def test_read_when_of_another_job_then_whole_and_of_its_prompt(job: str) -> None:
    path = FOLDER / f"{job}.yaml"
    assert [load(name).job for name in read_sft(path).prompts] == [job]
    assert all(f"\n{name}:" in f"\n{path.read_text()}" for name in SftRecipe.model_fields)


def test_recipe_when_the_scorer_ships_then_it_was_trained_by_it() -> None:
    told = json.loads((SHIPPED / "score" / "training.json").read_text())
    assert as_now(told)["recipe"] == read_sft(FOLDER / "score.yaml").model_dump()


def test_read_when_several_things_are_wrong_then_all_are_told(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text("rank: -1\nlearning_rat: 3\nbatch: many\n")
    with pytest.raises(BadData) as caught:
        read_sft(path)
    for name in ("3 errors", "rank", "learning_rat", "batch", "-1", "'many'"):
        assert name in caught.value.what


def test_read_when_one_thing_is_wrong_then_told_as_one(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text("rank: -1\n")
    with pytest.raises(BadData, match="has an error: rank") as caught:
        read_sft(path)
    assert caught.value.remedy == "Correct it."


@pytest.mark.parametrize(("text", "what"), [("- a\n", "no settings"), ("a: [", "not YAML")])
def test_read_when_it_is_no_mapping_then_told(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(text)
    with pytest.raises(BadData, match=what):
        read_sft(path)


def test_read_when_missing_then_the_shipped_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="no recipe"):
        read_sft(tmp_path / "none.yaml")


def test_read_when_keys_are_set_then_in_place_of_the_files_and_of_their_kind() -> None:
    found = read_sft(None, ["rank=8", "learning_rate=1.2e-3", "steps=null", "schedule=linear"])
    changed = {"rank": 8, "learning_rate": 1.2e-3, "steps": None, "schedule": "linear"}
    assert found == read_sft().model_copy(update=changed)
    assert read_dpo(None, ["beta=0.3"]).beta == 0.3


def test_read_when_keys_are_set_wrongly_then_all_are_told_with_those_of_the_file(
    tmp_path: Path,
) -> None:
    path = tmp_path / "r.yaml"
    path.write_text("batch: many\n")
    with pytest.raises(BadData) as caught:
        read_sft(path, ["rank=-1", "learning_rat=3"])
    for name in ("--set rank=-1", "3 errors", "learning_rat:", "batch", "-1", "'many'"):
        assert name in caught.value.what


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        (["rank"], "'rank' is not KEY=VALUE"),
        (["=8", "rank="], "'=' and 'rank=' is not"),
        (["rank=8", "rank=4"], "rank is set twice"),
        (["rank=["], "rank=\\[ is not YAML"),
    ],
)
def test_read_when_a_change_is_none_then_told(changes: list[str], what: str) -> None:
    with pytest.raises(BadData, match=what):
        read_sft(None, changes)


def test_recipe_when_imported_then_torch_is_not() -> None:
    code = "import sys, finetune.recipe, finetune.dataset; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
