"""What is tapped on the page beside the message box: one line each, read here. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LONGEST = 300
"""Characters of a line; what is longer did not come from our page."""


class Verb(StrEnum):
    """What a tap wants; what it is about stands behind it."""

    DROP = "drop"
    """Go on without a kept condition: its key."""
    LIKE = "like"
    """More like this: a product."""
    DISMISS = "dismiss"
    """Not this: a product."""
    NEVER = "never"
    """Never this brand: a product of it."""
    UNDO = "undo"
    ADD = "add"
    """One more pack into the basket: a product."""
    LESS = "less"
    """One pack out of it: a product."""
    COMPARE = "compare"
    """Put a card beside others, or away: a product."""
    SAY = "say"
    """Answer a question of ours: the message of a choice."""
    AGAIN = "again"
    """Ask the last message again."""
    UP = "up"
    DOWN = "down"
    FORGET = "forget"
    """A fact of the profile: its key."""
    RECALL = "recall"
    """The same taken back."""
    ALLOW = "allow"
    """A use of the profile: its purpose."""
    FORBID = "forbid"
    AVOID = "avoid"
    """A word that no product may contain, in every request."""
    ACCEPT = "accept"
    """The same taken back."""
    EXPORT = "export"
    ERASE = "erase"
    SPEAK = "speak"
    """Another language of the page: its code."""
    DIAL = "dial"
    """Personalisation from 0 to 1."""


TURNS = frozenset(
    {Verb.DROP, Verb.LIKE, Verb.DISMISS, Verb.NEVER, Verb.UNDO, Verb.SAY, Verb.AGAIN, Verb.DIAL}
)
"""Taps that are answered anew; the others are done between two turns."""


@dataclass(frozen=True, slots=True)
class Act:
    """One tap."""

    verb: Verb
    about: str = ""


def read(line: str) -> Act | None:
    """Read "verb about #number"; the number only tells a tap from the same one before.

    ``None`` for what no button of ours sends.

    >>> read("like p1 #3")
    Act(verb=<Verb.LIKE: 'like'>, about='p1')
    >>> read("buy everything #4") is None
    True
    """
    if len(line) > LONGEST:
        return None
    said, mark, _ = line.rpartition(" #")
    verb, _, about = (said if mark else line).strip().partition(" ")
    return Act(Verb(verb), about) if verb in set(Verb) else None
