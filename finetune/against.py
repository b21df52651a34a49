"""What an evaluation is of: an adapter and a job, and what the jobs have in common."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from assistant.models.local import LocalModel, open_local
from assistant.models.local_precision import Precision
from assistant.prompts import PromptTemplate, load
from assistant.tuned import WEIGHTS
from finetune.adapter import HASHES
from finetune.adapters import Adapter
from index.config import IndexConfig
from index.errors import TellPerson
from index.weights import locate

Tell = Callable[[str, int, int], None]
"""System, how many are done, of how many."""


@dataclass(frozen=True, slots=True)
class Against:
    """What is measured."""

    adapter: Adapter
    job: str
    """One of those that the adapter was taught."""
    base_prompt: str
    sentences: int
    """Or moments, where it scores, messages, where it reads, requests, where it asks."""
    seed: int
    free: int = 0
    """Sentences that the tuned model writes alone, see :mod:`finetune.free`."""

    @property
    def prompt(self) -> PromptTemplate:
        """The template that the adapter was taught the job with."""
        return load(self.adapter.prompts[self.job])

    @property
    def cut(self) -> date:
        """No event on this day or later taught the adapter."""
        return date.fromisoformat(self.adapter.told["data"]["cut"])

    @property
    def hashes(self) -> dict[str, str]:
        """Of the prompt and of the adapter's weights."""
        hashes = json.loads((self.adapter.path / HASHES).read_text())
        return {"prompt": self.prompt.hash, "adapter": str(hashes[WEIGHTS])[:16]}

    def open(
        self,
        config: IndexConfig,
        tuned: bool,
        precision: Precision | Literal["auto"] = "auto",
    ) -> LocalModel:
        """The base as it came, or with the adapter."""
        base = locate(self.adapter.told["base"], config)
        return open_local(base, self.adapter.path if tuned else None, precision)


def too_late(cut: date, last: date) -> TellPerson:
    return TellPerson(
        f"The adapter learned from events up to {cut}, and the data ends on {last}.",
        "Train it with an earlier --cut.",
    )


def put(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    aside = path.with_name(path.name + ".part")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)
