"""``shelftalk finetune data``: examples on disk, and the card that says what they are."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from assistant.claims import Context
from assistant.prompts import PromptTemplate
from finetune.examples import HELD_PLANS, Example, contexts, explain_examples, shares
from finetune.forms import FILE, forms
from finetune.preferences import Pair, pairs
from finetune.reading import reading_examples
from finetune.scenes import HELD_SHARE, Shop
from finetune.scoring import SPAN, moments, score_examples
from index.errors import BadData

MOST_OF_A_SHAPE = 0.03
DAYS_BACK = (0, 5, 12)
"""Scenes are set on the cut and on days before it."""
WEEKS_BACK = 8
"""Candidates are offered at the start of so many weeks; the last of them ends at the cut."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be built."""

    count: int
    cut: date
    """No event on this day or later is read."""
    seed: int = 7
    pairs: int = 0
    """Pairs of a better and a worse sentence, for preferences; of the explain job only."""


def build(
    shop: Shop,
    tokenizer: Any,
    template: PromptTemplate,
    order: Order,
    folder: Path,
    tell: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Write ``train.jsonl``, ``pairs.jsonl`` and ``card.json``; return the card.

    Raises
    ------
    BadData
        The cut lies outside the data.
    """
    days = [order.cut - timedelta(days=n) for n in DAYS_BACK]
    if not shop.purchases.buyers(days[-1]) or order.cut > shop.catalogue.last_day:
        raise BadData(
            f"There are no purchases before {days[-1]}, or the data ends before {order.cut}.",
            f"The data ends on {shop.catalogue.last_day}; choose a cut some weeks before it.",
        )
    picks = contexts(shop, days, held=False, seed=order.seed)
    source = _examples(shop, tokenizer, template, order, picks)
    found: list[Example] = []
    for example in source:
        found.append(example)
        if tell:
            tell(len(found), order.count)
    made: list[Pair] = []
    if order.pairs and template.job == "explain":
        made = list(pairs(tokenizer, template, picks, order.pairs))
    return write(found, folder, template, order, shop.catalogue.dataset(), made)


def _examples(
    shop: Shop,
    tokenizer: Any,
    template: PromptTemplate,
    order: Order,
    picks: Iterator[Context],
) -> Iterator[Example]:
    """The examples of the template's job."""
    if template.job == "explain":
        return explain_examples(tokenizer, template, picks, order.count, MOST_OF_A_SHAPE)
    if template.job == "score":
        past = [order.cut - timedelta(days=SPAN * n) for n in range(1, WEEKS_BACK + 1)]
        taken = moments(shop, past, held=False, seed=order.seed)
        return score_examples(tokenizer, template, shop, taken, order.count, order.seed)
    if template.job == "understand":
        return reading_examples(tokenizer, template, shop, order.cut, order.count, order.seed)
    raise BadData(
        f"No examples are built for the job of {template.name}.",
        "Name a template of explain, score or understand.",
    )


def write(
    examples: Sequence[Example],
    folder: Path,
    template: PromptTemplate,
    order: Order,
    dataset: dict[str, str],
    made: Sequence[Pair] = (),
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
        "prompt": template.name,
        "prompt_sha256": template.hash,
        "forms": len(forms()),
        "forms_sha256": hashlib.sha256(FILE.read_bytes()).hexdigest(),
        "held_plans": sorted(" then ".join(pair) for pair in HELD_PLANS),
        "held_share_of_shoppers": HELD_SHARE,
        "dataset": dataset,
        "pairs": shares(Counter(pair.why for pair in made)),
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
    """Counts and shares of examples, as the card tells them."""
    shapes = Counter(e.shape for e in examples)
    prompts = Counter(e.prompt for e in examples)
    claims = Counter(kind for e in examples for kind in set(e.claims))
    total = max(len(examples), 1)
    return {
        "examples": len(examples),
        "share_by_job": shares(Counter(e.job for e in examples)),
        "shoppers": len({e.shopper for e in examples} - {""}),
        "days": sorted({e.as_of for e in examples}),
        "shapes": len(shapes),
        "most_of_a_shape": round(max(shapes.values(), default=0) / total, 4),
        "duplicate_prompts": total - len(prompts) if examples else 0,
        "answers": shares(Counter(e.completion for e in examples if e.job == "score")),
        "plans": shares(Counter(" then ".join(e.plan) for e in examples)),
        "sentences_with_claim": {k: round(n / total, 4) for k, n in claims.most_common()},
        "openings": shares(_openings(examples)),
    }


def _openings(examples: Iterable[Example]) -> Counter[str]:
    return Counter(e.shape.split(" ", 1)[0].strip(",") for e in examples)
