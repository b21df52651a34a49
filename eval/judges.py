"""A judge of one's own beside the scorer: any model behind an OpenAI-compatible address.

It adds a column and gates nothing, until it has passed the same trial as the scorer: balanced
accuracy of at least ``PASS`` in ``eval run mutation``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from eval.faithfulness.world import World
from eval.gate import latest
from index.errors import TellPerson
from index.text import money
from index.types import Candidate

PASS = 0.75
URL, MODEL, KEY = "SHELFTALK_JUDGE_URL", "SHELFTALK_JUDGE_MODEL", "SHELFTALK_JUDGE_KEY"
ASK = (
    "You check one sentence of a shop assistant against facts. Answer yes if every statement in "
    "the sentence follows from the facts, else no. Answer with one word."
)
TIMEOUT_S = 60.0


class JudgeAway(TellPerson):
    """The judge does not answer, or not with yes or no."""


@dataclass(frozen=True, slots=True)
class UrlJudge:
    """Asks a server for one word."""

    url: str
    model: str
    key: str | None = None

    @classmethod
    def from_environment(cls) -> UrlJudge | None:
        """Return the judge that the environment names, if it does."""
        url = os.environ.get(URL)
        return cls(url, os.environ.get(MODEL, "default"), os.environ.get(KEY)) if url else None

    @property
    def name(self) -> str:
        """How its rows are called: "judge:MODEL"."""
        return f"judge:{self.model}"

    def believes(self, sentence: str, world: World) -> bool:
        """Whether the judge says that all of the sentence follows from the facts.

        Raises
        ------
        JudgeAway
            There is no answer, or one that is neither yes nor no.
        """
        asked = {
            "model": self.model,
            "messages": [
                {"role": "system", "content": ASK},
                {"role": "user", "content": f"{told(world)}\n\nSentence: {sentence}"},
            ],
            "temperature": 0,
            "max_tokens": 3,
        }
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        try:
            found = httpx.post(
                f"{self.url.rstrip('/')}/chat/completions",
                json=asked,
                headers=headers,
                timeout=TIMEOUT_S,
            )
            found.raise_for_status()
            answer = found.json()["choices"][0]["message"]["content"] or ""
            word = re.match(r"\W*(yes|no)\b", answer, re.IGNORECASE)
        except (httpx.HTTPError, ValueError, KeyError, IndexError, TypeError) as error:
            raise JudgeAway(f"The judge at {self.url} gave no answer: {error}.") from error
        if word is None:
            raise JudgeAway(
                f"The judge at {self.url} said {answer[:40]!r}, neither yes nor no.",
                f"Name a model that follows instructions in {MODEL}.",
            )
        return word[1].lower() == "yes"


def may_gate(name: str, home: Path | None = None) -> bool:
    """Whether the latest trial has this judge at ``PASS`` or better."""
    trial = latest(home).get("eval run mutation")
    rows = trial.report().rows if trial else []
    passed = [r.value for r in rows if (r.system, r.metric) == (name, "balanced_accuracy")]
    return bool(passed) and passed[0] >= PASS


def told(world: World) -> str:
    """Write the facts down: cards, purchases of what is on the card, and the request."""
    return "\n".join(_facts(world))


def _facts(world: World) -> Iterator[str]:
    yield f"Today is {world.today:%B} {world.today.day}, {world.today.year}."
    yield f"The product: {_card(world.about)}. {world.buyers or 0} shoppers bought it."
    for other in world.others:
        yield f"Also shown: {_card(other)}."
    yield from _purchases(world)
    bounds = (("at least", world.min_price), ("at most", world.max_price))
    limits = [f"{name} {money(amount)}" for name, amount in bounds if amount is not None]
    yield f"The shopper asked: {'; '.join(world.asked)}. {' and '.join(limits)}".strip()


def _card(card: Candidate) -> str:
    product = card.product
    parts = [product.title, f"aisle {product.category}"]
    if card.price_today is not None:
        parts.append(f"costs {money(card.price_today, product.currency)} today")
    if product.price is not None and product.price != card.price_today:
        parts.append(f"usually {money(product.price, product.currency)}")
    if product.store_brand is not None:
        parts.append("store brand" if product.store_brand else "not a store brand")
    if product.size:
        parts.append(f"size {product.size}")
    parts.append(f"promotion: {card.promotion.where if card.promotion else 'none'}")
    return ", ".join(parts)


def _purchases(world: World) -> Sequence[str]:
    receipts, product = world.receipts, world.about.product
    if receipts is None:
        return ["Nothing is known of the shopper's purchases."]
    count, last = receipts.baskets.get(product.id, 0), receipts.last.get(product.id)
    gap = receipts.days_between.get(product.id)
    aisle = receipts.category_baskets.get(product.category, 0)
    lines = max(1, receipts.lines)
    share = 100 * receipts.category_lines.get(product.category, 0) / lines
    own = 100 * receipts.store_brand_lines / max(1, receipts.label_known_lines)
    return [
        f"The shopper bought the product in {count} baskets, last on {last or 'no day'}, "
        f"every {gap if gap is not None else 'unknown number of'} days.",
        f"They bought from its aisle in {aisle} baskets, {share:.1f}% of what they buy; "
        f"{own:.1f}% of what they buy is store brand.",
    ]
