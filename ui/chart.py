"""What a shopper buys and how often, and what a pack cost. Pure: the template draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.references import money
from assistant.types import Fact, FactKind
from ui.language import ENGLISH, Language
from ui.prices import WEEKS, Week
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


WIDE, HIGH, EDGE = 100, 24, 2
"""The picture of prices in units of its own; the line keeps ``EDGE`` from every side."""


@dataclass(frozen=True, slots=True)
class PriceLine:
    """Prices of the last weeks: corners of a line, and the same in words."""

    points: str
    """As an SVG polyline takes them, the oldest week first."""
    words: str

    @property
    def dots(self) -> str:
        """The corners as a path of strokes without length: a week without a dot is not known."""
        return "".join(f"M{point}h0" for point in self.points.split())


def prices(weeks: Sequence[Week], currency: str, words: Language = ENGLISH) -> PriceLine | None:
    """The line from the lowest price to the highest; ``None`` below two weeks.

    It shows a course and does not start at nothing, so its ends are said in words.
    """
    if len(weeks) < 2:
        return None
    low, high = min(week.price for week in weeks), max(week.price for week in weeks)
    told = {
        "low": money(low, currency),
        "high": money(high, currency),
        "last": money(weeks[-1].price, currency),
    }
    if low == high:
        said = words("card.prices_same", weeks[0].ago + 1, last=told["last"])
    else:
        said = words("card.prices_told", weeks[0].ago + 1, **told)
    return PriceLine(" ".join(_corner(week, low, high) for week in weeks), said)


def _corner(week: Week, low: int, high: int) -> str:
    x = EDGE + (WIDE - 2 * EDGE) * (1 - week.ago / (WEEKS - 1))
    up = (week.price - low) / (high - low) if high > low else 0.5
    return f"{x:g},{HIGH - EDGE - up * (HIGH - 2 * EDGE):g}"
