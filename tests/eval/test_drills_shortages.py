"""Shortages are real while they last, and over when they end."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from eval.drills.away import WRONG, starve_model
from eval.drills.shortages import DISK, short
from eval.drills.stage import Stage


def test_short_when_of_disk_then_nothing_can_be_written_until_it_ends(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="large"), short(DISK):
        (tmp_path / "a").write_text("x" * 100_000)
    (tmp_path / "a").write_text("x" * 100_000)


def test_model_when_its_server_hangs_then_told_and_only_the_control_waits(tmp_path: Path) -> None:
    defended, control = (
        starve_model(Stage(tmp_path, random.Random(1)), 1, kept) for kept in (True, False)
    )
    assert defended.losses == []
    assert control.lost == 1
    assert len(WRONG) == 12
