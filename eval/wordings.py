"""The same need in other words: groups of messages, written by hand."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from assistant.types import Intent
from eval.phrasings import DATA, read

WAYS = 4
"""Wordings of one need: each of them against the other three."""


@dataclass(frozen=True, slots=True)
class Wordings:
    """One need in so many words."""

    group: str
    messages: tuple[str, ...]


def load_wordings(shop: str, folder: Path = DATA) -> list[Wordings]:
    """Return every group of a shop that asks for products and needs nothing said before.

    The phrasings' groups come first, then those written for this alone; both halves of the
    phrasings count, since nothing but a score comes of them.
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for phrasing in read(folder / f"phrasings_{shop}.jsonl"):
        if phrasing.need.intent is Intent.FIND and not phrasing.shown:
            groups[phrasing.group].append(phrasing.message)
    own = folder / f"wordings_{shop}.jsonl"
    for line in own.read_text(encoding="utf-8").splitlines() if own.exists() else ():
        found = json.loads(line)
        groups[found["group"]] += found["messages"]
    return [
        Wordings(name, tuple(said[:WAYS])) for name, said in groups.items() if len(said) >= WAYS
    ]
