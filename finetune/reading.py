"""Examples of the *understand* job: a message that names no aisle, and the aisles that help.

Occasions and their aisles are written by hand; the kinds of the catalogue, drawn by how many
bought them before the cut, teach what stands in the other aisles. A message that an evaluation
asks is never made.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any

from assistant.models.local_prompt import text_of
from assistant.prompts import PromptTemplate
from assistant.understanding.suggest import render_understand
from assistant.understanding.words import stems
from eval.datasets.requests import read_occasions
from finetune.examples import Example, Wording
from finetune.scenes import Shop
from finetune.wordings import FRAMES, NAMED, cut_order, worded
from index.errors import BadData

OCCASIONS = Path(__file__).parent / "data" / "occasions.tsv"
HELD = Path(__file__).resolve().parent.parent / "eval" / "data"
"""What evaluations ask, one JSON object a line, with "message" or "messages"."""
BY_KIND = 0.4
"""Share of the examples about a kind of the catalogue."""
LIKE = 0.8
"""Share of words in common from which a message is the one that is asked in an evaluation."""


@cache
def occasions() -> Sequence[tuple[str, tuple[str, ...]]]:
    """Read the occasions: (what for, aisles, best first)."""
    return read_occasions(OCCASIONS)


@cache
def held_messages(folder: Path = HELD) -> frozenset[frozenset[str]]:
    """The words of every message that an evaluation asks."""
    found = set()
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            for message in (row.get("message"), *row.get("messages", ())):
                if message:
                    found.add(frozenset(stems(message)))
    return frozenset(found)


def is_asked(message: str, held: frozenset[frozenset[str]]) -> bool:
    """Whether an evaluation asks this, give or take a word: Jaccard of the stems."""
    said = frozenset(stems(message))
    return any(len(said & other) >= LIKE * len(said | other) for other in held if said or other)


def reading_examples(
    tokenizer: Any, template: PromptTemplate, shop: Shop, cut: date, count: int, seed: int
) -> Iterator[Example]:
    """Yield so many examples, no prompt twice, none that an evaluation asks."""
    random = Random(f"{seed}/reading")
    things = _occasions_of(shop)
    kinds, weights = _kinds(shop, cut)
    held, prompts = held_messages(), set[str]()
    while len(prompts) < count:
        by_kind = random.random() < BY_KIND
        thing, aisles = random.choices(kinds, weights)[0] if by_kind else random.choice(things)
        answer = "; ".join(aisles)
        frames, kept = (NAMED, f"{thing} {answer}") if by_kind else (FRAMES, answer)
        message, done = worded(thing, frames, random, kept)
        again = partial(_example, tokenizer, template, answer, cut)
        stay = frozenset(stems(thing)).intersection(stems(kept))
        wording = Wording(*cut_order(message), done, stay, again)
        example = replace(again(message, done), source=wording)
        if example.prompt in prompts or is_asked(message, held):
            continue
        prompts.add(example.prompt)
        yield example


def _example(
    tokenizer: Any,
    template: PromptTemplate,
    answer: str,
    cut: date,
    message: str,
    done: tuple[str, ...],
) -> Example:
    prompt = text_of(tokenizer, render_understand(template, message))
    plan = done or ("as written",)
    return Example("understand", prompt, answer, plan, (), "", cut.isoformat())


def _occasions_of(shop: Shop) -> list[tuple[str, tuple[str, ...]]]:
    """Occasions, each with those of its aisles that this shop has."""
    found = []
    for use, aisles in occasions():
        if there := tuple(a for a in aisles if a in shop.by_category):
            found.append((use, there))
    if not found:
        raise BadData(
            "None of the aisles that occasions are written for is in this shop.",
            f"Write some of its own into {OCCASIONS}.",
        )
    return found


def _kinds(shop: Shop, cut: date) -> tuple[list[tuple[str, tuple[str, ...]]], list[float]]:
    """Kinds with their aisle, and how often each is to be drawn."""
    weights: dict[tuple[str, tuple[str, ...]], float] = {}
    buyers: Mapping[str, int] = shop.buyers(cut)
    for product in shop.products.values():
        name = (product.kind or product.title).lower()
        if product.min_age is None and name != product.category.lower():
            key = (name, (product.category,))
            weights[key] = weights.get(key, 0.0) + buyers.get(product.id, 0)
    named = {key: weight**0.5 for key, weight in weights.items() if weight}
    return list(named), list(named.values())
