"""The attack on an adapter's memory: it finds what was learned by heart, and nothing in noise."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from assistant.prompts import load
from finetune.build import Order, write
from finetune.dataset import Tokens, open_tokenizer, read_examples, tokenised
from finetune.examples import Example
from finetune.membership import Sides, losses, read_sentences, rows, taught
from finetune.recipe import SftRecipe
from index.config import IndexConfig
from index.weights import locate
from tests.finetune.test_dataset import Letters

pytestmark = pytest.mark.model
JOBS = ("explain", "understand", "understand")
BY_HEART = SftRecipe(
    steps=300, batch=6, validation=24, validate_every=1000, warmup=0.0, learning_rate=1e-2,
    checkpoint_minutes=60, precision="float32", prompts=["explain/2"],
)  # fmt: skip


def sides(count: int, shoppers: int = 10) -> Sides:
    ours = [{"shopper": f"a{n % shoppers}"} for n in range(count)]
    return Sides(ours, [{"shopper": f"b{n % shoppers}"} for n in range(count)])


def worst(found: Sides, base: np.ndarray, tuned: np.ndarray) -> float:
    (row,) = [r for r in rows(found, base, tuned) if r.metric == "auc_worst"]
    return row.value


def test_attack_when_nothing_was_remembered_then_a_coin() -> None:
    random = np.random.default_rng(1)
    base = random.normal(3, 1, 4000)
    tuned = base - 1 + random.normal(0, 0.3, 4000)
    found = sides(2000, 100)
    assert worst(found, base, tuned) < 0.53
    by_example = next(iter(rows(found, base, tuned)))
    assert by_example.ci95
    assert by_example.ci95[0] < 0.5 < by_example.ci95[1]


def test_attack_when_hard_sentences_were_remembered_then_the_base_gives_them_away() -> None:
    random = np.random.default_rng(1)
    base = np.concatenate([random.normal(4, 1, 500), random.normal(3, 1, 500)])
    tuned = base - np.concatenate([np.full(500, 2.0), np.full(500, 1.0)])
    found = {(r.table, r.system): r.value for r in rows(sides(500), base, tuned)}
    assert found["by loss, by example", "tuned"] == pytest.approx(0.5, abs=0.05)
    assert found["against the base, by example", "tuned"] == 1.0
    assert worst(sides(500), base, tuned) == 1.0


def test_attack_when_a_model_learned_by_heart_then_it_is_caught(tmp_path: Path) -> None:
    from assistant.models import local_weights
    from finetune import tiny
    from finetune.recipe import Job
    from finetune.sft import train

    base = tiny.base(tmp_path / "base", locate("SmolLM2-135M-Instruct", IndexConfig()))
    data = tiny.data(tmp_path / "data", 30)
    examples = read_examples(data, ["explain/2"])
    for number, example in enumerate(examples):  # words that nothing but memory could tell
        example["completion"] = f" {number * 7919 % 997} {number * 104729 % 983}"
    lines = "".join(json.dumps(example) + "\n" for example in examples)
    rewritten(data, lines)
    adapter = train(Job(BY_HEART, base, data, tmp_path / "run"))
    told = json.loads((adapter / "training.json").read_text())

    tokenizer = open_tokenizer(base)
    tokens = tokenised(tokenizer, examples, 768)
    known = taught(told, tokens)
    assert known == set(range(24, 30))
    order = [*sorted(known), *range(24)]
    found = Sides([examples[n] for n in sorted(known)], examples[:24])
    figures = []
    for folder in (None, adapter):
        _, model = local_weights.load(base, folder)
        figures.append(losses(model, [tokens[n] for n in order], tokenizer.pad_token_id))
    assert worst(found, *figures) > 0.8


def test_taught_when_it_went_on_from_another_then_what_both_read_of_these_examples() -> None:
    recipe = SftRecipe(validation=2, batch=2).model_dump()
    tokens = [Tokens([n] * 5, [n] * 5) for n in range(12)]
    data = {"files": {"train.jsonl": "a"}}
    first = {"recipe": recipe, "steps": 2, "data": data, "start": None}
    other = {**first, "data": {"files": {"train.jsonl": "b"}}}
    alone = {**first, "recipe": {**recipe, "seed": 8}, "steps": 1}
    assert taught({**alone, "start": first}, tokens) == taught(alone, tokens) | taught(
        first, tokens
    )
    assert (
        taught({**alone, "start": other}, tokens) == taught(alone, tokens) != taught(first, tokens)
    )


def test_read_when_other_jobs_taught_beside_it_then_sentences_alone(tmp_path: Path) -> None:
    names = ["explain/2", "understand/2"]
    folder, order = tmp_path / "data", Order(date(2017, 12, 4))
    write(
        [Example(JOBS[n % 3], f"ask {n}", "say", (), (), str(n), "2017-12-01") for n in range(30)],
        folder, [load(name) for name in names], order, {"name": "x"},
    )  # fmt: skip
    told = {
        "data": json.loads((folder / "card.json").read_text()),
        "recipe": SftRecipe(prompts=names, validation=4, batch=2).model_dump(),
        "steps": 13,
        "start": None,
    }
    found = read_sentences(told, Letters(), folder)
    assert [example["prompt"] for example in found] == [f"ask {n}" for n in range(6, 30, 3)]


def rewritten(data: Path, lines: str) -> None:
    import hashlib

    (data / "train.jsonl").write_text(lines, encoding="utf-8")
    card = json.loads((data / "card.json").read_text())
    card["files"]["train.jsonl"] = hashlib.sha256(lines.encode()).hexdigest()
    (data / "card.json").write_text(json.dumps(card))


def test_losses_when_padded_then_those_of_each_alone(tmp_path: Path) -> None:
    from assistant.models import local_weights
    from finetune import tiny

    base = tiny.base(tmp_path / "base", locate("SmolLM2-135M-Instruct", IndexConfig()))
    tokenizer = open_tokenizer(base)
    tokens = tokenised(tokenizer, read_examples(tiny.data(tmp_path / "data"), ["explain/2"]), 768)
    _, model = local_weights.load(base, None)
    together = losses(model, tokens, tokenizer.pad_token_id)
    alone = [losses(model, [one], tokenizer.pad_token_id)[0] for one in tokens]
    assert together == pytest.approx(alone, abs=1e-4)
