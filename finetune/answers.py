"""What a model answered, in a file of its own: killed and asked again, one goes on there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

from assistant.interfaces import Prompt


class Answers:
    """Answers by what was asked, each in the file before it is used. Safe for several threads.

    A line that a kill cut is taken out of the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._said = _read(path)

    def __len__(self) -> int:
        return len(self._said)

    def __getitem__(self, prompt: Prompt) -> str:
        return self._said[prompt.fingerprint]

    def get(self, prompt: Prompt) -> str | None:
        """The answer, where there is one."""
        return self._said.get(prompt.fingerprint)

    def keep(self, prompt: Prompt, text: str) -> None:
        """Write an answer down."""
        asked = prompt.fingerprint
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"asked": asked, "raw": text}) + "\n")
            self._said[asked] = text

    def missing(self, prompts: Sequence[Prompt]) -> list[Prompt]:
        """Those without an answer, each once, in order."""
        return list({p.fingerprint: p for p in prompts if self.get(p) is None}.values())


def _read(path: Path) -> dict[str, str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file():
        return {}
    whole, newline, cut = path.read_text(encoding="utf-8").rpartition("\n")
    if cut:
        aside = path.with_name(path.name + ".part")
        aside.write_text(whole + newline, encoding="utf-8")
        aside.replace(path)
    lines = [json.loads(line) for line in whole.splitlines()]
    return {line["asked"]: line["raw"] for line in lines}
