"""Messages that only scold: they ask for nothing and get a civil answer."""

from __future__ import annotations

import re

from assistant.understanding.words import listed, words

_INSULTS = frozenset(
    listed(
        """idiot idiots idiotic stupid dumb moron fool foolish useless worthless crap crappy shit
        shitty fuck fucking fucked damn damned suck sucks hate asshole bastard bitch rubbish
        garbage trash terrible awful horrible pathetic loser liar hell"""
    )
)
_AROUND = frozenset(
    listed(
        """you you're your are is was a an the this that it so such very really completely totally
        just piece of off and i me my machine bot robot computer assistant program app thing shop
        what how too as bloody go to away shut up"""
    )
)
"""Words that may stand around an insult; any other word is something that is asked for."""


_DISTRESS = re.compile(
    r"\b(?:(?:want|going|like|ready) to (?:die|kill myself|end (?:it all|my life)|hurt myself)"
    r"|kill myself|suicid\w*|end my life)\b"
)
_SELF = re.compile(
    r"\b(?:who (?:are|made|built|created) you|what are you|what(?:'s| is) your name"
    r"|are you (?:an? )?(?:human|robot|bot|real|person|machine|ai))\b"
)


def is_distress(text: str) -> bool:
    """Whether somebody may be about to harm themselves: no product is the answer to that."""
    return _DISTRESS.search(text.lower()) is not None


def asks_who(text: str) -> bool:
    """Whether it asks what it is talking to."""
    return _SELF.search(text.lower()) is not None


def is_insult(text: str) -> bool:
    """Whether a message scolds and does nothing else.

    >>> is_insult("you are a stupid machine"), is_insult("garbage bags")
    (True, False)
    """
    said = set(words(text))
    return not said.isdisjoint(_INSULTS) and said <= _INSULTS | _AROUND
