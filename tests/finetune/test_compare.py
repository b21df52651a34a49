"""What can't be measured of an adapter is told before any model is opened."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from finetune.adapters import Adapters
from finetune.against import Against
from finetune.compare import measure
from finetune.scenes import Shop
from index.config import IndexConfig
from index.errors import BadData
from tests.finetune.aisles import make
from tests.finetune.test_card import adapter


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return make(tmp_path / "shop")


def against(home: Path, job: str) -> Against:
    adapter(home, "understand/2", "explain/2")
    found = Adapters(home, home / "shipped").find("mine")
    return Against(found, job, "explain/1", 8, seed=7)


def test_measure_when_it_was_not_taught_the_job_then_those_that_it_was_are_named(
    shop: Shop, tmp_path: Path
) -> None:
    with pytest.raises(BadData, match="'mine' was not taught to score") as caught:
        measure(against(tmp_path, "score"), shop, IndexConfig(home=tmp_path), None)
    assert caught.value.remedy == "It was taught to explain and understand."


def test_measure_when_sentences_are_wanted_of_a_job_that_writes_none_then_told(
    shop: Shop, tmp_path: Path
) -> None:
    one = against(tmp_path, "understand")
    with pytest.raises(BadData, match="Only the job explain writes sentences"):
        measure(one, shop, IndexConfig(home=tmp_path), tmp_path / "out.jsonl")
    with pytest.raises(BadData, match="Only the job explain") as caught:
        measure(replace(one, free=4), shop, IndexConfig(home=tmp_path), None)
    assert "--free" in caught.value.remedy


def test_measure_when_a_page_is_wanted_of_questions_then_told(shop: Shop, tmp_path: Path) -> None:
    adapter(tmp_path, "ask/1")
    found = Adapters(tmp_path, tmp_path / "shipped").find("mine")
    one = Against(found, "ask", "explain/1", 8, seed=7)
    with pytest.raises(BadData, match="Only the job explain writes sentences"):
        measure(one, shop, IndexConfig(home=tmp_path), None, tmp_path / "page.md")


def test_against_when_of_each_job_then_the_template_of_that_job(tmp_path: Path) -> None:
    names = [against(tmp_path / job, job).prompt.name for job in ("explain", "understand")]
    assert names == ["explain/2", "understand/2"]
