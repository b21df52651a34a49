"""Examples of the *ask* job: a word that stands for things of several aisles, and the question.

The words are those of the catalogue's kinds, drawn by how many bought such things before the
cut; the aisles are put together as the assistant puts them together. One word in ten never
teaches: evaluations ask about it. A question teaches only if it passes the serving check and
could have been written under the serving grammar. Messages teach nothing here: the prompt
leaves them out.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import yaml

from assistant.acts import Choice
from assistant.asking import fault, question_grammar, render_ask
from assistant.clarify import I_MEAN, MOST_CHOICES, alike
from assistant.interfaces import Prompt
from assistant.models.grammar import follows
from assistant.models.local_prompt import text_of
from assistant.prompts import PromptTemplate
from assistant.types import Need
from assistant.understanding.gazetteer import NOT_NAMES
from assistant.understanding.words import STOP_WORDS, stems, words
from finetune.examples import Example
from finetune.scenes import Shop, is_held
from index.errors import BadData

FILE = Path(__file__).parent / "data" / "questions.yaml"
MOST_DRAWS = 50
"""Requests drawn for each that is wanted, at most: a small shop has few different ones."""
AFTER = {
    "mean": "thinking of",
    "want": "after",
    "need": "looking for",
    "prefer": "asking about",
}
"""The verb of the style line, and how it is said after "are you"."""
_STYLE = re.compile(r"^Style: (\w+), (\w+), (\w+), (\w+)$", re.MULTILINE)
_LEAST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Open:
    """A word and the aisles that it may mean, those bought most first."""

    word: str
    aisles: tuple[str, ...]
    buyers: int


@cache
def forms() -> Mapping[str, Mapping[str, str]]:
    """Read the forms: opening, then mood, to a question over ``[LIST]``."""
    found: Mapping[str, Mapping[str, str]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


def question(prompt: Prompt, count: int) -> str:
    """Return the question that the style line of a prompt asks for, with so many choices.

    Raises
    ------
    BadData
        The prompt has no such line, or there is no form for it.
    """
    style = _STYLE.search(prompt.messages[-1].content)
    form = style and forms().get(style[1], {}).get(style[2])
    if not style or not form:
        raise BadData(
            f"No form of {FILE.name} suits the style line of {prompt.name}.",
            "Name the prompt that the forms are written for, ask/2.",
        )
    *before, last = [f"[C{n}]" for n in range(1, count + 1)]
    joint = "or" if style[4] == "or" else f"or {style[4]}"
    said = form.replace("[LIST]", f"{', '.join(before)} {joint} {last}")
    return said.replace("{verb}", style[3]).replace("{after}", AFTER[style[3]])


def open_words(shop: Shop, cut: date, held: bool) -> list[Open]:
    """Words of kinds that several aisles share; those kept for evaluations, or all others.

    Raises
    ------
    BadData
        No word of this shop stands for things of two aisles.
    """
    buyers, found = shop.buyers(cut), defaultdict[str, Counter[str]](Counter)
    for product in shop.products.values():
        if product.min_age is None and buyers.get(product.id):
            for word in set(words(product.kind or product.title)):
                found[word][product.category] += buyers[product.id]
    opened = []
    for word, aisles in sorted(found.items()):
        groups = alike(aisles)
        if len(groups) > 1 and _names(word) and is_held(f"word/{stems(word)[0]}") == held:
            opened.append(Open(word, tuple(g[0] for g in groups), aisles.total()))
    if not opened:
        raise BadData(
            "No word of this shop's kinds stands for things of two aisles.",
            "Give the products kinds that say what they are.",
        )
    return opened


def _names(word: str) -> bool:
    """Whether it says what a thing is: not "fresh", not "12"."""
    is_word = word.isalpha() and len(word) >= _LEAST_LETTERS and word not in STOP_WORDS
    return is_word and NOT_NAMES.isdisjoint(stems(word))


def requests(opened: Sequence[Open], random: Random) -> Iterator[tuple[Need, tuple[Choice, ...]]]:
    """Yield for ever: a need, and two to four choices."""
    weights = [one.buyers**0.5 for one in opened]
    while True:
        one = random.choices(opened, weights)[0]
        most = min(MOST_CHOICES, len(one.aisles))
        places = sorted(random.sample(range(len(one.aisles)), random.randint(2, most)))
        choices = tuple(
            Choice(aisle, I_MEAN.format(aisle), categories=(aisle,))
            for aisle in (one.aisles[place] for place in places)
        )
        yield Need(one.word, asked=one.word, search_text=one.word), choices


def asking_examples(
    tokenizer: Any, template: PromptTemplate, shop: Shop, cut: date, count: int, seed: int
) -> Iterator[Example]:
    """Yield so many examples, no prompt twice; fewer where the shop has no more.

    Raises
    ------
    BadData
        The shop has no word to ask about, or a form says what can't be said.
    """
    prompts = set[str]()
    opened = open_words(shop, cut, held=False)
    drawn = requests(opened, Random(f"{seed}/asking"))
    for need, choices in islice(drawn, MOST_DRAWS * count):
        if len(prompts) == count:
            return
        prompt = render_ask(template, need, choices)
        text, said = text_of(tokenizer, prompt), question(prompt, len(choices))
        if text in prompts:
            continue
        if why := _unsayable(said, len(choices)):
            raise BadData(f"The question {said!r} can't teach: {why}.", f"Correct it in {FILE}.")
        prompts.add(text)
        plan = (f"{len(choices)} choices",)
        yield Example("ask", text, said, plan, (), "", cut.isoformat())


@cache
def _unsayable(said: str, count: int) -> str:
    """Why the assistant could not say this."""
    unwritable = "" if follows(question_grammar(count), said) else "the grammar can't write it"
    return fault(said, count) or unwritable
