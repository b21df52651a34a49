"""Supervised fine-tuning: checked, planned, trained, resumed after a kill, kept as an adapter."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch.nn.utils.rnn import pad_sequence
from transformers.utils import logging as transformers_logging

from finetune.dataset import IGNORED, Tokens, open_tokenizer, ordered, read_examples, tokenised
from finetune.recipe import Job, SftRecipe
from finetune.run import drive, keep, plan_run
from finetune.trainer import check_start, open_model, open_trainer
from finetune.watch import Pace
from index.errors import BadData


def train(job: Job, tell: Callable[[Pace], None] | None = None) -> Path:
    """Train, or go on where a killed run stopped; return the adapter's folder.

    Raises
    ------
    BadData
        Data, base or run folder do not fit the recipe.
    finetune.watch.Diverged
        The loss became infinite or not a number; the last checkpoint is kept.
    finetune.run.DiskFull
        A checkpoint could not be written.
    """
    check_start(job)
    transformers_logging.disable_progress_bar()
    recipe = job.recipe
    tokenizer = open_tokenizer(job.base)
    tokens = tokenised(tokenizer, read_examples(job.data, recipe.prompts), recipe.longest)
    held, kept = tokens[: recipe.validation], tokens[recipe.validation :]
    if not kept:
        raise BadData(f"{job.data} holds {len(tokens)} examples, all for validation.", "Add more.")
    model = open_model(job)
    steps = plan_run(job, lambda: _decide(job, model, kept, tokenizer.pad_token_id))
    order = ordered(kept, recipe.batch * recipe.accumulate, steps, recipe.seed)
    trainer = open_trainer(job, model, tokenizer, order, held, steps, tell)
    drive(trainer, job)
    return keep(trainer, job, tokenizer)


def _decide(job: Job, model: Any, items: Sequence[Tokens], pad: int) -> tuple[int, float | None]:
    """Steps, and seconds a step: those of the recipe, of the budget, or one pass over the data."""
    recipe = job.recipe
    if recipe.steps or job.budget_minutes is None:
        return recipe.steps or max(1, len(items) // (recipe.batch * recipe.accumulate)), None
    seconds = _seconds_a_step(model, items, recipe, pad)
    return max(1, int(job.budget_minutes * 60 * 0.95 / seconds)), seconds


def _seconds_a_step(model: Any, items: Sequence[Tokens], recipe: SftRecipe, pad: int) -> float:
    """Time a forward and a backward pass over a typical batch: the second of two."""
    typical = sorted(items, key=len)[len(items) // 2 :][: recipe.batch]
    ids = pad_sequence([torch.tensor(t.input_ids) for t in typical], True, pad)
    labels = pad_sequence([torch.tensor(t.labels) for t in typical], True, IGNORED)
    embedded = model.get_input_embeddings()(ids.to(model.device)).detach().requires_grad_()
    model.requires_grad_(False)
    seconds = 0.0
    for _ in range(2):
        start = time.monotonic()
        model(inputs_embeds=embedded, labels=labels.to(model.device)).loss.backward()
        seconds = time.monotonic() - start
    return seconds * recipe.accumulate * 1.25  # LoRA's own products, and the optimiser
