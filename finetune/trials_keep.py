"""Trials kept with the adapter that came of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from eval.report import Measurement
from finetune.adapter import check, write_hashes
from finetune.trials import Trial
from finetune.trials_plot import draw

FILE, PICTURE = "trials.json", "trials.png"


def keep(adapter: Path, trials: Sequence[Trial], table: Measurement) -> None:
    """Write table and picture into an adapter's folder, and the hashes anew.

    Raises
    ------
    BadData
        The adapter's files are not what they were, or there is nothing to draw.
    """
    check(adapter)
    draw(trials, adapter / PICTURE)
    aside = adapter / f"{FILE}.part"
    aside.write_text(json.dumps(table.as_json(), indent=2) + "\n")
    aside.replace(adapter / FILE)
    write_hashes(adapter)
