"""Yes or no from a model's own weights: the same number in any order and any company."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import BadModel, ModelFailed
from assistant.interfaces import Message, Prompt

pytestmark = pytest.mark.model

SHARED = Message("system", "Does this shopper buy this now? Answer yes or no.")
ROWS = [f"Yogurt number {n}" + ", plain and creamy" * (n % 4) for n in range(11)]


def prompts(rows: list[str]) -> list[Prompt]:
    return [Prompt((SHARED, Message("user", row)), 1, "score/1") for row in rows]


@pytest.fixture(scope="module")
def model(tiny: Path) -> Any:
    from assistant.models.local import open_local

    return open_local(tiny, precision="float32")


def test_score_when_the_order_changes_then_no_score_does(model: Any) -> None:
    there = model.score(prompts(ROWS))
    back = model.score(prompts(ROWS[::-1]))[::-1]
    assert there == pytest.approx(back, abs=1e-6)
    assert min(abs(a - b) for a, b in pairwise(sorted(there))) > 1e-5  # they do differ


def test_score_when_asked_alone_then_as_in_company(model: Any) -> None:
    together = model.score(prompts(ROWS))
    alone = [model.score(prompts([row]))[0] for row in ROWS]
    assert together == pytest.approx(alone, abs=1e-6)


def test_score_when_computed_without_rows_and_caches_then_the_same(model: Any, tiny: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    from assistant.models.local_prompt import text_of

    plain = AutoModelForCausalLM.from_pretrained(tiny)
    tokenizer = model.tokenizer
    yes, no = (tokenizer(word)["input_ids"][0] for word in ("yes", "no"))
    expected = []
    for prompt in prompts(ROWS):
        ids = tokenizer(text_of(tokenizer, prompt), add_special_tokens=False)["input_ids"]
        with torch.inference_mode():
            logits = plain(torch.tensor([ids])).logits[0, -1].log_softmax(-1)
        expected.append(float(logits[yes] - logits[no]))
    assert model.score(prompts(ROWS)) == pytest.approx(expected, abs=1e-4)


def test_score_when_the_start_is_shared_then_it_is_read_once(
    model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    prefill = type(model._engine).prefill

    def counted(self: Any, row: Any, tokens: Any, stop: Any) -> None:
        read.append(len(tokens))
        prefill(self, row, tokens, stop)

    model.close()
    monkeypatch.setattr(type(model._engine), "prefill", counted)
    model.score(prompts(ROWS))
    assert len(read) == 1


def test_score_when_a_prompt_is_too_long_then_model_failed(model: Any) -> None:
    with pytest.raises(ModelFailed, match="score/1"):
        model.score(prompts(["milk " * model._context]))


def test_answers_when_both_begin_alike_then_bad_model() -> None:
    from assistant.models.local_score import answer_tokens

    with pytest.raises(BadModel, match="alike"):
        answer_tokens(lambda text, add_special_tokens: {"input_ids": [1, len(text)]})
