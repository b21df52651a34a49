"""What a shopper buys and how often, as bars. Pure: the template draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.types import Fact, FactKind
from ui.language import ENGLISH, Language
from ui.words import every, plain, times

BARS = 6
"""A glance, not a ledger."""
THIN = 2
"""Per cent of the width that a bar has at least, so that it is seen."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One product: its name, how often in words, and its length in per cent of the longest."""

    name: str
    words: str
    length: int


def history(facts: Sequence[Fact], words: Language = ENGLISH) -> list[Bar]:
    """The products bought in most baskets, longest bar first; empty where none was counted.

    Bars share one scale that starts at nothing, so twice as long is twice as often.
    """
    bought = {
        fact.product_id: (fact.count, fact)
        for fact in facts
        if fact.kind in (FactKind.STAPLE, FactKind.DUE) and fact.product_id and fact.count
    }
    ranked = sorted(bought.values(), key=lambda one: (-one[0], one[1].id))[:BARS]
    longest = max((count for count, _ in ranked), default=1)
    return [
        Bar(
            plain(fact.product_title or fact.category or ""),
            words("value.comma").join(_often(count, fact.every, words)),
            max(THIN, round(100 * count / longest)),
        )
        for count, fact in ranked
    ]


def _often(count: int, days: int | None, words: Language) -> list[str]:
    return [times(count, words), *([] if days is None else [every(days, words)])]
