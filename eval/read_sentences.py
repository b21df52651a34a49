"""Two hundred sentences that were read and labelled before the scorer saw them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from eval.faithfulness.receipts import Receipts
from eval.faithfulness.world import World
from eval.phrasings import DATA
from index.search import Search
from index.types import Candidate

FILE = DATA / "read_sentences.jsonl"
Label = Literal["true", "false", "unknown"]


class ReadSentence(BaseModel):
    """A sentence, what it stood beside, and what its reader made of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    source: str
    """Who wrote it: the tuned model, a template, the base model in free words, or a person."""
    text: str
    label: Label
    """``false``: something in it is not so. ``unknown``: nothing is, but not all can be known."""
    shopper: str
    message: str
    product: str
    """On the card."""
    others: tuple[str, ...]
    """On the other cards."""
    max_price: int | None
    min_price: int | None
    asked: tuple[str, ...]
    """What the assistant kept of the request."""
    refused: tuple[str, ...]


def read_sentences(path: Path = FILE) -> list[ReadSentence]:
    """Return all of them, in order."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [ReadSentence.model_validate_json(line) for line in lines]


def world_of(sentence: ReadSentence, search: Search) -> World | None:
    """Put the sentence back beside its cards; ``None`` where a product is gone."""
    today, ids = search.as_of, [sentence.product, *sentence.others]
    products = {p.id: p for p in search.catalogue.many(ids)}
    if len(products) < len(set(ids)):
        return None
    store = search.purchases.usual_store(sentence.shopper, today)
    promotions = search.catalogue.promotions_for(ids, store, today)
    cards = [Candidate(products[i], {}, 0.0, promotions.get(i)) for i in ids]
    lines = search.purchases.history(sentence.shopper, today)
    bought = search.catalogue.many({line.product_id for line in lines})
    return World(
        about=cards[0],
        others=tuple(cards[1:]),
        today=today,
        receipts=Receipts.of(lines, {p.id: p for p in bought}, today),
        buyers=search.buyers(sentence.product),
        min_price=sentence.min_price,
        max_price=sentence.max_price,
        asked=(sentence.message, *sentence.asked),
        refused=sentence.refused,
        categories=frozenset(search.catalogue.categories()) | frozenset(sentence.asked),
    )
