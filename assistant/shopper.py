"""Who is shopping: typed facts about a shopper, and the few that the model is told.

A fact is true of the events before ``as_of`` and of nothing else, and it carries the receipt
lines that make it true: take those away, build again, and the fact is gone. A product has at
most one fact, the strongest that holds: due (a staple whose interval has passed), else
staple, else new. So a sentence never says the same purchases twice in two ways.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from statistics import median, quantiles

from assistant.types import Fact, FactKind, Profile
from index.types import Interaction, Product

STAPLE_BASKETS = 3
"""Baskets from which a product is a regular, and a category a favourite."""
FORGOTTEN_AFTER = 3
"""Intervals after which a staple is no longer due but given up."""
NEW_DAYS = 30
PRODUCT_FACTS = 40
"""Products with a fact of their own; the most bought are kept."""
NEW_FACTS = 5
CATEGORY_FACTS = 8
BAND_CATEGORIES = 5
BAND_LINES = 4
"""Priced receipt lines from which quartiles mean something."""
BRAND_LINES = 10
"""Receipt lines from which a share of the shop's own label means something."""
TITLE_LENGTH = 40
"""Characters of a title in the summary, its size left out: it must not crowd out the rest."""
LEADING = {
    FactKind.DUE: 3,
    FactKind.STAPLE: 2,
    FactKind.CATEGORY: 2,
    FactKind.STORE_BRAND: 1,
    FactKind.PRICE_BAND: 1,
    FactKind.NEW: 1,
}
"""How many facts of a kind come before any further ones; the order of the summary."""


@dataclass(frozen=True, slots=True)
class Line:
    """A receipt line whose product the catalogue knows."""

    event: Interaction
    product: Product

    @property
    def day(self) -> date:
        return self.event.at.date()

    @property
    def basket(self) -> str:
        """Sources without basket numbers count a day in a store as one basket."""
        return self.event.basket_id or f"{self.day}/{self.event.store_id}"

    @property
    def pack_price(self) -> float | None:
        """Minor units paid for one pack; ``None`` for gifts, returns and unknown sums."""
        if not self.event.paid or self.event.paid < 0 or self.event.quantity < 1:
            return None
        return self.event.paid / self.event.quantity


def build_profile(
    shopper_id: str | None,
    history: Sequence[Interaction],
    products: Mapping[str, Product],
    as_of: date,
    store_id: str | None = None,
    adult: bool = False,
) -> Profile:
    """Learn a shopper's facts from the events before a day.

    Parameters
    ----------
    shopper_id
        ``None`` is a guest, of whom nothing is known whatever the history holds.
    history
        Receipt lines in any order. Those on ``as_of`` or later, and those of another shopper,
        are left out here again, however careful the caller was.
    products
        By id; lines of products that are not in it tell nothing.
    as_of
        The shop's today. An event counts where it lies before the start of this day.
    store_id
        Where the shopper usually shops.
    adult
        Whether the shop knows that they may buy age-restricted goods.
    """
    if shopper_id is None:
        return Profile(None, as_of, store_id=store_id, adult=adult)
    events = sorted(
        (e for e in history if e.at.date() < as_of and e.shopper_id == shopper_id),
        key=lambda e: (e.at, e.id),
    )
    lines = [Line(e, products[e.product_id]) for e in events if e.product_id in products]
    facts = (
        *_product_facts(lines, as_of),
        *_category_facts(lines),
        *_store_brand_facts(lines),
        *_price_bands(lines),
    )
    return Profile(
        shopper_id, as_of, _numbered(facts), store_id=store_id, events=len(events), adult=adult
    )


def _numbered(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Order facts for the summary, the leading ones of every kind first, and name them."""
    by_kind: dict[FactKind, list[Fact]] = {kind: [] for kind in LEADING}
    for fact in facts:
        by_kind[fact.kind].append(fact)
    first = [fact for kind, n in LEADING.items() for fact in by_kind[kind][:n]]
    rest = [fact for kind, n in LEADING.items() for fact in by_kind[kind][n:]]
    return tuple(replace(fact, id=f"H{i}") for i, fact in enumerate(first + rest, start=1))


def _product_facts(lines: Sequence[Line], as_of: date) -> list[Fact]:
    """Due, staple and new products, the most bought first."""
    by_product: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_product[line.product.id].append(line)
    facts = [_regular(of_it, as_of) for of_it in by_product.values() if _is_regular(of_it)]
    facts.sort(key=lambda f: (-(f.count or 0), f.product_id or ""))
    facts = facts[:PRODUCT_FACTS]
    since = as_of - timedelta(days=NEW_DAYS)
    # For someone first seen this month everything would be "new", which tells nothing.
    if lines and lines[0].day < since:
        new = [
            _about_product(FactKind.NEW, of_it)
            for of_it in by_product.values()
            if of_it[0].day >= since and not _is_regular(of_it)
        ]
        new.sort(key=lambda f: (-(f.last or as_of).toordinal(), f.product_id or ""))
        facts += new[:NEW_FACTS]
    return facts


def _is_regular(lines: Sequence[Line]) -> bool:
    return _baskets(lines) >= STAPLE_BASKETS


def _baskets(lines: Iterable[Line]) -> int:
    return len({line.basket for line in lines})


def _regular(lines: Sequence[Line], as_of: date) -> Fact:
    """The staple of these lines, or the due one where its interval has passed."""
    fact = replace(_about_product(FactKind.STAPLE, lines), every=_interval(lines))
    if fact.every is None or fact.last is None:
        return fact
    waited = (as_of - fact.last).days
    if fact.every <= waited <= FORGOTTEN_AFTER * fact.every:
        return replace(fact, kind=FactKind.DUE)
    return fact


def _interval(lines: Sequence[Line]) -> int | None:
    """Median days between the days of purchase, halves rounded up; one day alone has none."""
    days = sorted({line.day for line in lines})
    if len(days) < 2:
        return None
    gaps = [(b - a).days for a, b in pairwise(days)]
    return int(median(gaps) + 0.5)


def _about_product(kind: FactKind, lines: Sequence[Line]) -> Fact:
    product = lines[0].product
    return Fact(
        id="",
        kind=kind,
        product_id=product.id,
        product_title=product.title,
        category=product.category,
        count=_baskets(lines),
        last=max(line.day for line in lines),
        event_ids=_ids(lines),
    )


def _ids(lines: Iterable[Line]) -> tuple[int, ...]:
    return tuple(sorted(line.event.id for line in lines))


def _by_category(lines: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    """Categories with their lines, the one with most lines first."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.product.category].append(line)
    return sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))


def _category_facts(lines: Sequence[Line]) -> list[Fact]:
    favourites = [item for item in _by_category(lines) if _baskets(item[1]) >= STAPLE_BASKETS]
    return [
        Fact(
            id="",
            kind=FactKind.CATEGORY,
            category=category,
            count=_baskets(of_it),
            last=max(line.day for line in of_it),
            share=len(of_it) / len(lines),
            event_ids=_ids(of_it),
        )
        for category, of_it in favourites[:CATEGORY_FACTS]
    ]


def _store_brand_facts(lines: Sequence[Line]) -> list[Fact]:
    """The share of the shop's own label among the lines where the label is known."""
    known = [line for line in lines if line.product.store_brand is not None]
    own = [line for line in known if line.product.store_brand]
    if len(known) < BRAND_LINES or not own:
        return []
    return [
        Fact(
            id="",
            kind=FactKind.STORE_BRAND,
            count=_baskets(own),
            share=len(own) / len(known),
            event_ids=_ids(own),
        )
    ]


def _price_bands(lines: Sequence[Line]) -> list[Fact]:
    """The band over everything first, then those of the categories bought most."""
    found = [_price_band(lines, None)]
    for category, of_it in _by_category(lines)[:BAND_CATEGORIES]:
        found.append(_price_band(of_it, category))
    return [fact for fact in found if fact]


def _price_band(lines: Sequence[Line], category: str | None) -> Fact | None:
    priced = [(line, price) for line in lines if (price := line.pack_price) is not None]
    if len(priced) < BAND_LINES:
        return None
    low, _, high = quantiles([price for _, price in priced], n=4, method="inclusive")
    return Fact(
        id="",
        kind=FactKind.PRICE_BAND,
        category=category,
        count=_baskets(line for line, _ in priced),
        low=round(low),
        high=round(high),
        event_ids=_ids(line for line, _ in priced),
    )


def estimate_tokens(text: str) -> int:
    """Tokens that no small tokenizer is likely to exceed: 1.5 a word, 1 a digit or a sign.

    >>> estimate_tokens("milk, every 7 days")  # 3 words, one digit, one comma
    7
    """
    words = re.findall(r"[^\W\d_]+", text)
    signs = re.findall(r"[\d_]|[^\w\s]", text)
    return int(len(words) * 1.5 + len(signs) + 0.999)


def summary(
    profile: Profile, max_tokens: int = 200, tokens: Callable[[str], int] = estimate_tokens
) -> str:
    """Say the most telling facts, a line each, for the model to read.

    Parameters
    ----------
    max_tokens
        The whole text stays within it; a line that no longer fits ends the list.
    tokens
        Counts the tokens of a text; by default a careful guess.
    """
    if profile.is_guest:
        return "A guest: nothing is known of their purchases."
    text = f"Shopper with {profile.events} purchases before {profile.as_of}."
    for fact in profile.facts:
        longer = f"{text}\n{fact.id} {describe(fact)}"
        if tokens(longer) > max_tokens:
            break
        text = longer
    return text


def describe(fact: Fact) -> str:
    """One fact in a short line, its numbers as they are.

    >>> describe(Fact("H1", FactKind.CATEGORY, category="Yogurt", count=9, share=0.124))
    'buys Yogurt, 12%'
    """
    title = (fact.product_title or "").split(", ")[0][:TITLE_LENGTH].strip()
    bought = f"{title}, {fact.count}x" + (f", every {fact.every} days" if fact.every else "")
    match fact.kind:
        case FactKind.DUE:
            return f"due again: {bought}"
        case FactKind.STAPLE:
            return f"regular: {bought}"
        case FactKind.CATEGORY:
            return f"buys {fact.category}, {_percent(fact)}"
        case FactKind.STORE_BRAND:
            return f"store brand, {_percent(fact)}"
        case FactKind.PRICE_BAND:
            low, high = (f"${(cents or 0) / 100:.2f}" for cents in (fact.low, fact.high))
            return f"pays {low} to {high} for {fact.category or 'a pack'}"
        case FactKind.NEW:
            return f"new: {title}"


def _percent(fact: Fact) -> str:
    return f"{(fact.share or 0) * 100:.0f}%"
