"""What somebody has on the bench: three drafts and a table of scenarios, kept as they type."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ui.lab.marks import write_aside

SLOTS = ("A", "B", "C")


@dataclass(frozen=True, slots=True)
class Work:
    """Plain values, as the page holds them."""

    sources: list[str] = field(default_factory=lambda: ["", "", ""])
    rows: list[list[str]] = field(default_factory=list)
    rules: str = ""


@dataclass(frozen=True, slots=True)
class Bench:
    """The work of everybody, a file a person."""

    folder: Path

    def load(self, who: str) -> Work | None:
        """What was left on the bench; ``None`` where nothing was."""
        path = self._path(who)
        return Work(**json.loads(path.read_text())) if path.is_file() else None

    def keep(self, who: str, work: Work) -> None:
        """Keep it, so that an expired login or a closed window loses nothing."""
        write_aside(self._path(who), json.dumps(asdict(work), ensure_ascii=False))

    def _path(self, who: str) -> Path:
        return self.folder / f"{hashlib.sha256(who.encode()).hexdigest()[:16]}.json"
