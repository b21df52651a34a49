"""Messages by way of another language and back: other words for the same wish.

A second pass over examples that are drawn, as that of ``finetune.taught``. An order planted in a
message is cut off before and put back after, so that no translator ever reads it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from assistant.interfaces import Message, Prompt
from assistant.understanding.language import foreign_language
from assistant.understanding.words import normalise, stems, words
from finetune.examples import Example, Wording
from finetune.reading import held_messages, is_asked
from finetune.taught import PASSED
from finetune.teacher import Teacher
from index.errors import BadData

LANGUAGES = {
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "it": "Italian",
    "ja": "Japanese",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "sv": "Swedish",
    "tr": "Turkish",
    "zh": "Chinese",
}
"""What a message may travel through, by its ISO 639-1 code."""
SHARE = 0.2
"""Of the messages."""
MOST_TIMES = 2
"""As long as it was, at most."""
ASK = (
    "You translate what a shopper types into the search of a shop. Answer with the translation "
    "alone, on one line."
)
MARK = "translated"
"""Beside what else was done to a message."""


def check(languages: Sequence[str]) -> None:
    """Raise where a language has no name here.

    Raises
    ------
    BadData
        Names it, and those that are known.
    """
    for code in languages:
        if code not in LANGUAGES:
            known = ", ".join(f"{key} ({name})" for key, name in LANGUAGES.items())
            raise BadData(f"No language goes by the code {code!r} here.", f"Known: {known}.")


def translated(
    examples: Sequence[Example], teacher: Teacher, languages: Sequence[str], seed: int
) -> tuple[list[Example], dict[str, Counter[str]]]:
    """Send a share of the messages to a language and back.

    Returns
    -------
    list of Example, dict
        The examples in their order; by language how many messages came back well, and how many
        were turned down by what.

    Raises
    ------
    BadModel
        The teacher is away.
    """
    random = Random(f"{seed}/translated")
    sent = [
        (place, wording, random.choice(languages))
        for place, example in enumerate(examples)
        if random.random() < SHARE and isinstance(wording := example.source, Wording)
    ]
    there = teacher.ask("Messages, there", [_into(LANGUAGES[to], w.text) for _, w, to in sent])
    middle = [normalise(text or "") for text in there]
    back = iter(teacher.ask("Messages, back", [_into("English", text) for text in middle if text]))
    found, counts = list(examples), {code: Counter[str]() for code in languages}
    prompts, held = {e.prompt for e in examples}, held_messages()
    for (place, wording, code), text in zip(sent, middle, strict=True):
        said = normalise(next(back) or "") if text else ""
        why = _fault(said, wording, held)
        if not why:
            example = wording.again(said + wording.orders, (*wording.done, MARK))
            if example.prompt in prompts:
                why = "there already"
            else:
                prompts.add(example.prompt)
                found[place] = replace(example, source=wording)
        counts[code][why or PASSED] += 1
    return found, counts


def _into(language: str, text: str) -> Prompt:
    messages = (Message("system", ASK), Message("user", f"Into {language}: {text}"))
    return Prompt(messages, 1, "translate")


def _fault(said: str, wording: Wording, held: frozenset[frozenset[str]]) -> str:
    """Why what came back may not stand in for the message; empty where it may."""
    if not said:
        return "no answer"
    if len(said) > MOST_TIMES * len(wording.text):
        return "too long"
    if words(said) == words(wording.text):
        return "unchanged"
    if foreign_language(said):
        return "not in English"
    if not wording.stay.issubset(stems(said)):
        return "lost a word that stays"
    return "asked in an evaluation" if is_asked(said, held) else ""
