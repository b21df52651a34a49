"""What people note about cells: words of theirs, and which cell is how it should be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ui.lab.cell import Cell

LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Marks:
    """Two small files in the lab's folder, written aside and put in place."""

    folder: Path

    def golden(self) -> dict[str, Cell]:
        """Golden cells by scenario."""
        return {key: Cell.of_json(told) for key, told in self._read("golden").items()}

    def make_golden(self, cell: Cell) -> None:
        """Have a scenario's answer be this one; the expectation "as golden" holds others to it."""
        self._write("golden", self._read("golden") | {cell.scenario: cell.as_json()})

    def notes(self) -> dict[str, str]:
        """Notes by scenario and prompt hash, joined by a slash."""
        return self._read("notes")

    def note(self, scenario: str, prompt: str, words: str) -> None:
        """Keep a note beside a cell; no words take it away."""
        kept = self._read("notes") | {f"{scenario}/{prompt}": words.strip()[:LONGEST]}
        self._write("notes", {key: text for key, text in kept.items() if text})

    def _read(self, name: str) -> dict[str, Any]:
        path = self.folder / f"{name}.json"
        found: dict[str, Any] = json.loads(path.read_text()) if path.is_file() else {}
        return found

    def _write(self, name: str, value: Mapping[str, Any]) -> None:
        write_aside(self.folder / f"{name}.json", json.dumps(value, ensure_ascii=False))


def write_aside(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(path.name + ".part")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)
