"""The picture of trials: validation loss over the examples that were read, a line a run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

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
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    other = differing([trial.settings for trial in trials])
    figure, axes = pyplot.subplots(figsize=(8, 5), layout="constrained")
    for trial in trials:
        if trial.validation:
            told = ", ".join(f"{key.replace('_', ' ')} {trial.settings[key]}" for key in other)
            label = f"{trial.name} ({told})" if told else trial.name
            axes.plot(*zip(*trial.validation, strict=True), label=label, marker=".")
    axes.set(xlabel="examples read", ylabel="validation loss (nats a token)")
    axes.grid(alpha=0.3)
    axes.legend()
    aside = picture.with_suffix(".part.png")
    figure.savefig(aside, dpi=120)
    pyplot.close(figure)
    aside.replace(picture)
