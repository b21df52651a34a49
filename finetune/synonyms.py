"""Words that shoppers use for one another, from a table written by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from random import Random

from assistant.understanding.words import stems
from index.errors import BadData

FILE = Path(__file__).parent / "data" / "synonyms.tsv"


@cache
def synonyms() -> Mapping[str, tuple[str, ...]]:
    """Read the table: what is typed, lower case, and what may stand in its place.

    Raises
    ------
    BadData
        A line names no synonym.
    """
    found = {}
    for number, line in enumerate(FILE.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("#"):
            continue
        word, _, others = line.partition("\t")
        if not others:
            raise BadData(f"{FILE}, line {number} has no synonym.", "Put a tab before them.")
        found[word] = tuple(others.split("; "))
    return found


def reworded(text: str, random: Random, kept: str = "") -> str:
    """One word or phrase by a synonym, its case as it was.

    Parameters
    ----------
    kept
        Words that stay as they are, and that no synonym brings in.

    >>> reworded("Broken wine glasses", Random(1))
    'Smashed wine glasses'
    >>> reworded("broken wine glasses", Random(1), kept="broken glass")
    'broken wine glasses'
    """
    stay = frozenset(stems(kept))
    options = [
        (found, other)
        for found in _pattern().finditer(text)
        for other in synonyms()[found[0].lower()]
        if stay.isdisjoint(stems(f"{found[0]} {other}"))
    ]
    if not options:
        return text
    found, other = random.choice(options)
    if text.isupper():
        other = other.upper()
    elif found[0][0].isupper():
        other = other[0].upper() + other[1:]
    return text[: found.start()] + other + text[found.end() :]


@cache
def _pattern() -> re.Pattern[str]:
    """Any word of the table, whole; of two that begin alike the longer."""
    longest = sorted(synonyms(), key=len, reverse=True)
    return re.compile(rf"(?<![\w'-])(?ai:{'|'.join(map(re.escape, longest))})(?![\w'-])")
