"""What is watched while a model trains: the pace, the checkpoints, the loss, the budget."""

from __future__ import annotations

import json
import math
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import TrainerCallback

from finetune import picture as pictures
from index.errors import TellPerson


class Diverged(TellPerson):
    """The loss is no longer a number."""


@dataclass(frozen=True, slots=True)
class Pace:
    """One step, as it is told to a person."""

    step: int
    steps: int
    loss: float
    tokens_per_second: float
    seconds_left: float


class Watch(TrainerCallback):  # type: ignore[misc]
    """Writes a line of JSON a step, saves by the clock, stops at NaN and at the budget.

    Parameters
    ----------
    folder
        Of the run; the losses go to ``losses.jsonl`` there.
    tokens
        Tokens of each step, padding left out.
    checkpoint_s
        Seconds between checkpoints.
    budget_s
        Seconds after which it stops with what it has; ``None`` never.
    patience
        Validations without a better loss, then it stops.
    tell
        Called after each step.
    """

    def __init__(
        self,
        folder: Path,
        tokens: list[int],
        checkpoint_s: float,
        budget_s: float | None = None,
        patience: int = 3,
        tell: Callable[[Pace], None] | None = None,
    ) -> None:
        self._losses = folder / "losses.jsonl"
        self._tokens = tokens
        self._checkpoint_s = checkpoint_s
        self._budget_s = budget_s
        self._patience = patience
        self._tell = tell
        self._validations: list[float] = []
        self._began = self._saved = self._stepped = time.monotonic()

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._began = self._saved = self._stepped = time.monotonic()
        kept = _kept(self._losses, state.global_step)
        self._losses.write_text("".join(f"{line}\n" for line in kept))

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        now = time.monotonic()
        control.should_log = True
        if now - self._saved >= self._checkpoint_s:
            control.should_save = True
            self._saved = now
        if self._budget_s and now - self._began >= self._budget_s:
            control.should_training_stop = control.should_save = True

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        entry = {k: v for k, v in (logs or {}).items() if k in ("loss", "eval_loss", "grad_norm")}
        if not entry:
            return
        for name, value in entry.items():
            if not math.isfinite(value):
                raise Diverged(
                    f"At step {state.global_step} the {name} became {value}; training stopped.",
                    "The last checkpoint is kept. Lower learning_rate, or train in float32.",
                )
        if "eval_loss" in entry:
            self._validations.append(entry["eval_loss"])
            if no_better(self._validations, self._patience):
                control.should_training_stop = control.should_save = True
        now = time.monotonic()
        seconds, self._stepped = max(now - self._stepped, 1e-9), now
        with self._losses.open("a") as file:
            spent = {"seconds": round(seconds, 3), "memory_gb": peak_memory()}
            line = {"step": state.global_step, **spent, **entry}
            file.write(json.dumps(line) + "\n")
        if self._tell and "loss" in entry:
            left = (state.max_steps - state.global_step) * seconds
            rate = self._tokens[min(state.global_step, len(self._tokens)) - 1] / seconds
            self._tell(Pace(state.global_step, state.max_steps, entry["loss"], rate, left))


def peak_memory() -> float:
    """The most memory that this process has held, in GB of 2**30 bytes; on a GPU, that of it."""
    if torch.cuda.is_available():
        return round(torch.cuda.max_memory_allocated() / 2**30, 2)
    unit = 1 if sys.platform == "darwin" else 2**10  # of ru_maxrss, in bytes
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**30, 2)


def no_better(losses: list[float], patience: int) -> bool:
    """Whether the last ``patience`` losses are none below the best before them.

    >>> no_better([1.0, 0.9, 0.95, 0.92], 2), no_better([1.0, 0.9, 0.95, 0.85], 2)
    (True, False)
    """
    before, last = losses[:-patience], losses[-patience:]
    return bool(before) and min(last) >= min(before)


def _kept(path: Path, step: int) -> list[str]:
    """Lines of an earlier attempt up to the step that is resumed from."""
    if not path.is_file() or step == 0:
        return []
    return [line for line in path.read_text().splitlines() if json.loads(line)["step"] <= step]


def draw(losses: Path, picture: Path) -> None:
    """Draw the curve of a ``losses.jsonl`` as a PNG."""
    lines = [json.loads(line) for line in losses.read_text().splitlines()]
    curves = [
        (label, [(line["step"], line[name]) for line in lines if name in line], name != "loss")
        for name, label in (("loss", "training"), ("eval_loss", "validation"))
    ]
    told = {"xlabel": "step", "ylabel": "loss (nats a token)", "yscale": "log"}
    pictures.draw(curves, picture, (7, 4), **told)
