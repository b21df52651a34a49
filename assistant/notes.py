"""The fixed sentences that stand around the picks. Reviewed text, never the model's."""

from __future__ import annotations

import re

from assistant.types import Intent, Need, Profile
from assistant.understanding.manners import asks_who, is_distress, is_insult

_THANKS = re.compile(
    r"\b(?:thanks?|thank|thx|ty|cheers|bye|goodbye|great|nice|cool|perfect|lovely|ok(?:ay)?)\b"
)
GREETING = (
    "Hello. Tell me what you are after, with a price limit or things to leave out if you like, "
    "and I will point at a few products and say why."
)
THANKED = "You're welcome. Ask on whenever you like; what you told me before still holds."
ONWARD = 'I am listening: say what you are after, or change what was asked before, as in "cheaper".'
WHO = "I am a program, this shop's assistant. " + ONWARD
HELP = (
    "I am only a shop's assistant and can't help with that, but someone can: please call your "
    "local emergency number, a crisis line (988 in the US) or a person you trust, now."
)
SORRY = "I am sorry that this was no help. Say what you are after, and I will look again."
NOT_CALLED = 'Nothing here is called "{}"; these come closest in meaning.'
RESTARTED = "All conditions and refusals are gone; what is in the basket stays. What do you need?"
OUT_OF_SCOPE = (
    "That I can't do: I only know this shop's products, their prices and your own purchases. "
    "I can't grant discounts, tell about other shoppers or speak for the shop's policies."
)
WHICH_KIND = 'Very different things here go by "{}". Which do you mean?'
GUEST = "I don't know your purchases, so these fit the request alone."
NOTHING_ALLOWED = "Something would fit, but a rule of this shop keeps it from being shown."
NOTHING_SHOWN = "Nothing has been shown yet. Ask for something first, then ask me about it."
NOTHING_TO_UNDO = "There is nothing to take back."
UNDONE = "I took that back."
CANT_COMPARE = "I compare two to four of the products shown; say which, as in: compare 1 and 3."


def note_for(need: Need, profile: Profile, first_turn: bool) -> str:
    """What is said before any pick: remarks on the reading, and what a guest should know."""
    if need.intent is Intent.CHAT:
        if is_distress(need.message):
            return HELP
        if is_insult(need.message):
            return SORRY
        if asks_who(need.message):
            return WHO
        thanks = _THANKS.search(need.message.lower())
        return GREETING if first_turn else THANKED if thanks else ONWARD
    if need.intent is Intent.RESTART:
        return RESTARTED
    if need.intent is Intent.OUT_OF_SCOPE:
        return " ".join((OUT_OF_SCOPE, *need.remarks))
    lines = list(need.remarks)
    if profile.is_guest and first_turn:
        lines.append(GUEST)
    return " ".join(lines)
