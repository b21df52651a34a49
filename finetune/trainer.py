"""What trains: the base in its number format, and TRL's trainer over tokens that are ready."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
from datasets import Dataset
from peft import LoraConfig, PeftModel
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM, PrinterCallback
from trl import SFTConfig, SFTTrainer

from finetune.adapter import check
from finetune.dataset import IGNORED, Tokens
from finetune.recipe import Job, SftRecipe
from finetune.watch import Pace, Watch
from index.errors import BadData
from index.weights import fingerprint

OVERRUN = 1.1
"""Of the budget; then a run stops with what it has."""


def open_model(job: Job) -> Any:
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
        dtype=torch.bfloat16 if wants_bfloat16(job.recipe) else torch.float32,
        local_files_only=True,
        trust_remote_code=False,
        use_safetensors=True,
        attn_implementation="sdpa",
        **extra,
    )


def wants_bfloat16(recipe: SftRecipe) -> bool:
    if recipe.precision != "auto":
        return recipe.precision == "bfloat16"
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.cpu._is_avx512_bf16_supported())


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


def open_trainer(
    job: Job,
    model: Any,
    tokenizer: Any,
    order: Sequence[Tokens],
    held: Sequence[Tokens],
    steps: int,
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
        model=going_on(model, job.start) if job.start else model,
        args=SFTConfig(
            **shared_arguments(job, steps, bool(held)),
            dataset_kwargs={"skip_prepare_dataset": True},
        ),
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


def check_start(job: Job) -> None:
    """Look whether the recipe can go on from the adapter that is named, before weights load.

    Raises
    ------
    BadData
        It is of another base, rank or alpha.
    """
    if job.start is None:
        return
    told, recipe = check(job.start), job.recipe
    if told["base_fingerprint"] != fingerprint(job.base):
        raise BadData(
            f"The adapter {job.start} was trained on {told['base']} "
            f"({told['base_fingerprint']}), and {job.base} is another model.",
            "Set 'base' in the recipe to that of the adapter, or begin a new one.",
        )
    rank, alpha = told["recipe"]["rank"], told["recipe"]["alpha"]
    if (rank, alpha) != (recipe.rank, recipe.alpha):
        raise BadData(
            f"The adapter {job.start} has rank {rank} and alpha {alpha}, the recipe "
            f"{recipe.rank} and {recipe.alpha}.",
            "Set both in the recipe to those of the adapter, or begin a new one.",
        )


def going_on(model: Any, start: Path) -> Any:
    """The model with a trained adapter, ready to learn on; its weights in float32."""
    return PeftModel.from_pretrained(model, start, is_trainable=True, autocast_adapter_dtype=True)


def shared_arguments(job: Job, steps: int, validates: bool) -> dict[str, Any]:
    """Arguments that supervised training and preferences have in common."""
    recipe = job.recipe
    return {
        "output_dir": str(job.run),
        "max_steps": steps,
        "per_device_train_batch_size": recipe.batch,
        "per_device_eval_batch_size": recipe.batch,
        "gradient_accumulation_steps": recipe.accumulate,
        "learning_rate": recipe.learning_rate,
        "lr_scheduler_type": recipe.schedule,
        "warmup_steps": recipe.warmup,
        "bf16": wants_bfloat16(recipe),
        "use_cpu": not torch.cuda.is_available(),
        "activation_checkpointing": False,
        "train_sampling_strategy": "sequential",
        "pad_to_multiple_of": recipe.pad_to,
        "max_length": None,
        "logging_steps": 1,
        "logging_nan_inf_filter": False,
        "eval_strategy": "steps" if validates else "no",
        "eval_steps": recipe.validate_every,
        "save_strategy": "no",
        "save_total_limit": 2,
        "prediction_loss_only": True,
        "report_to": "none",
        "disable_tqdm": True,
        "seed": recipe.seed,
        "dataloader_num_workers": 0,
    }
