"""Words that nobody wrote: which ones of the vocabulary were meant."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from math import log

SHORTEST = 4
"""Letters of a word from which it is corrected; shorter ones are as likely abbreviations."""
LOOKED_AT = 40
"""Words of most shared letter pairs whose edit distance is taken."""
HALF = 2
"""Letters of the shorter half of a word written together."""


class Spelling:
    """Corrections out of a vocabulary, the commoner word first among equally near ones.

    Parameters
    ----------
    counts
        Word to how often it is written, words case folded.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts
        self._having: dict[str, list[str]] = defaultdict(list)
        for word in sorted(counts):
            if word.isalpha() and len(word) >= SHORTEST - 1:
                for pair in _pairs(word):
                    self._having[pair].append(word)

    def meant(self, word: str, k: int = 2) -> list[str]:
        """Return at most ``k`` words that were probably meant, the likeliest first.

        A known word, a short one and one with other signs than letters have none. A word is
        near within one edit, two from seven letters on (Damerau 1964: a letter more, less,
        other, or two changed about). Where two known words written together give it, these
        come instead, in order.

        >>> Spelling({"lattice": 9, "light": 5, "bulb": 5, "lettuce": 2}).meant("lattiace")
        ['lattice']
        >>> Spelling({"light": 5, "bulb": 5}).meant("lightbulb")
        ['light', 'bulb']
        """
        if word in self._counts or len(word) < SHORTEST or not word.isalpha():
            return []
        if halves := self._halves(word):
            return halves
        shared = Counter(near for pair in _pairs(word) for near in self._having.get(pair, ()))
        closest = sorted(shared, key=lambda near: (-_dice(shared[near], word, near), near))
        allowed = 1 + (len(word) > 6)
        found = []
        for near in closest[:LOOKED_AT]:
            edits = edit_distance(word, near)
            if edits <= allowed:
                other_start = near[0] != word[0]
                found.append((edits + other_start - 0.3 * log(1 + self._counts[near]), near))
        return [near for _, near in sorted(found)[:k]]

    def _halves(self, word: str) -> list[str]:
        """Return the two known words of which the rarer one is commonest, or nothing."""
        cuts = [
            (min(self._counts[word[:n]], self._counts[word[n:]]), n)
            for n in range(HALF + 1, len(word) - HALF)
            if word[:n] in self._counts and word[n:] in self._counts
        ]
        if not cuts:
            return []
        cut = max(cuts)[1]
        return [word[:cut], word[cut:]]


def edit_distance(one: str, other: str) -> int:
    """Count the letters to add, drop or change, and neighbours to swap, to get from one to
    the other (the restricted distance of Damerau 1964).

    >>> edit_distance("nozzle", "nozlze"), edit_distance("door", "dooe")
    (1, 1)
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, against in enumerate(other, start=1):
            best = min(row[-1] + 1, last[j] + 1, last[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, last = last, row
    return last[-1]


def _pairs(word: str) -> set[str]:
    framed = f"^{word}$"
    return {framed[n : n + 2] for n in range(len(framed) - 1)}


def _dice(shared: int, one: str, other: str) -> float:
    return 2 * shared / (len(one) + len(other) + 2)
