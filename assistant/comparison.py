"""Shown products side by side, over the fields that all of them have. By code alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from assistant.acts import ComparedField, Comparison
from assistant.types import Pick
from index.errors import TellPerson
from index.text import money

FEWEST, MOST = 2, 4

Read = Callable[[Pick], str | None]
"""What a field of a pick reads as; ``None`` where it is not known."""
Rate = Callable[[Pick], float | None]
"""The more, the better."""


class BadComparison(TellPerson):
    """Too few or too many products, or one that is not on the screen."""


def compare(picks: Sequence[Pick]) -> Comparison:
    """Return the table of two to four shown products.

    Raises
    ------
    BadComparison
        There are fewer or more of them.
    """
    if not FEWEST <= len(picks) <= MOST:
        some = "one product" if len(picks) == 1 else f"{len(picks) or 'no'} products"
        raise BadComparison(
            f"I can't compare {some}.", f"Choose {FEWEST} to {MOST} of those shown."
        )
    found = list(_fields(picks))
    return Comparison(
        tuple(pick.candidate.product.id for pick in picks),
        tuple(pick.candidate.product.title for pick in picks),
        tuple(field for field in found if all(field.values)),
        tuple(field.label for field in found if any(field.values) and not all(field.values)),
    )


def _fields(picks: Sequence[Pick]) -> Iterator[ComparedField]:
    """Every field, shared or not; what is not known is empty."""
    for name, label, read, rate in _ROWS:
        values = tuple(read(pick) or "" for pick in picks)
        yield ComparedField(name, label, values, _best(picks, rate) if all(values) else None)
    names = dict.fromkeys(name for pick in picks for name in pick.candidate.product.attributes)
    for name in names:
        values = tuple(pick.candidate.product.attributes.get(name, "") for pick in picks)
        yield ComparedField(name, name.replace("_", " "), values)


def _best(picks: Sequence[Pick], rate: Rate | None) -> int | None:
    """The place of who alone is best; none where two are, or where they can't be held together."""
    rates = [rate(pick) if rate else None for pick in picks]
    known = [value for value in rates if value is not None]
    if len(known) < len(picks) or known.count(max(known)) > 1:
        return None
    units = {(p.candidate.product.currency, p.candidate.product.unit) for p in picks}
    return known.index(max(known)) if len(units) == 1 or rate in (_low_price, _stars) else None


def _low_price(pick: Pick) -> float | None:
    price = pick.candidate.price_today
    return None if price is None else -price


def _low_unit_price(pick: Pick) -> float | None:
    product, price = pick.candidate.product, pick.candidate.price_today
    return -price / product.amount if price is not None and product.amount else None


def _held(pick: Pick) -> float | None:
    return pick.candidate.product.amount


def _stars(pick: Pick) -> float | None:
    return pick.candidate.product.rating


def _price(pick: Pick) -> str | None:
    price = pick.candidate.price_today
    return None if price is None else money(price, pick.candidate.product.currency)


def _unit_price(pick: Pick) -> str | None:
    """Of today's price, in whole minor units; none where those would be too coarse to be true."""
    product, rate = pick.candidate.product, _low_unit_price(pick)
    if rate is None:
        return None
    return f"{money(round(-rate), product.currency)} per {product.unit}" if -rate >= 10 else None


def _own_label(pick: Pick) -> str | None:
    return {True: "yes", False: "no", None: None}[pick.candidate.product.store_brand]


def _rating(pick: Pick) -> str | None:
    stars = _stars(pick)
    return None if stars is None else f"{stars:.1f} out of 5"


def _buyers(pick: Pick) -> str | None:
    return f"{pick.buyers:,}" if pick.buyers else None


_ROWS: tuple[tuple[str, str, Read, Rate | None], ...] = (
    ("price", "price today", _price, _low_price),
    ("size", "size", lambda pick: pick.candidate.product.size, _held),
    ("unit_price", "price per unit", _unit_price, _low_unit_price),
    ("brand", "brand", lambda pick: pick.candidate.product.brand, None),
    ("store_brand", "store brand", _own_label, None),
    ("category", "aisle", lambda pick: pick.candidate.product.category, None),
    ("kind", "kind", lambda pick: pick.candidate.product.kind, None),
    ("promotion", "promotion", lambda pick: "on" if pick.candidate.promotion else "none", None),
    ("rating", "rating", _rating, _stars),
    ("buyers", "shoppers who bought it", _buyers, None),
)
