"""From a thumb on the page to a model that was taught by it: the whole way."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.models.local_prompt import text_of
from index.errors import BadData
from index.weights import locate
from tests.finetune.aisles import LAST
from tests.finetune.liked import MESSAGE, make_open, opened, speaker
from ui.cli.finetune import finetune
from ui.counter import Counter
from ui.desk import FILE, open_desk
from ui.feedback import FeedbackLog

RUN = CliRunner()
DATA = ["data", "--prompt", "explain/3=12", "--pairs", "0"]
"""Nothing but what shoppers thought."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHELFTALK_INDEX__HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SHELFTALK_INDEX__CATALOGUE", "aisles")
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "home"


@pytest.mark.model
def test_thumb_when_given_on_the_page_then_its_pairs_move_an_adapter(
    home: Path, tmp_path: Path
) -> None:
    from finetune import dpo, sft, tiny
    from finetune.adapter import check
    from finetune.dataset import open_tokenizer
    from finetune.recipe import DpoRecipe, Job, SftRecipe
    from index.config import IndexConfig

    config = make_open(home)
    base = tiny.base(tmp_path / "base", locate("SmolLM2-135M-Instruct", IndexConfig()))
    model = speaker(config, "s3")
    with opened(config, model) as assistant, closing(open_desk(config)) as desk:
        counter = Counter(assistant, feedback=FeedbackLog(desk))
        key = counter.begin("", "s3").key
        list(counter.ask(MESSAGE, key, "s3"))
        list(counter.act("down #1", key, "s3"))

    late = RUN.invoke(finetune, [*DATA, "--base", str(base), "--likes"])
    assert late.exit_code == 0, late.output
    assert "thumbs: 1, pairs: none" in late.output
    assert "left out: 1, of a day after the cut" in late.output
    found = RUN.invoke(finetune, [*DATA, "--base", str(base), "--likes", "--cut", LAST.isoformat()])
    assert found.exit_code == 0, found.output
    assert "thumbs: 1, pairs: 3 disliked" in found.output

    data = config.shop / "training"
    rows = [json.loads(line) for line in (data / "pairs.jsonl").read_text().splitlines()]
    tokenizer = open_tokenizer(base)
    asked = [text_of(tokenizer, request.prompt) for request in model.requests]
    assert [row["prompt"] for row in rows] == asked
    assert {tuple(row["shoppers"]) for row in rows} == {("s3",)}

    shared = {
        "steps": 2, "batch": 2, "validation": 0, "warmup": 0.0, "learning_rate": 1e-2,
        "checkpoint_minutes": 60.0, "precision": "float32", "prompts": ["explain/3"],
    }  # fmt: skip
    sft.train(Job(SftRecipe(**shared), base, data, tmp_path / "sft"))
    job = Job(
        DpoRecipe(**shared, sft_weight=0.0), base, data, tmp_path / "dpo",
        start=tmp_path / "sft" / "adapter",
    )  # fmt: skip
    adapter = dpo.train(job)
    first, second = tiny.losses(tmp_path / "dpo")
    assert first == pytest.approx(0.6931, abs=1e-3)  # ln 2: the reference is where it began
    assert second < first
    assert check(adapter)["data"]["likes"]["pairs"] == {"disliked": 3}


@pytest.mark.parametrize(
    "text", [None, "not a database, and longer than its first hundred bytes" * 9]
)
def test_log_when_it_is_none_then_told_before_the_model_is_opened(
    home: Path, tmp_path: Path, text: str | None
) -> None:
    log = tmp_path / FILE
    if text:
        log.write_text(text)
    why = "is no feedback log" if text else "There is no feedback log"
    with pytest.raises(BadData, match=why):
        RUN.invoke(finetune, [*DATA, "--likes-from", str(log)], catch_exceptions=False)
