"""A run's folder: what was decided, the way through it, and what is left at the end."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from safetensors import SafetensorError

from finetune.adapter import check, save_adapter
from finetune.recipe import Job
from finetune.watch import draw
from index.errors import BadData, TellPerson
from index.weights import fingerprint


class DiskFull(TellPerson):
    """A checkpoint could not be written."""


def plan_run(job: Job, decide: Callable[[], tuple[int, float | None]]) -> int:
    """Return the steps of a run, decided once; a resumed run reads what was decided.

    Parameters
    ----------
    decide
        Returns the steps, and the seconds that one takes where that was measured.

    Raises
    ------
    BadData
        The folder holds a run of another recipe, base, data or start.
    """
    path = job.run / "plan.json"
    what = {
        "recipe": job.recipe.model_dump(),
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
        return int(plan["steps"])
    steps, seconds = decide()
    plan = {**what, "steps": steps, "seconds_a_step": seconds, "budget": job.budget_minutes}
    job.run.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".part")
    aside.write_text(json.dumps(plan, indent=2) + "\n")
    aside.replace(path)
    return steps


FULL = (OSError, RuntimeError, SafetensorError)
"""What a full disk is answered with, by Python, torch and safetensors."""


@contextmanager
def writing(run: Path, errors: tuple[type[Exception], ...] = FULL) -> Iterator[None]:
    """Tell a person where a file of the run could not be written.

    Raises
    ------
    DiskFull
        With the checkpoint from which the run goes on.
    """
    try:
        yield
    except errors as error:
        raise DiskFull(
            f"The checkpoint could not be written: {error}.",
            f"Free some space and run it again; it goes on from "
            f"{last_checkpoint(run) or 'the start'}.",
        ) from error


def drive(trainer: Any, job: Job) -> None:
    """Train to the end, from the newest whole checkpoint where there is one.

    Raises
    ------
    DiskFull
        A checkpoint could not be written; those before it are kept.
    """
    last = last_checkpoint(job.run)
    saving = trainer._save_checkpoint

    def save(*args: Any, **more: Any) -> None:
        with writing(job.run):
            saving(*args, **more)

    trainer._save_checkpoint = save
    with writing(job.run, (OSError,)):  # the line of a step
        trainer.train(resume_from_checkpoint=str(last) if last else None)
    draw(job.run / "losses.jsonl", job.run / "losses.png")


def keep(trainer: Any, job: Job, tokenizer: Any) -> Path:
    """Save what was trained, with all that it was trained from; return the adapter's folder.

    The minutes are those of all its steps, those before a kill included; the memory is the most
    that any of them held.
    """
    lines = [json.loads(line) for line in (job.run / "losses.jsonl").read_text().splitlines()]
    facts = {
        "base": job.recipe.base,
        "base_fingerprint": fingerprint(job.base),
        "start": check(job.start) if job.start else None,
        "data": json.loads((job.data / "card.json").read_text()),
        "recipe": job.recipe.model_dump(),
        "steps": trainer.state.global_step,
        "minutes": round(sum(line["seconds"] for line in lines) / 60, 1),
        "memory_gb": max((line.get("memory_gb", 0.0) for line in lines), default=0.0),
        "last_losses": [line["loss"] for line in lines if "loss" in line][-10:],
    }
    with writing(job.run):
        return save_adapter(trainer.model, job.run / "adapter", facts, tokenizer)


def last_checkpoint(run: Path) -> Path | None:
    """The newest checkpoint that was written whole, or ``None``."""
    whole = [p.parent for p in run.glob("checkpoint-*/trainer_state.json")]
    return max(whole, key=lambda p: int(p.name.rpartition("-")[2]), default=None)


def forget(run: Path) -> None:
    """Remove the checkpoints of a finished run; the losses and the adapter stay."""
    for checkpoint in run.glob("checkpoint-*"):
        shutil.rmtree(checkpoint)
