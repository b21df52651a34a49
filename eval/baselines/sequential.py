"""The sequential model as a row: trained within a budget, kept, and gone on with next time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from index.collaborative.histories import Floats, Histories

if TYPE_CHECKING:
    from index.collaborative.sequential import Sequential, SequentialConfig

MODEL, STEPS = "model", "checkpoints"
BUDGET_MINUTES = 40.0


class CachedSequential:
    """A ``Baseline`` whose training lies under ``home/benchmarks``, by lesson and settings.

    A finished one is read back in a second. Else it is trained for at most ``budget_minutes``,
    from where the last training ended, and ``chosen`` says so. ``config`` are settings of
    ``SequentialConfig``; ``start`` gives the vectors that the items start from.
    """

    name = "sequential"

    def __init__(
        self,
        home: Path,
        config: Mapping[str, float] | None = None,
        budget_minutes: float = BUDGET_MINUTES,
        start: Callable[[], Floats] | None = None,
    ) -> None:
        self._home, self._config, self._budget = home, config or {}, budget_minutes
        self._start = start
        self._model: Sequential | None = None
        self._lesson = ""
        self.chosen = ""
        """How far it was trained; said in the report."""

    def fit(self, train: Histories) -> None:
        """Read or train; the same lesson twice costs nothing."""
        from index.collaborative.sequential import Sequential, SequentialConfig

        config = SequentialConfig.model_validate(self._config)
        start = self._start() if self._start else None
        lesson = _digest(train, config, start)
        if self._model and lesson == self._lesson:
            return
        folder = self._home / "benchmarks" / f"sequential-{lesson}"
        model = Sequential.load(folder / MODEL) if (folder / MODEL).is_dir() else None
        if model is None or not model.finished:
            model = Sequential.fit(train, folder / STEPS, config, self._budget, start)
            model.save(folder / MODEL)
        self._model, self._lesson = model, lesson
        self.chosen = (
            f"sequential: {config.layers} layers, width {config.width}, dropout "
            f"{config.dropout:g}, {config.epochs} epochs"
            f"{', starting from the texts' if start is not None else ''}"
        )
        if not model.finished:
            self.chosen += f", cut short after {self._budget:g} minutes: run it again to go on"

    def score(self, histories: Histories) -> Floats:
        if self._model is None:
            raise RuntimeError("the sequential model was not fitted")
        return self._model.score_matrix(histories)


def _digest(train: Histories, config: SequentialConfig, start: Floats | None) -> str:
    digest = hashlib.sha256(json.dumps(config.model_dump(), sort_keys=True).encode())
    digest.update("\n".join(train.items).encode())
    for column in (train.row, train.column, train.step):
        digest.update(column.tobytes())
    if start is not None:
        digest.update(start.tobytes())
    return digest.hexdigest()[:16]
