"""One supervised run: checked, planned, trained, resumed after a kill, and saved as an adapter."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch.nn.utils.rnn import pad_sequence
from transformers.utils import logging as transformers_logging

from finetune.adapter import check, save_adapter
from finetune.dataset import IGNORED, Tokens, open_tokenizer, ordered, read_examples, tokenised
from finetune.recipe import Job, SftRecipe
from finetune.trainer import open_model, open_trainer
from finetune.watch import Pace, draw
from index.errors import BadData, TellPerson
from index.weights import fingerprint


class DiskFull(TellPerson):
    """A checkpoint could not be written."""


def train(job: Job, tell: Callable[[Pace], None] | None = None) -> Path:
    """Train, or go on where a killed run stopped; return the adapter's folder.

    Raises
    ------
    BadData
        Data, base or run folder do not fit the recipe.
    finetune.watch.Diverged
        The loss became infinite or not a number; the last checkpoint is kept.
    DiskFull
        A checkpoint could not be written.
    """
    began = time.monotonic()
    transformers_logging.disable_progress_bar()
    rows = read_examples(job.data, job.recipe.prompt)
    tokenizer = open_tokenizer(job.base)
    tokens = tokenised(tokenizer, rows, job.recipe.longest)
    held, kept = tokens[: job.recipe.validation], tokens[job.recipe.validation :]
    if not kept:
        raise BadData(f"{job.data} holds {len(tokens)} examples, all for validation.", "Add more.")
    model = open_model(job)
    plan = _plan(job, model, kept, tokenizer.pad_token_id)
    order = ordered(kept, job.recipe.batch * job.recipe.accumulate, plan["steps"], job.recipe.seed)
    trainer = open_trainer(job, model, tokenizer, order, held, plan, tell)
    last = last_checkpoint(job.run)
    try:
        trainer.train(resume_from_checkpoint=str(last) if last else None)
    except OSError as error:
        raise DiskFull(
            f"The checkpoint could not be written: {error}.",
            f"Free some space and run it again; it goes on from {last or 'the start'}.",
        ) from error
    draw(job.run / "losses.jsonl", job.run / "losses.png")
    return save_adapter(
        trainer.model,
        job.run / "adapter",
        {
            "base": job.recipe.base,
            "start": check(job.start) if job.start else None,
            "base_fingerprint": fingerprint(job.base),
            "data": json.loads((job.data / "card.json").read_text()),
            "recipe": job.recipe.model_dump(),
            "steps": trainer.state.global_step,
            "minutes": round((time.monotonic() - began) / 60, 1),
            "last_losses": _last_losses(job.run / "losses.jsonl"),
        },
        tokenizer,
    )


def last_checkpoint(run: Path) -> Path | None:
    """The newest checkpoint that was written whole, or ``None``."""
    whole = [p.parent for p in run.glob("checkpoint-*/trainer_state.json")]
    return max(whole, key=lambda p: int(p.name.rpartition("-")[2]), default=None)


def _plan(job: Job, model: Any, items: Sequence[Tokens], pad: int) -> dict[str, Any]:
    """Decide on the steps, once; a resumed run reads what was decided."""
    path = job.run / "plan.json"
    recipe = job.recipe
    what = {
        "recipe": recipe.model_dump(),
        "base": fingerprint(job.base),
        "data": json.loads((job.data / "card.json").read_text())["files"],
        "start": str(job.start) if job.start else None,
    }
    if path.is_file():
        plan: dict[str, Any] = json.loads(path.read_text())
        if other := [name for name in what if plan[name] != what[name]]:
            raise BadData(
                f"{job.run} holds a run of another {' and '.join(other)}.",
                "Name another folder by --run.",
            )
        return plan
    seconds = _seconds_a_step(model, items, recipe, pad) if job.budget_minutes else None
    steps = recipe.steps or len(items) // (recipe.batch * recipe.accumulate) or 1
    if seconds and job.budget_minutes and not recipe.steps:
        steps = max(1, int(job.budget_minutes * 60 * 0.95 / seconds))
    plan = {
        **what,
        "steps": steps,
        "seconds_a_step": seconds,
        "budget_minutes": job.budget_minutes,
    }
    job.run.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".part")
    aside.write_text(json.dumps(plan, indent=2) + "\n")
    aside.replace(path)
    return plan


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


def _last_losses(path: Path) -> list[float]:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [line["loss"] for line in lines if "loss" in line][-10:]


def forget(run: Path) -> None:
    """Remove the checkpoints of a finished run; the losses and the adapter stay."""
    for checkpoint in run.glob("checkpoint-*"):
        shutil.rmtree(checkpoint)
