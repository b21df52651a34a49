"""SIGKILL while an adapter is trained: the run goes on from a checkpoint that is whole."""

from __future__ import annotations

from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from eval.drills.children import Child, run
from eval.drills.drill import Kind
from eval.drills.jobs import Tell
from eval.drills.kills import OVERRUN
from eval.drills.stage import Stage, clear, must
from eval.drills.tally import UNDEFENDED, Tally
from finetune.recipe import Job, SftRecipe
from index.config import IndexConfig
from index.weights import locate

RECIPE = SftRecipe(
    prompts=["explain/2"], steps=10, batch=2, validation=0, warmup=0.0, learning_rate=1e-2,
    checkpoint_minutes=1e-6, precision="float32",
)  # fmt: skip
"""A checkpoint after every step, so that most of a run is the writing of checkpoints."""
SAME = 1e-3
"""Losses of a run that went on may differ so much from those of one that nobody killed."""


def kill_training(stage: Stage, tries: int, defended: bool) -> Tally:
    """Checkpoints that were whole are gone on from, and the losses are those of a whole run."""
    tally = Tally("kill-training") if defended else Tally("kill-training", UNDEFENDED)
    if not (stage.root / "base").exists():
        made = must(run(make, stage.root, weights=_weights()), "make").result
        assert made == "made"
    whole = must(_run(stage.root, stage.root / "whole", defended=True), "train")
    folder = stage.root / "training"
    for number, moment in enumerate(stage.moments(whole.seconds * OVERRUN, tries)):
        child = Child(learn, stage.root, since="training", folder=folder, defended=defended)
        half = number % 2 == 0
        killed = child.kill_when(lambda: _half(folder)) if half else child.kill_after(moment)
        safe = max((value for what, value in killed.said if what == "step"), default=0)
        again = _run(stage.root, folder, defended)
        faults = [f"the training does not go on: {again.trouble}"] if again.trouble else []
        if again.done:
            first = min((value for what, value in again.said if what == "step"), default=None)
            if not killed.done and (first is None or first > safe + 1):
                faults.append(f"after step {safe} it went on with step {first}")
            if first is not None and first < safe - 1:
                faults.append(f"step {safe} was done, it went on with step {first}")
            if not _same(again.result, whole.result):
                faults.append(f"other losses: {again.result} instead of {whole.result}")
        when = "within a checkpoint" if half else f"after {moment:.2f} s"
        tally.count(f"{when} and {safe} steps", faults)
        clear(folder)
        if not defended and tally.lost:
            break
    return tally


KINDS = {"kill-training": Kind(kill_training, few=1, many=12, preload=("finetune.sft",))}


def make(config: IndexConfig, tell: Tell, _: Connection, weights: Path) -> str:
    """Write a tiny base and its data."""
    from finetune import tiny

    tiny.base(config.home / "base", weights)
    tiny.data(config.home / "data")
    return "made"


def learn(
    config: IndexConfig, tell: Tell, _: Connection, folder: Path, defended: bool
) -> list[float]:
    """Train, or go on; tell of every step. Returns the losses of the whole run."""
    from finetune import run as run_
    from finetune import tiny
    from finetune.adapter import check
    from finetune.sft import train

    if not defended:
        run_.last_checkpoint = newest
    job = Job(RECIPE, config.home / "base", config.home / "data", folder)
    tell("training", None)
    check(train(job, lambda pace: tell("step", pace.step)))
    return tiny.losses(folder)


def newest(run: Path) -> Path | None:
    """The newest checkpoint, whole or not: the control."""
    found = list(run.glob("checkpoint-*"))
    return max(found, key=lambda p: int(p.name.rpartition("-")[2]), default=None)


def _run(home: Path, folder: Path, defended: bool) -> Any:
    return run(learn, home, since="training", folder=folder, defended=defended)


def _half(run: Path) -> bool:
    """Whether a checkpoint is being written."""
    return any(not (p / "trainer_state.json").exists() for p in run.glob("checkpoint-*"))


def _weights() -> Path:
    """Where the tokenizer of the tiny base is taken from."""
    settings = IndexConfig()
    return locate("SmolLM2-135M-Instruct", settings)


def _same(losses: list[float], others: list[float]) -> bool:
    pairs = zip(losses, others, strict=False)
    return len(losses) == len(others) and all(abs(a - b) <= SAME for a, b in pairs)
