"""One supervised run: checked, planned, trained, resumed after a kill, and saved as an adapter."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
from datasets import Dataset
from peft import LoraConfig, PeftModel
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pad_sequence
from transformers import AutoModelForCausalLM, AutoTokenizer, PrinterCallback
from transformers.utils import logging as transformers_logging
from trl import SFTConfig, SFTTrainer

from finetune.adapter import check, save_adapter
from finetune.dataset import IGNORED, Tokens, ordered, read_examples, tokenised
from finetune.recipe import SftRecipe
from finetune.watch import Pace, Watch, draw
from index.errors import BadData, TellPerson
from index.weights import fingerprint

OVERRUN = 1.1
"""Of the budget; then a run stops with what it has."""


class _SparseTrainer(SFTTrainer):  # type: ignore[misc]
    """Scores only the tokens that count; without a GPU, TRL scores all (a quarter of a step)."""

    def compute_loss(
        self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        causal = model.get_base_model()
        hidden = causal.model(
            input_ids=inputs["input_ids"],
            attention_mask=inputs["attention_mask"],
            use_cache=False,
        ).last_hidden_state[:, :-1]
        labels = inputs["labels"][:, 1:]
        counts = labels != IGNORED
        scores = causal.lm_head(hidden[counts]).float()
        loss = cross_entropy(scores, labels[counts], reduction="sum")
        loss = loss / (counts.sum() if num_items_in_batch is None else num_items_in_batch)
        return (loss, {"logits": scores}) if return_outputs else loss


class DiskFull(TellPerson):
    """A checkpoint could not be written."""


@dataclass(frozen=True, slots=True)
class Job:
    """What one run needs, all of it local."""

    recipe: SftRecipe
    base: Path
    data: Path
    run: Path
    budget_minutes: float | None = None
    start: Path | None = None
    """An adapter to go on from; ``None`` begins a new one."""


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
    tokenizer = AutoTokenizer.from_pretrained(job.base, local_files_only=True)
    tokens = tokenised(tokenizer, rows, job.recipe.longest)
    held, kept = tokens[: job.recipe.validation], tokens[job.recipe.validation :]
    if not kept:
        raise BadData(f"{job.data} holds {len(tokens)} examples, all for validation.", "Add more.")
    model = _model(job)
    plan = _plan(job, model, kept, tokenizer.pad_token_id)
    order = ordered(kept, job.recipe.batch * job.recipe.accumulate, plan["steps"], job.recipe.seed)
    trainer = _trainer(job, model, tokenizer, order, held, plan, tell)
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


def _model(job: Job) -> Any:
    extra: dict[str, Any] = {}
    if job.recipe.quantised:
        if not torch.cuda.is_available():
            raise BadData("'quantised: true' needs a GPU, and there is none.", "Set it to false.")
        from transformers import BitsAndBytesConfig

        extra["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16
        )
    return AutoModelForCausalLM.from_pretrained(
        job.base,
        dtype=torch.bfloat16 if _bfloat16(job.recipe) else torch.float32,
        local_files_only=True,
        use_safetensors=True,
        attn_implementation="sdpa",
        **extra,
    )


def _bfloat16(recipe: SftRecipe) -> bool:
    if recipe.precision != "auto":
        return recipe.precision == "bfloat16"
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.cpu._is_avx512_bf16_supported())


def _plan(job: Job, model: Any, items: Sequence[Tokens], pad: int) -> dict[str, Any]:
    """Decide on the steps, once; a resumed run reads what was decided."""
    path = job.run / "plan.json"
    recipe = job.recipe
    if path.is_file():
        plan: dict[str, Any] = json.loads(path.read_text())
        if plan["recipe"] != recipe.model_dump() or plan["base"] != fingerprint(job.base):
            raise BadData(
                f"{job.run} holds a run of another recipe or base.", "Name another folder by --run."
            )
        return plan
    seconds = _seconds_a_step(model, items, recipe, pad) if job.budget_minutes else None
    steps = recipe.steps or len(items) // (recipe.batch * recipe.accumulate) or 1
    if seconds and job.budget_minutes and not recipe.steps:
        steps = max(1, int(job.budget_minutes * 60 * 0.95 / seconds))
    plan = {
        "recipe": recipe.model_dump(),
        "base": fingerprint(job.base),
        "start": str(job.start) if job.start else None,
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


def _trainer(
    job: Job,
    model: Any,
    tokenizer: Any,
    order: Sequence[Tokens],
    held: Sequence[Tokens],
    plan: dict[str, Any],
    tell: Callable[[Pace], None] | None,
) -> Any:
    recipe, per_step = job.recipe, job.recipe.batch * job.recipe.accumulate
    sizes = [len(t) for t in order]
    watch = Watch(
        job.run,
        [sum(sizes[i : i + per_step]) for i in range(0, len(sizes), per_step)],
        recipe.checkpoint_minutes * 60,
        job.budget_minutes * 60 * OVERRUN if job.budget_minutes else None,
        recipe.patience,
        tell,
    )
    kind = SFTTrainer if torch.cuda.is_available() else _SparseTrainer
    trainer = kind(
        model=_going_on(model, job.start, recipe) if job.start else model,
        args=_arguments(job, plan["steps"], bool(held)),
        train_dataset=Dataset.from_list([t.as_dict() for t in order]),
        eval_dataset=Dataset.from_list([t.as_dict() for t in held]) if held else None,
        processing_class=tokenizer,
        peft_config=None if job.start else _lora(recipe),
        callbacks=[watch],
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


def _lora(recipe: SftRecipe) -> Any:
    return LoraConfig(
        r=recipe.rank,
        lora_alpha=recipe.alpha,
        lora_dropout=recipe.dropout,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )


def _going_on(model: Any, start: Path, recipe: SftRecipe) -> Any:
    """The model with a trained adapter, ready to learn on; its weights in float32."""
    told = check(start)["recipe"]
    if (told["rank"], told["alpha"]) != (recipe.rank, recipe.alpha):
        raise BadData(
            f"The adapter {start} has rank {told['rank']} and alpha {told['alpha']}, the recipe "
            f"{recipe.rank} and {recipe.alpha}.",
            "Set both in the recipe to those of the adapter, or begin a new one.",
        )
    return PeftModel.from_pretrained(model, start, is_trainable=True, autocast_adapter_dtype=True)


def _arguments(job: Job, steps: int, validates: bool) -> Any:
    recipe = job.recipe
    return SFTConfig(
        output_dir=str(job.run),
        max_steps=steps,
        per_device_train_batch_size=recipe.batch,
        per_device_eval_batch_size=recipe.batch,
        gradient_accumulation_steps=recipe.accumulate,
        learning_rate=recipe.learning_rate,
        lr_scheduler_type=recipe.schedule,
        warmup_steps=recipe.warmup,
        bf16=_bfloat16(recipe),
        use_cpu=not torch.cuda.is_available(),
        activation_checkpointing=False,
        train_sampling_strategy="sequential",
        pad_to_multiple_of=recipe.pad_to,
        max_length=None,
        dataset_kwargs={"skip_prepare_dataset": True},
        logging_steps=1,
        logging_nan_inf_filter=False,
        eval_strategy="steps" if validates else "no",
        eval_steps=recipe.validate_every,
        save_strategy="no",
        save_total_limit=2,
        prediction_loss_only=True,
        report_to="none",
        disable_tqdm=True,
        seed=recipe.seed,
        dataloader_num_workers=0,
    )


def _last_losses(path: Path) -> list[float]:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [line["loss"] for line in lines if "loss" in line][-10:]


def forget(run: Path) -> None:
    """Remove the checkpoints of a finished run; the losses and the adapter stay."""
    for checkpoint in run.glob("checkpoint-*"):
        shutil.rmtree(checkpoint)
