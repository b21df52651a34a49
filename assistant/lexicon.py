"""The closed lexicon: the words that may stand between references, and what they assert."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "lexicon.tsv"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words by class."""

    classes: Mapping[str, tuple[str, ...]]
    """Class or classes ("it be") to its words, in the order of the file."""
    asserts: Mapping[str, str]
    """Class to what it asserts; a class that asserts nothing is absent."""
    symbols: Mapping[str, tuple[str, ...]]
    """Word, in lower case, to the classes it stands for: "it's" is ("it", "be")."""

    def words(self, symbol: str) -> tuple[str, ...]:
        """Words of a class; none for an unknown one."""
        return self.classes.get(symbol, ())


def read(path: Path) -> Lexicon:
    """Read a lexicon file: class, tab, what it asserts or "-", tab, words.

    Raises
    ------
    ValueError
        A line is malformed or a word stands twice; names the line.
    """
    classes: dict[str, tuple[str, ...]] = {}
    asserts: dict[str, str] = {}
    symbols: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) != 3:
            raise ValueError(f"{path.name}, line {number}: {len(fields)} fields, not 3")
        name, claim, words = fields[0], fields[1], tuple(fields[2].split())
        if claim != "-":
            asserts[name] = claim
        classes[name] = words
        for word in words:
            if word in symbols:
                raise ValueError(f"{path.name}, line {number}: {word!r} stands twice")
            symbols[word] = tuple(name.split())
    return Lexicon(classes, asserts, symbols)


@cache
def lexicon() -> Lexicon:
    """Return the lexicon that ships with the assistant."""
    return read(_FILE)
