"""Messages about the cards: which of them are meant, and whether anything else is said."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.conversation import ConversationState
from assistant.notes import NOTHING_SHOWN
from assistant.understanding.pointing import take_pointers
from assistant.understanding.words import Rest, listed, words

_GLUE = frozenset(
    listed(
        """a an the of to in into my your please pls thanks thank you and or with me is are was were
        does do did it its they them these those this that one ones both two three four all what
        what's which how who where when for have has tell about between ok okay so also too then
        use uses used made come comes got look looks need needs before
        ever already yet really actually than better higher lower
        can could would i i'd i'll will want hey hi by from there any much get us at now out here
        card cards product products option options pick picks item items again be"""
    )
)
"""Words that name nothing; a message about the cards leaves nothing else over."""
_BARE_NUMBER = re.compile(r"(?<![\w.$#])(?<!number )(?<!no\. )(?<!option )(?P<n>\d{1,2})(?![\w.%])")
_PRONOUN = re.compile(r"\b(?:it|its|this|that|they|them|these|those|both)\b")
_PLURAL = re.compile(r"\b(?:they|them|these|those|both)\b")


@dataclass(frozen=True, slots=True)
class Pointed:
    """Shown products that a message points at."""

    about: tuple[str, ...]
    remarks: tuple[str, ...]
    """On pointers that lead nowhere."""

    @property
    def lost(self) -> bool:
        """Whether something was pointed at that is not there, and nothing that is."""
        return bool(self.remarks) and not self.about


def phrases(text: str) -> re.Pattern[str]:
    """Return a pattern for whole words, each line of the text an alternative."""
    lines = "|".join(line.strip() for line in text.strip().splitlines())
    return re.compile(rf"(?<![a-z])(?:{lines})(?![a-z])")


def point(rest: Rest, state: ConversationState) -> Pointed:
    """Take pointers out; "it" is what the last question was about, else the first card."""
    rest.text = _BARE_NUMBER.sub(r"number \g<n>", rest.text)
    by_place, _ = take_pointers(Rest(_PRONOUN.sub("|", rest.text)), state.shown)
    pronoun, before = _PRONOUN.search(rest.text) is not None, rest.text
    about, remarks = take_pointers(rest, state.shown)
    if not state.shown:
        return Pointed((), (NOTHING_SHOWN,) if pronoun or rest.text != before else ())
    several = _PLURAL.search(before) is not None and len(state.focus) < 2
    if pronoun and not by_place and not remarks and not several:
        about = state.focus or about or state.shown_ids[:1]
    return Pointed(about, remarks)


def left_words(rest: Rest) -> list[str]:
    """Words of the message that are neither pointers nor read yet, nor mere glue."""
    return [word for word in words(rest.text) if word not in _GLUE]


def left_over(rest: Rest) -> bool:
    """Whether there are any."""
    return bool(left_words(rest))
