"""``shelftalk finetune evaluate`` of an asker: questions about words that never taught.

Base and tuned read the same prompt, once with the grammar off, to see what they learned, and
once as they serve.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from random import Random

from assistant.acts import Choice
from assistant.asking import Asker, question_grammar, request
from assistant.interfaces import ChatModel
from assistant.models.grammar import follows
from assistant.prompts import PromptTemplate
from assistant.types import Need
from eval.intervals import bootstrap_means, percentile_interval
from eval.report import Row
from finetune.asking import MOST_DRAWS, open_words, requests
from finetune.examples import shape
from finetune.scenes import Shop
from finetune.variety import unique

_BATCH = 4
"""Questions that are decoded side by side with the grammar off."""

Asked = tuple[Need, tuple[Choice, ...]]


@dataclass(frozen=True, slots=True)
class Said:
    """One question of one system, judged."""

    word: str
    """What was asked for."""
    raw: str
    """As it was written with the grammar off."""
    is_valid: bool
    """That follows the grammar."""
    shown: str
    """As it would be shown."""
    by_model: bool
    """What is shown is the model's."""
    rejected: str
    """What it wrote under the grammar and why that is not shown."""


def questions(shop: Shop, cut: date, count: int, seed: int) -> list[Asked]:
    """Draw so many requests about words that never taught, no two alike; fewer where the shop has
    no more.
    """
    found: dict[tuple[str, tuple[Choice, ...]], Need] = {}
    drawn = requests(open_words(shop, cut, held=True), Random(f"{seed}/ask"))
    for need, choices in islice(drawn, MOST_DRAWS * count):
        found[need.asked, choices] = need
        if len(found) == count:
            break
    return [(need, choices) for (_, choices), need in found.items()]


def ask(
    system: str,
    model: ChatModel,
    template: PromptTemplate,
    asked: Sequence[Asked],
    tell: Callable[[str, int, int], None] | None = None,
) -> list[Said]:
    """Let one model word every question."""
    asker, found = Asker(model, template), list[Said]()
    for start in range(0, len(asked), _BATCH):
        part = asked[start : start + _BATCH]
        free = model.complete([request(template, *one, bound=False) for one in part])
        for (need, choices), answer in zip(part, free, strict=True):
            raw, shown = answer.text.strip(), asker.question(need, choices)
            valid = follows(question_grammar(len(choices)), raw)
            found.append(Said(need.asked, raw, valid, shown.text, shown.by_model, shown.rejected))
        if tell:
            tell(system, start + len(part), len(asked))
    return found


def rows(system: str, found: Sequence[Said]) -> Iterator[Row]:
    """Yield the figures of one system, with intervals over what was asked for.

    ``unique_masked`` falls with the number of questions: compare the same number only.
    """
    words = [said.word for said in found]
    yield _share("reference_valid", [s.is_valid for s in found], system, words)
    yield _share("template_share", [not s.by_model for s in found], system, words)
    yield unique([shape(said.raw) for said in found], words, system)


def _share(metric: str, holds: Sequence[bool], system: str, words: Sequence[str]) -> Row:
    means = bootstrap_means([[float(one)] for one in holds], words)
    between = percentile_interval(means[:, 0])
    return Row(metric, sum(holds) / len(holds), system, "", between, len(holds))
