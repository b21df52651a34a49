"""The question which of several things is meant: worded by a tuned model, in references.

The model sees the choices as marks and writes them, ``[C1] or [C2]``; code puts the labels in.
All other words are of a closed list that holds no product, number, purchase or praise, so
there is nothing that a question could claim. The grammar helps the model; ``fault`` reads what
it wrote afresh, and where that is not in order the sentence that stands ready is said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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
"""Words that a question, or its clause after a comma or a colon, begins with."""
WORDS = frozenset(
    listed(
        """a about after aisle aisles asking at be before by first for further go help how I in into
        it just kind kinds like look looking me mean meant need next of on place please prefer right
        said say search see so sort sure tell that the them these think thinking this time to try
        want way when whether with you"""
    )
).union(ASKS)
"""All that may be said beside references and joints."""
LAST_JOINTS = (" or ", " or rather ", " or maybe ", " or perhaps ")
"""What may stand before the last choice; a comma stands before the others."""
FRONT_WORDS, CLAUSE_WORDS, TAIL_WORDS = 10, 10, 8
"""How many words the parts of a question have at most."""
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
    words = sorted(WORDS)
    begins = [word[:1].upper() + word[1:] for word in words if word not in ASKS]
    return "\n".join(
        (
            'start: head sep list tail? "?"',
            "head: front n sep ask | front sep (ask | ask_n) | capital | capital_n",
            f"front: BEGIN w{{0,{FRONT_WORDS - 1}}}",
            f"ask: ASK w{{0,{CLAUSE_WORDS - 1}}}",
            "ask_n: ASK w{0,4} n w{0,5}",
            f"capital: CAPASK w{{0,{CLAUSE_WORDS - 1}}}",
            "capital_n: CAPASK w{0,4} n w{0,5}",
            f"list: {first}{more} or {last}",
            f'tail: ","? w{{1,{TAIL_WORDS}}}',
            'sep: ("," | ":")? " "',
            'or: " " "or" (" " ("rather" | "maybe" | "perhaps"))? " "',
            'w: " " WORD',
            f'n: " " "{ASKED}"',
            f"BEGIN: {_any(begins)}",
            f"CAPASK: {_any([word.capitalize() for word in ASKS])}",
            f"ASK: {_any(ASKS)}",
            f"WORD: {_any(words)}",
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
    words = _WORD.findall(_MARK.sub("", f"{head} {tail}"))
    words[0] = words[0] if words[0] in WORDS else words[0].lower()
    if strange := [word for word in words if word not in WORDS]:
        return f"{strange[0]!r} is no word of a question"
    if any(one == other for one, other in pairwise(words)):
        return "a word stands twice"
    clauses = (clause.split() for clause in re.split("[,:]", head) if clause.strip())
    if not any(clause[0].lower() in ASKS for clause in clauses):
        return "it asks nothing"
    long = len(words) > FRONT_WORDS + CLAUSE_WORDS or len(tail.split()) > TAIL_WORDS
    return "too long" if long else ""


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
