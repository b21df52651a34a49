"""The adapter that serves: named, chosen, or the one that ships."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.config import ModelConfig, Settings
from assistant.errors import BadModel
from assistant.speaking import check_choice
from assistant.tuned import as_now, find, serving
from index.config import IndexConfig


def adapter(folder: Path, base: str = "small") -> Path:
    folder.mkdir(parents=True)
    (folder / "adapter_config.json").write_text("{}")
    told = {"base": base, "data": {"prompt": "explain/2"}}
    (folder / "training.json").write_text(json.dumps(told))
    return folder


def choose(home: Path, *names: str) -> None:
    (home / "adapters").mkdir(parents=True, exist_ok=True)
    (home / "adapters" / "chosen.json").write_text(json.dumps({"chosen": names}))


def test_serving_when_nothing_is_chosen_then_the_shipped_default(tmp_path: Path) -> None:
    shipped = adapter(tmp_path / "shipped" / "default")
    found = serving("small", tmp_path / "home", tmp_path / "shipped")
    assert found
    assert (found.folder, found.prompts) == (shipped, {"explain": "explain/2"})


def test_serving_when_none_ships_then_none(tmp_path: Path) -> None:
    assert serving("small", tmp_path / "home", tmp_path / "shipped") is None


def test_serving_when_the_base_is_another_then_none(tmp_path: Path) -> None:
    adapter(tmp_path / "shipped" / "default")
    assert serving("large", tmp_path / "home", tmp_path / "shipped") is None


def test_serving_when_some_were_chosen_then_the_latest(tmp_path: Path) -> None:
    for name in ("one", "two"):
        adapter(tmp_path / "adapters" / name)
    choose(tmp_path, "one", "two")
    found = serving("small", tmp_path, tmp_path / "shipped")
    assert found
    assert found.folder.name == "two"


def test_serving_when_the_chosen_one_is_of_another_base_then_told(tmp_path: Path) -> None:
    adapter(tmp_path / "adapters" / "one")
    choose(tmp_path, "one")
    with pytest.raises(BadModel, match="'one' was trained on small, the shop's model is large"):
        serving("large", tmp_path, tmp_path / "shipped")


def test_check_choice_when_it_would_not_speak_then_told_why(tmp_path: Path) -> None:
    adapter(tmp_path / "adapters" / "one")
    index = IndexConfig(home=tmp_path)
    check_choice(Settings(index=index, model=ModelConfig(name="small")), "one")
    for model, why in (
        (ModelConfig(name="large"), "trained on small"),
        (ModelConfig(name="small", adapter="two"), "name the adapter 'two'"),
        (ModelConfig(name="small", backend="none"), "name none"),
    ):
        with pytest.raises(BadModel, match=why):
            check_choice(Settings(index=index, model=model), "one")


def test_find_when_ones_own_has_the_name_of_a_shipped_one_then_ones_own(tmp_path: Path) -> None:
    own = adapter(tmp_path / "adapters" / "default")
    adapter(tmp_path / "shipped" / "default")
    assert find("default", tmp_path, tmp_path / "shipped").folder == own


def test_find_when_given_a_folder_then_that(tmp_path: Path) -> None:
    folder = adapter(tmp_path / "elsewhere")
    assert find(folder, tmp_path, tmp_path).folder == folder


def test_find_when_there_is_none_then_the_name_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="'mine'"):
        find("mine", tmp_path, tmp_path)


def test_find_when_it_does_not_tell_its_prompt_then_refused(tmp_path: Path) -> None:
    folder = adapter(tmp_path / "adapters" / "mine")
    (folder / "training.json").write_text("{}")
    with pytest.raises(BadModel, match=r"training\.json"):
        find("mine", tmp_path, tmp_path)


def test_find_when_it_was_taught_several_jobs_then_found_by_each_to_explain_first(
    tmp_path: Path,
) -> None:
    folder = adapter(tmp_path / "adapters" / "mine")
    told = {"base": "small", "data": {"prompts": {"understand/2": "a", "explain/2": "b"}}}
    (folder / "training.json").write_text(json.dumps(told))
    for job in ("explain", "understand"):
        found = find("mine", tmp_path, tmp_path, job=job)
        assert list(found.prompts.items()) == [
            ("explain", "explain/2"), ("understand", "understand/2"),
        ]  # fmt: skip
    with pytest.raises(BadModel, match="explain and understand, and is asked to score"):
        find("mine", tmp_path, tmp_path, job="score")


def test_told_when_it_is_of_before_then_in_the_keys_of_now_its_start_too() -> None:
    before = {
        "data": {"prompt": "explain/2", "prompt_sha256": "a"},
        "recipe": {"prompt": "explain/2", "rank": 16},
    }
    now = {
        "data": {"prompts": {"explain/2": "a"}},
        "recipe": {"prompts": ["explain/2"], "rank": 16},
    }
    assert as_now({**before, "start": before, "steps": 3}) == {**now, "start": now, "steps": 3}
    assert as_now(now) == now
    assert as_now({**before, "start": None})["start"] is None


def test_find_when_it_was_taught_another_job_then_both_are_told(tmp_path: Path) -> None:
    folder = adapter(tmp_path / "adapters" / "mine")
    told = {"base": "small", "data": {"prompt": "score/1"}}
    (folder / "training.json").write_text(json.dumps(told))
    with pytest.raises(BadModel, match="taught to score, and is asked to explain"):
        find("mine", tmp_path, tmp_path)
    assert find("mine", tmp_path, tmp_path, job="score").folder == folder
