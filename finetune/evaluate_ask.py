"""``shelftalk finetune evaluate`` of an asker: questions about words that never taught.

Base and tuned read the same prompt, once with the grammar off, to see what they learned, and
once as they serve.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from random import Random

from assistant.acts import Choice
from assistant.asking import Asker, question_grammar, request
from assistant.interfaces import ChatModel
from assistant.models.grammar import follows
from assistant.prompts import PromptTemplate
from assistant.types import Need
from eval.intervals import bootstrap_means, percentile_interval
from eval.report import Measurement, Row
from finetune.against import Against, Tell, put
from finetune.asking import MOST_DRAWS, open_words, requests
from finetune.examples import shape
from finetune.scenes import Shop
from finetune.variety import unique
from index.config import IndexConfig

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


def measure(
    against: Against, shop: Shop, config: IndexConfig, out: Path | None, tell: Tell | None
) -> Measurement:
    """Let base and tuned word the same questions, from the same prompt."""
    prompt = against.prompt
    asked = questions(shop, against.cut, against.sentences, against.seed)
    answers = {}
    for system in ("base", "tuned"):
        model = against.open(config, system == "tuned")
        answers[system] = ask(system, model, prompt, asked, tell)
        model.close()
    if out:
        said = [
            {"system": system, **asdict(one)} for system, found in answers.items() for one in found
        ]
        put(out, "".join(json.dumps(line) + "\n" for line in said))
    return Measurement(
        "finetune evaluate --job ask",
        [row for system, found in answers.items() for row in rows(system, found)],
        protocol={
            "job": against.job,
            "requests": "about words that never taught, each with two to four aisles",
            "words": len({need.asked for need, _ in asked}),
            "cut": against.cut.isoformat(),
            "prompt": prompt.name,
        },
        dataset=shop.catalogue.dataset(),
        seed=against.seed,
        hashes=against.hashes,
    )
