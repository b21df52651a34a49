"""The question which of several things is meant: worded by a tuned model, in references.

The model sees the choices as marks and writes them, ``[C1] or [C2]``; code puts the labels in.
All other words are of a closed list that holds no product, number, purchase or praise, so
there is nothing that a question could claim. The grammar helps the model; ``fault`` reads what
it wrote afresh, and where that is not in order the sentence that stands ready is said.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.acts import Choice
from assistant.errors import AskModelAgain, ModelFailed
from assistant.interfaces import ChatModel, Prompt, Request, Stop
from assistant.notes import WHICH_KIND
from assistant.prompts import PromptTemplate
from assistant.references import bounded
from assistant.types import Need
from assistant.understanding.suggest import MESSAGE_LENGTH
from assistant.understanding.words import listed

ASKED = "[N.asked]"
"""Reads as what was asked for, between quotes."""
ASKS = listed("do is are which should would what did shall can could does where")
"""Words that a question begins with, or what follows its front."""
WORDS = frozenset(
    listed(
        """about after aisle asking be by for go help how I in into it just kind like look looking
        me mean meant need of on place please prefer right said say search see sort tell that the
        these them thinking this to try want when whether with you"""
    )
).union(ASKS)
"""What may be said before the choices, from that word on."""
TAIL_WORDS = frozenset(
    listed(
        "aisle be first for mean need next of please prefer right that the this time want what you"
    )
)
"""What may be said after them."""
FRONTS = (
    "to be sure",
    "just to be sure",
    "so that I look in the right place",
    "so that I look in the right aisle",
    "before I look further",
    *(f"{said} {ASKED}" for said in ("by", "with", "for", "when you say", "you said")),
)
"""What may stand before the question itself."""
LAST_JOINTS = (" or ", " or rather ", " or maybe ", " or perhaps ")
"""What may stand before the last choice; a comma stands before the others."""
MOST_WORDS, MOST_AFTER = 12, 6
"""How many words stand before and after the choices at most, those of a front aside."""
MAX_TOKENS = 72
"""Of a question; a reference costs about four."""
_MARK = re.compile(r"\[[^\]]*\]")
_WORD = re.compile(r"[A-Za-z]+")
_SPACED = re.compile(r"[A-Z][a-z]*(?:[,:]? (?:[a-z]+|I|\[[^\]]*\]))*\?")
"""Words and references with one space between them, perhaps a comma or a colon before it."""


def marks(count: int) -> list[str]:
    """The references of so many choices, in their order.

    >>> marks(2)
    ['[C1]', '[C2]']
    """
    return [f"[C{n}]" for n in range(1, count + 1)]


def render_ask(template: PromptTemplate, need: Need, choices: Sequence[Choice]) -> Prompt:
    """Write the prompt for one question.

    Raises
    ------
    assistant.errors.BadPrompt
        The template does not render.
    """
    texts = [need.asked, *(choice.label for choice in choices)]
    values = [
        {"mark": mark, "text": bounded(text)}
        for mark, text in zip([ASKED, *marks(len(choices))], texts, strict=True)
    ]
    return template.render({"message": bounded(need.message, MESSAGE_LENGTH), "values": values})


def question_grammar(count: int) -> str:
    """Return the Lark grammar of a question with so many choices.

    Raises
    ------
    ValueError
        There are not two choices.
    """
    if count < 2:
        raise ValueError("a question needs at least two choices")
    first, *between, last = (f'"{mark}"' for mark in marks(count))
    more = "".join(f' "," " " {mark}' for mark in between)
    fronts = [front[0].upper() + front[1:] for front in FRONTS]
    return "\n".join(
        (
            'start: head sep list tail? "?"',
            "head: NAMED after ask | PLAIN after (ask | ask_n) | capital | capital_n",
            'after: ("," | ":") " "',
            f"ask: ASK w{{0,{MOST_WORDS - 1}}}",
            "ask_n: ASK w{0,5} n w{0,6}",
            f"capital: CAPITAL w{{0,{MOST_WORDS - 1}}}",
            "capital_n: CAPITAL w{0,5} n w{0,6}",
            f"list: {first}{more} or {last}",
            f'tail: ","? (" " AFTER){{1,{MOST_AFTER}}}',
            'sep: ("," | ":")? " "',
            'or: " " "or" (" " ("rather" | "maybe" | "perhaps"))? " "',
            'w: " " WORD',
            f'n: " " "{ASKED}"',
            f"NAMED: {_any([front for front in fronts if ASKED in front])}",
            f"PLAIN: {_any([front for front in fronts if ASKED not in front])}",
            f"CAPITAL: {_any([word.capitalize() for word in ASKS])}",
            f"ASK: {_any(ASKS)}",
            f"WORD: {_any(sorted(WORDS))}",
            f"AFTER: {_any(sorted(TAIL_WORDS))}",
        )
    )


def fault(raw: str, count: int) -> str:
    """Say what is wrong with a question about so many choices; "" where nothing is.

    >>> fault("Do you mean [C1] or [C2]?", 2), fault("Do you mean [C2] or cheap [C1]?", 2)
    ('', 'not every choice once and in order')
    """
    if _MARK.findall(raw) not in (marks(count), [ASKED, *marks(count)]):
        return "not every choice once and in order"
    if not _SPACED.fullmatch(raw):
        return "not one question"
    head, *between, last, tail = re.split(r"\[C\d\]", raw)
    if set(between) - {", "} or last not in LAST_JOINTS:
        return "the choices are not joined by or"
    *front, clause = re.split("[,:] ", f"{head[:1].lower()}{head[1:]}".rstrip(" ,:"))
    if front and (len(front) > 1 or front[0] not in FRONTS):
        return "it begins with what is no front of a question"
    words, after = (_WORD.findall(_MARK.sub("", part)) for part in (clause, tail))
    if not words or words[0] not in ASKS:
        return "it asks nothing"
    strange = [word for word in words if word not in WORDS]
    strange += [word for word in after if word not in TAIL_WORDS]
    if strange:
        return f"{strange[0]!r} is no word of a question"
    if any(n > 1 for part in (words, after) for word, n in Counter(part).items() if word != "you"):
        return "a word stands twice"
    return "too long" if len(words) > MOST_WORDS or len(after) > MOST_AFTER else ""


def resolved(raw: str, need: Need, choices: Sequence[Choice]) -> str:
    """Put what was asked for and the labels of the choices in the places of their references."""
    texts = {ASKED: f'"{bounded(need.asked)}"'}
    texts |= {m: bounded(c.label) for m, c in zip(marks(len(choices)), choices, strict=True)}
    return _MARK.sub(lambda found: texts[found[0]], raw)


@dataclass(frozen=True, slots=True)
class Question:
    """One question as it is shown."""

    text: str
    raw: str = ""
    """In references; empty where the sentence that stands ready is said."""
    rejected: str = ""
    """What the model wrote and why it is not shown."""

    @property
    def by_model(self) -> bool:
        return bool(self.raw)


class Asker:
    """Words for a question.

    Parameters
    ----------
    model
        ``None`` says the sentence that stands ready.
    template
        The prompt that the model was taught on, "ask/…"; ``None`` where it never was.
    """

    def __init__(self, model: ChatModel | None, template: PromptTemplate | None) -> None:
        self.model = model if template else None
        self.template = template

    @property
    def speaks(self) -> bool:
        """Whether a model words the question, which takes a while."""
        return self.model is not None

    def question(self, need: Need, choices: Sequence[Choice], stop: Stop | None = None) -> Question:
        """Ask which of two to four choices is meant: the same need and choices, the same words."""
        ready = WHICH_KIND.format(need.asked)
        if self.model is None or self.template is None or stop:
            return Question(ready)
        try:
            (answer,) = self.model.complete([request(self.template, need, choices)], stop)
        except (ModelFailed, AskModelAgain) as error:
            return Question(ready, rejected=f"no answer: {error}")
        raw = answer.text.strip()
        why = fault(raw, len(choices)) if answer.finished else "cut off"
        if why:
            return Question(ready, rejected=f"{raw} ({why})")
        return Question(resolved(raw, need, choices), raw)


NOT_TAUGHT = Asker(None, None)
"""Says the sentence that stands ready."""


def request(
    template: PromptTemplate, need: Need, choices: Sequence[Choice], bound: bool = True
) -> Request:
    """What the model is asked; not ``bound`` leaves the grammar out."""
    grammar = question_grammar(len(choices)) if bound else None
    return Request(render_ask(template, need, choices), grammar, MAX_TOKENS)


def _any(texts: Sequence[str]) -> str:
    return " | ".join(json.dumps(text) for text in texts)
