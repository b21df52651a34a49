"""``shelftalk finetune data``: examples on disk, and the card that says what they are."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from assistant.claims import Context
from assistant.consent import WishBook
from assistant.prompts import PromptTemplate
from finetune.asking import asking_examples
from finetune.examples import (
    HELD_PLANS,
    MOST_OF_A_SHAPE,
    Example,
    contexts,
    explain_examples,
    shares,
)
from finetune.forms import FILE, forms
from finetune.lessons import Lessons, given
from finetune.likes import Likes, Thumb, liked_pairs
from finetune.preferences import Pair, pairs
from finetune.reading import reading_examples
from finetune.scenes import HELD_SHARE, Shop
from finetune.scoring import SPAN, moments, score_examples
from index.errors import BadData

_T = TypeVar("_T")
DAYS_BACK = (0, 5, 12)
"""Scenes are set on the cut and on days before it."""
WEEKS_BACK = 8
"""Candidates are offered at the start of so many weeks; the last of them ends at the cut."""


@dataclass(frozen=True, slots=True)
class Order:
    """How the examples are to be drawn."""

    cut: date
    """No event on this day or later is read."""
    seed: int = 7
    pairs: int = 0
    """Pairs of a better and a worse sentence, for preferences; of the explain job only."""
    thumbs: Sequence[Thumb] | None = None
    """Of a feedback log, whose pairs come beside them."""


def build(
    shop: Shop,
    tokenizer: Any,
    mix: Sequence[tuple[PromptTemplate, int]],
    order: Order,
    folder: Path,
    tell: Callable[[int, int], None] | None = None,
    lessons: Lessons | None = None,
) -> dict[str, Any]:
    """Write ``train.jsonl``, ``pairs.jsonl`` and ``card.json``; return the card.

    Parameters
    ----------
    mix
        Each template, one a job, with how many examples of it are wanted.
    lessons
        What a teacher is to word once the examples are drawn.

    Raises
    ------
    BadData
        The cut lies outside the data, two templates are of one job, or there are likes and none
        that explains.
    assistant.errors.BadModel
        The teacher is away; what it answered is kept for the next time.
    """
    templates = [template for template, _ in mix]
    if twice := [job for job, n in Counter(t.job for t in templates).items() if n > 1]:
        raise BadData(
            f"Two templates are of the job {twice[0]}: {', '.join(t.name for t in templates)}.",
            "An adapter is taught one template a job; name one.",
        )
    speaking = [template for template in templates if template.job == "explain"]
    if order.thumbs is not None and not speaking:
        raise BadData(
            "Likes are of sentences, and no template is of the job explain.", "Name one as well."
        )
    if lessons and not any(map(lessons.words, templates)):
        raise BadData(
            f"A teacher has nothing to word in {', '.join(t.name for t in templates)}.",
            "Name a template of explain and a share above 0, or --translate for one of understand.",
        )
    days = [order.cut - timedelta(days=n) for n in DAYS_BACK]
    if not shop.purchases.buyers(days[-1]) or order.cut > shop.catalogue.last_day:
        raise BadData(
            f"There are no purchases before {days[-1]}, or the data ends before {order.cut}.",
            f"The data ends on {shop.catalogue.last_day}; choose a cut some weeks before it.",
        )
    picks = contexts(shop, days, held=False, seed=order.seed)
    found: list[list[Example]] = []
    for template, count in mix:
        found.append([])
        for example in _examples(shop, tokenizer, template, count, order, picks):
            found[-1].append(example)
            if tell:
                tell(sum(map(len, found)), sum(n for _, n in mix))
    made = [
        pair
        for template in (speaking if order.pairs else ())
        for pair in pairs(tokenizer, template, picks, order.pairs)
    ]
    likes = None
    if order.thumbs is not None:
        likes = liked_pairs(tokenizer, speaking[0], shop, order.thumbs, order.cut)
        made = dealt([made, likes.pairs], order.seed)
    book = WishBook(shop.purchases.database)
    parts, taught = given(found, mix, lessons, order.seed, book) if lessons else (found, None)
    examples = dealt(parts, order.seed)
    return write(examples, folder, templates, order, shop.catalogue.dataset(), made, likes, taught)


def dealt(parts: Sequence[Sequence[_T]], seed: int) -> list[_T]:
    """Put the examples of several jobs in one drawn order; any first part holds each by its share.

    Each job keeps its own order, so that data of one job are as they were made.
    """
    random = Random(f"{seed}/dealt")
    placed = [
        ((number + random.random()) / len(part), example)
        for part in parts
        for number, example in enumerate(part)
    ]
    return [example for _, example in sorted(placed, key=lambda one: one[0])]


def _examples(
    shop: Shop,
    tokenizer: Any,
    template: PromptTemplate,
    count: int,
    order: Order,
    picks: Iterator[Context],
) -> Iterator[Example]:
    """So many examples of the template's job."""
    if template.job == "explain":
        return explain_examples(tokenizer, template, picks, count, MOST_OF_A_SHAPE)
    if template.job == "score":
        past = [order.cut - timedelta(days=SPAN * n) for n in range(1, WEEKS_BACK + 1)]
        taken = moments(shop, past, held=False, seed=order.seed)
        return score_examples(tokenizer, template, shop, taken, count, order.seed)
    if template.job == "understand":
        return reading_examples(tokenizer, template, shop, order.cut, count, order.seed)
    if template.job == "ask":
        return asking_examples(tokenizer, template, shop, order.cut, count, order.seed)
    raise BadData(
        f"No examples are built for the job of {template.name}.",
        "Name a template of explain, score, understand or ask.",
    )


def write(
    examples: Sequence[Example],
    folder: Path,
    templates: Sequence[PromptTemplate],
    order: Order,
    dataset: dict[str, str],
    made: Sequence[Pair] = (),
    likes: Likes | None = None,
    taught: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Write the folder aside and put it in place."""
    aside = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    for name, rows in (("train", examples), ("pairs", made)):
        if rows:
            text = "".join(json.dumps(row.as_dict()) + "\n" for row in rows)
            (aside / f"{name}.jsonl").write_text(text, encoding="utf-8")
    card = {
        **describe(examples),
        "cut": order.cut.isoformat(),
        "seed": order.seed,
        "prompts": {template.name: template.hash for template in templates},
        "forms": len(forms()),
        "forms_sha256": hashlib.sha256(FILE.read_bytes()).hexdigest(),
        "held_plans": sorted(" then ".join(pair) for pair in HELD_PLANS),
        "held_share_of_shoppers": HELD_SHARE,
        "dataset": dataset,
        "pairs": shares(Counter(pair.why for pair in made)),
        **({"likes": likes.as_dict()} if likes else {}),
        **({"teacher": taught} if taught else {}),
        "files": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(aside.glob("*.jsonl"))
        },
    }
    (aside / "card.json").write_text(json.dumps(card, indent=2) + "\n")
    shutil.rmtree(folder, ignore_errors=True)
    aside.replace(folder)
    return card


def describe(examples: Sequence[Example]) -> dict[str, Any]:
    """Counts and shares of examples, as the card tells them: of all, and some by job."""
    jobs = Counter(e.job for e in examples)
    prompts = Counter(e.prompt for e in examples)
    claims = Counter(kind for e in examples for kind in set(e.claims))
    total = max(len(examples), 1)
    return {
        **_counts(examples),
        "share_by_job": shares(jobs),
        "by_job": {job: _counts([e for e in examples if e.job == job]) for job in jobs},
        "duplicate_prompts": total - len(prompts) if examples else 0,
        "answers": shares(Counter(e.completion for e in examples if e.job == "score")),
        "plans": shares(Counter(" then ".join(e.plan) for e in examples)),
        "sentences_with_claim": {k: round(n / total, 4) for k, n in claims.most_common()},
        "openings": shares(_openings(examples)),
    }


def _counts(examples: Sequence[Example]) -> dict[str, Any]:
    shapes = Counter(e.shape for e in examples)
    return {
        "examples": len(examples),
        "shoppers": len({e.shopper for e in examples} - {""}),
        "days": sorted({e.as_of for e in examples}),
        "shapes": len(shapes),
        "most_of_a_shape": round(max(shapes.values(), default=0) / max(len(examples), 1), 4),
    }


def _openings(examples: Iterable[Example]) -> Counter[str]:
    return Counter(e.shape.split(" ", 1)[0].strip(",") for e in examples)
