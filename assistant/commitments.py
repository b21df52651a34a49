"""What was told stays true or is corrected aloud: a price that moved is never passed over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.types import Pick, Reference, Reply, Sentence
from index.text import money
from index.types import Money


@dataclass(frozen=True, slots=True)
class Commitment:
    """Something that was told; later turns may not contradict it."""

    product_id: str
    """Whom it was said of."""
    references: tuple[Reference, ...]
    """What the sentence pointed at."""
    text: str
    """As the shopper read it."""
    price: Money | None = None
    """Where it told the price: which."""


def commitments(reply: Reply) -> tuple[Commitment, ...]:
    """What a finished turn told of its picks."""
    picks = {pick.id: pick for pick in reply.picks}
    return tuple(
        Commitment(picks[s.pick_id].candidate.product.id, _pointed(s), s.text, _price(s, picks))
        for s in reply.sentences
        if s.pick_id in picks
    )


def corrections(told: Sequence[Commitment], picks: Sequence[Pick]) -> Iterator[str]:
    """Say of which picks an earlier turn told another price than today's."""
    last = {one.product_id: one.price for one in told if one.price is not None}
    for pick in picks:
        product, now = pick.candidate.product, pick.candidate.price_today
        before = last.get(product.id)
        if before is not None and now is not None and before != now:
            yield (
                f"Earlier I said that {product.title} costs {money(before, product.currency)};"
                f" its price has changed to {money(now, product.currency)}."
            )


def _price(sentence: Sentence, picks: dict[str, Pick]) -> Money | None:
    own = Reference(sentence.pick_id, "price")
    told = own in sentence.parts
    return picks[sentence.pick_id].candidate.price_today if told else None


def _pointed(sentence: Sentence) -> tuple[Reference, ...]:
    return tuple(part for part in sentence.parts if isinstance(part, Reference))
