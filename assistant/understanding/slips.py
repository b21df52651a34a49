"""Slips of the keyboard in the words that carry a condition: "undr 5 dolars", "wihtout nuts"."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.understanding.words import STOP_WORDS, Rest, listed

_CARRIERS = listed(
    """without under below between dollars dollar bucks maximum minimum allergic allergy except
    brand store label generic cheapest cheaper expensive recommend suggest suggestions options
    recommendations anything nothing least most more less than another different instead other
    avoid skip exclude contain containing budget limit spend packs boxes bottles second third first
    dozen couple promotion discount offer popular biggest smallest"""
)
LONG = 6
"""Letters from which on one vowel may stand for another."""
_OTHERS = frozenset(listed("last fist band moist boxers lost tern mast bulk bock"))
"""Words that are near one of these and mean themselves."""
_VOWELS = frozenset("aeiou")
_WORD = re.compile(r"(?<![\w'-])[a-z]{4,}(?![\w'-])")


def mend_slips(rest: Rest, knows: Callable[[str], bool]) -> None:
    """Write the words that carry a condition as they are spelt.

    Parameters
    ----------
    knows
        Whether a word is one of the shelf: then it is no slip.
    """
    rest.text = _WORD.sub(lambda found: _mended(found[0], knows), rest.text)


def is_slip(word: str, meant: str) -> bool:
    """Whether two neighbours changed places, or one letter is missing or too many.

    >>> is_slip("yougrt", "yogurt"), is_slip("brocoli", "broccoli"), is_slip("greek", "green")
    (True, True, False)
    """
    if len(word) == len(meant):
        return word != meant and sorted(word) == sorted(meant)
    short, long = sorted((word, meant), key=len)
    if len(long) - len(short) != 1 or long.startswith(short):
        return False
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def _mended(word: str, knows: Callable[[str], bool]) -> str:
    if word in STOP_WORDS or word in _CARRIERS or word in _OTHERS or knows(word):
        return word
    near = [c for c in _CARRIERS if c[0] == word[0] and abs(len(c) - len(word)) <= 1]
    meant = [c for c in near if is_slip(word, c) or _is_cut(word, c) or _is_other_vowel(word, c)]
    return meant[0] if len(meant) == 1 else word


def _is_cut(word: str, meant: str) -> bool:
    """Whether only the last letter is missing, and that is no plural's."""
    return word == meant[:-1] and meant[-1] != "s"


def _is_other_vowel(word: str, meant: str) -> bool:
    """Whether a long word has one vowel for another: "dollers"."""
    if len(word) != len(meant) or len(word) < LONG:
        return False
    others = [pair for pair in zip(word, meant, strict=True) if pair[0] != pair[1]]
    return len(others) == 1 and _VOWELS.issuperset(others[0])
