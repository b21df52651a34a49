"""Messages that name no aisle, each with every aisle that would help; none ever teaches."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from eval.phrasings import DATA

FILES = {
    "messages": DATA / "occasions_journey.jsonl",
    "fresh messages": DATA / "occasions_fresh_journey.jsonl",
}
"""Whose they are to where they stand; how both were written is in ``eval/data/README.md``."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """A message, and every aisle that would help."""

    message: str
    aisles: frozenset[str]


def load_occasions(file: Path) -> list[Occasion]:
    """Return the messages of one file."""
    rows = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    return [Occasion(row["message"], frozenset(row["aisles"])) for row in rows]
