"""The picture of trials: validation loss over the examples that were read, a line a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from finetune import picture as pictures
from finetune.trials import Trial, differing
from index.errors import BadData


def draw(trials: Sequence[Trial], picture: Path) -> None:
    """Draw the trials as a PNG, each labelled with its name and what is its own.

    Raises
    ------
    BadData
        None of the runs looked at a validation set.
    """
    if not any(trial.validation for trial in trials):
        raise BadData(
            "None of these runs was validated, so there is nothing to draw.",
            "Set 'validation' in the recipe above 0, and 'validate_every' below its steps.",
        )
    other = differing([trial.settings for trial in trials])
    curves = [(_label(trial, other), trial.validation, True) for trial in trials]
    told = {"xlabel": "examples read", "ylabel": "validation loss (nats a token)"}
    pictures.draw(curves, picture, (8, 5), **told)


def _label(trial: Trial, other: Iterable[str]) -> str:
    told = ", ".join(f"{key.replace('_', ' ')} {trial.settings[key]}" for key in other)
    return f"{trial.name} ({told})" if told else trial.name
