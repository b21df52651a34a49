"""Messages that only scold: they ask for nothing and get a civil answer."""

from __future__ import annotations

from assistant.understanding.words import listed, words

_INSULTS = frozenset(
    listed(
        """idiot idiots idiotic stupid dumb moron fool foolish useless worthless crap crappy shit
        shitty fuck fucking fucked damn damned suck sucks hate asshole bastard bitch rubbish
        garbage trash terrible awful horrible pathetic loser liar"""
    )
)
_AROUND = frozenset(
    listed(
        """you you're your are is was a an the this that it so such very really completely totally
        just piece of off and i me my machine bot robot computer assistant program app thing shop
        what how too as hell bloody go away shut up"""
    )
)
"""Words that may stand around an insult; any other word is something that is asked for."""


def is_insult(text: str) -> bool:
    """Whether a message scolds and does nothing else.

    >>> is_insult("you are a stupid machine"), is_insult("garbage bags")
    (True, False)
    """
    said = set(words(text))
    return not said.isdisjoint(_INSULTS) and said <= _INSULTS | _AROUND
