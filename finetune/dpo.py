"""Preferences: an adapter goes on from pairs of a better and a worse sentence (DPO).

The loss is that of Rafailov et al. 2023, equation 7, with the adapter as it began for a
reference, and a little of the plain loss on the better sentence.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

from datasets import Dataset
from transformers import PrinterCallback
from transformers.utils import logging as transformers_logging
from trl import DPOConfig, DPOTrainer

from finetune.dataset import open_tokenizer, read_rows
from finetune.recipe import DpoRecipe, Job
from finetune.run import drive, keep, plan_run
from finetune.trainer import check_start, going_on, open_model, shared_arguments
from finetune.watch import Pace, Watch
from index.errors import BadData


def train(job: Job, tell: Callable[[Pace], None] | None = None) -> Path:
    """Go on from ``job.start`` with the pairs of ``job.data``; return the adapter's folder.

    Raises
    ------
    BadData
        There is no adapter to go on from, or data, base or run folder do not fit the recipe.
    """
    recipe = job.recipe
    if job.start is None or not isinstance(recipe, DpoRecipe):
        raise BadData("Preferences go on from an adapter, and none was named.", "Add --start NAME.")
    check_start(job)
    transformers_logging.disable_progress_bar()
    rows = read_rows(job.data, recipe.prompts, "pairs")
    held, kept = rows[: recipe.validation], rows[recipe.validation :]
    if not kept:
        raise BadData(f"{job.data} holds {len(rows)} pairs, all for validation.", "Add more.")
    tokenizer = open_tokenizer(job.base)
    per_step = recipe.batch * recipe.accumulate
    steps = plan_run(job, lambda: (recipe.steps or max(1, len(kept) // per_step), None))
    watch = Watch(
        job.run,
        [_tokens(tokenizer, kept[0]) * per_step],
        recipe.checkpoint_minutes * 60,
        job.budget_minutes * 60 if job.budget_minutes else None,
        recipe.patience,
        tell,
    )
    trainer = DPOTrainer(
        model=going_on(open_model(job), job.start),
        args=DPOConfig(
            **shared_arguments(job, steps, bool(held)),
            beta=recipe.beta,
            loss_type=["sigmoid", "sft"],
            loss_weights=[1.0, recipe.sft_weight],
        ),
        train_dataset=_dataset(kept, steps * per_step),
        eval_dataset=_dataset(held, len(held)) if held else None,
        processing_class=tokenizer,
        callbacks=[watch],
    )
    trainer.remove_callback(PrinterCallback)
    drive(trainer, job)
    return keep(trainer, job, tokenizer)


def _dataset(rows: Sequence[dict[str, Any]], count: int) -> Any:
    """So many pairs, from the start again where there are fewer."""
    names = ("prompt", "chosen", "rejected")
    return Dataset.from_list([{n: rows[i % len(rows)][n] for n in names} for i in range(count)])


def _tokens(tokenizer: Any, row: dict[str, Any]) -> int:
    text = row["prompt"] * 2 + row["chosen"] + row["rejected"]
    return len(tokenizer(text, add_special_tokens=False)["input_ids"])
