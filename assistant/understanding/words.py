"""Messages made plain, and words made comparable."""

from __future__ import annotations

import re
import unicodedata

from index.text import stem

_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-"})


def listed(text: str) -> tuple[str, ...]:
    """Words of a list that is written as prose, to be read and reviewed as such."""
    return tuple(text.split())


_ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_SHORT = re.compile(
    r"(?<![\w'])(do|does|did|is|are|was|were|have|has|had|ca|wo|would|could|should)nt(?![\w'])"
)
_SPOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)?")

STOP_WORDS = frozenset(
    listed(
        """a about actually again all also am an and any anything are as ask at be been best bit
    bring buy by can could cup dear did do does each eat either else enough ever every
    everything fine food foods for from fun get give go goes going gonna good got great
    had has have having hello help here hey hi how i i'd i'll i'm i've idea ideas if in
    instead into is it item items its just kind kinds kindly let let's like likes little
    look looking lot lots love make makes many maybe me mine more most much must my
    myself need needs new nice no not now of off offer oh ok okay on one ones only or
    order other others our out over per perhaps pick picks please product products put
    really recommend right same say see shop should show so some somebody someone
    something somewhere sort sorts store stuff such suggest suggestion suggestions sure
    take tasty tell than thank thanks that that's the their them then there these they
    thing things this those time to today tomorrow tonight too try type types up us use
    used usual usually very wanna want wants was way we week well were what what's when
    where which while who will wish with work would yes yet you you'd your delicious
    favourite favorite add list find search buying different various total least worth
    around under good better decent home house piece each apiece whatever always keep narrow
    currently pack packs eating drink drinking having got gotta cook cooking pls plz hmm
    um uh surprise craving mood problem worries less options option alternatives yeah
    yep nope bucks dollars dollar sorry bother bothering trouble pardon apologies
    cost costs costing sell sells selling sold carry carries mean means feel feels feeling
    rather thats won't doesn't limit minimum maximum fit sick tired gotten available wondering
    possible possibly hoping hope run ran made definitely absolutely certainly ideally
    exactly"""
    )
)
"""Words that name nothing on a shelf. A name of the catalogue wins over them."""


def normalise(message: str) -> str:
    """One line of plain text: no control or invisible characters, no pictures.

    >>> normalise("milk\\u200b \\x07 please 🥛")
    'milk please'
    """
    text = unicodedata.normalize("NFKC", _ESCAPES.sub(" ", message)).translate(_QUOTES)
    kept = []
    for char in text:
        kind = unicodedata.category(char)
        if kind == "Cf":
            continue  # joiners sit inside words; a space would split them
        kept.append(" " if kind[0] in "CZ" or kind in ("So", "Sk") else char)
    return " ".join("".join(kept).split())


def words(text: str) -> list[str]:
    """Return the lower-case words of a text, digits included."""
    return _SPOKEN.findall(text.lower())


def stems(text: str) -> tuple[str, ...]:
    """Return the stems of the words of a text."""
    return tuple(stem(word.removesuffix("'s")) for word in words(text))


class Rest:
    """What of a message is not understood yet. Whoever understands a stretch takes it out."""

    def __init__(self, text: str) -> None:
        self.text = _SHORT.sub(r"\1n't", text.lower())

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Cut the first match out, leaving a break, and return it."""
        found = pattern.search(self.text)
        if found:
            self.cut(found.start(), found.end())
        return found

    def cut(self, start: int, end: int) -> None:
        """Take a stretch out; what stood on its two sides stays apart."""
        self.text = f"{self.text[:start]} | {self.text[end:]}"

    def has(self, pattern: re.Pattern[str]) -> bool:
        return pattern.search(self.text) is not None
