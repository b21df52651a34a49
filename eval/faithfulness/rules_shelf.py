"""What words say of a product itself: price, size, label, aisle, promotion, buyers, stars."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.types import ClaimKind
from eval.faithfulness.quantities import Sort, base_amount
from eval.faithfulness.segment import LABEL, Finding, Segment
from eval.faithfulness.world import POPULAR
from index.text import money
from index.types import Candidate, Money

M = r"(<m\w+>)"
AT = (
    r"(?:costs?|costing|priced (?:at|around)|price(?: tag)?(?: today)?(?: is| of)?|"
    r"sells? (?:for|at)|selling (?:for|at)|goes for|going for|comes? (?:in )?(?:at|to)|"
    r"available (?:at|for)|yours for|asks?|rings up at|is|are|at|for|just|only|now|today)"
)
_HALF_CENT = 0.5


def _amounts(card: Candidate) -> str:
    price = card.price_today
    return "no known price" if price is None else f"{money(price, card.product.currency)} today"


def price(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """A pack of what was named last costs this today."""
    card, said = seg.nearest(m.start()), seg.figure(m[1])
    true = card.price_today
    holds = None if true is None else said.agrees(true, _HALF_CENT)
    yield Finding(ClaimKind.ATTRIBUTE, holds, f"{card.product.title}: {_amounts(card)}")


def unit_price(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """One unit of it costs this."""
    product, said = seg.nearest(m.start()).product, seg.figure(m[1])
    amount = base_amount(1.0, m[2].rstrip("s"))
    ours = base_amount(product.amount or 0.0, product.unit or "")
    if product.price is None or ours is None or amount is None or not ours[0]:
        yield Finding(ClaimKind.ATTRIBUTE, None, "price or size is not known")
        return
    true = product.price / ours[0] * amount[0]
    holds = amount[1] == ours[1] and said.agrees(true, _HALF_CENT + 1e-9)
    yield Finding(ClaimKind.ATTRIBUTE, holds, f"{true:.2f} minor units per {m[2]}")


def was(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """It cost this before, and costs less today."""
    card, said = seg.nearest(m.start()), seg.figure(m[1])
    shelf, today = card.product.price, card.price_today
    if shelf is None or today is None:
        yield Finding(ClaimKind.PROMOTION, None, "no price is known")
        return
    because = f"shelf price {money(shelf)}, today {money(today)}"
    yield Finding(ClaimKind.PROMOTION, today < shelf and said.agrees(shelf, _HALF_CENT), because)


def saved(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """It is so much below its shelf price."""
    card, said = seg.nearest(m.start()), seg.figure(m[1])
    shelf, today = card.product.price, card.price_today
    off: Money = shelf - today if shelf is not None and today is not None else 0
    over = bool(re.match(r"more than|over", m[0])) and off > said.value
    holds = off > 0 and (over or said.agrees(off, _HALF_CENT))
    yield Finding(ClaimKind.PROMOTION, holds, f"{money(off)} below its shelf price")


def lowered(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """It costs less today than on its shelf."""
    card = seg.nearest(m.start())
    shelf, today = card.product.price, card.price_today
    holds = None if shelf is None or today is None else today < shelf
    yield Finding(ClaimKind.PROMOTION, holds, f"shelf price {shelf}, today {today}")


def promoted(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """It is put forward today, there where the words say."""
    card, where = seg.nearest(m.start()), m[0]
    found = card.promotion
    if found is None:
        yield Finding(ClaimKind.PROMOTION, False, f"nothing is on for {card.product.title}")
        return
    runs = found.first_day <= seg.world.today <= found.last_day
    place = "mailer" if re.search("mailer|flyer|circular|leaflet", where) else ""
    place = "display" if "display" in where else place
    because = f"{found.where} from {found.first_day} to {found.last_day}"
    yield Finding(ClaimKind.PROMOTION, runs and place in found.where, because)


def size(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """A pack of it holds this."""
    product, said = seg.nearest(m.start()).product, seg.figure(m[1])
    true = base_amount(product.amount or 0.0, product.unit or "")
    if true is None or not true[0]:
        holds = bool(product.size) and said.text in (product.size or "").lower()
        yield Finding(ClaimKind.ATTRIBUTE, holds or None, f"size: {product.size or 'unknown'}")
        return
    # Grams for ounces are rounded by whoever tells them.
    slack = 0.02 * true[0] if said.text not in (product.size or "").lower() else 1e-6
    holds = said.unit == true[1] and (
        said.agrees(true[0], slack) if _other_unit(said.text, product.unit or "") or said.mode
        else said.agrees(true[0])
    )  # fmt: skip
    yield Finding(ClaimKind.ATTRIBUTE, holds, f"size: {product.size}")


def _other_unit(said: str, ours: str) -> bool:
    names = {"oz": ("oz", "ounce"), "fl oz": ("fl oz", "fluid"), "ct": ("ct", "count", "pack of")}
    return not any(name in said for name in names.get(ours, (ours,)))


def label(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """The shop's own label is on it."""
    product = seg.nearest(m.start()).product
    because = f"store brand: {product.store_brand}"
    yield Finding(ClaimKind.ATTRIBUTE, product.store_brand, because)


def other_label(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """Another maker's label is on it."""
    known = seg.nearest(m.start()).product.store_brand
    holds = None if known is None else not known
    yield Finding(ClaimKind.ATTRIBUTE, holds, f"store brand: {known}")


def aisle(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """It stands in this aisle."""
    product, name = seg.nearest(m.start()).product, seg.marked.mentions[m[1]].aisle
    holds = name in (product.category, product.kind)
    yield Finding(ClaimKind.ATTRIBUTE, holds, f"aisle: {product.category}")


def buyers(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """So many different shoppers bought it."""
    said, true = seg.figure(m[1]), seg.world.buyers
    mine = seg.nearest(m.start()) is seg.world.about and said.sort is Sort.SHOPPERS
    holds = None if true is None or not mine else said.agrees(true)
    yield Finding(ClaimKind.POPULARITY, holds, f"{true} shoppers bought it")


def popular(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """Many shoppers bought it."""
    true = seg.world.buyers if seg.nearest(m.start()) is seg.world.about else None
    holds = None if true is None else true >= POPULAR
    yield Finding(ClaimKind.POPULARITY, holds, f"{true} shoppers bought it")


def stars(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """Reviewers gave it so many stars."""
    true = seg.nearest(m.start()).product.rating
    holds = None if true is None else seg.figure(m[1]).agrees(true, 0.05)
    yield Finding(ClaimKind.ATTRIBUTE, holds, f"rating: {true}")


_BEFORE = (
    r"(?:(?:down|reduced|marked down|lowered|cut|dropped)(?: today| now)? from|instead of|"
    r"rather than|(?:it )?was|used to (?:be|cost)|"
    r"(?:its |the )?(?:shelf|regular|normal|usual) price (?:is |of |was )?|normally|regularly)"
)
_UNIT = r"(?:per|an?|for (?:each|every)|each) (fl oz|ounces?|oz|ct|count|loads?|pounds?)\b"
FIRST = (
    (r"(?:bought|purchased|picked up|chosen|ordered) (?:so far )?by (<b\w+>)", buyers),
    (
        r"(<b\w+>) (?:have |already )*(?:buy|bought|purchased|picked (?:it )?up|choose|chose)"
        r"(?: it)?",
        buyers,
    ),
    (rf"{M} {_UNIT}", unit_price),
    (rf"{_BEFORE} ?(?:costs? |at |priced at )?{M}", was),
    (rf"(?:saves?(?: you)?|you save) {M}(?: today)?", saved),
    (rf"(?:more than |over |down )?{M} (?:off|below its shelf price)", saved),
    (rf"down {M}", saved),
    (rf"{M} (?:cheaper|less|lower) than (?:usual|normal|before|normally|usually)", saved),
)
"""Read before the request's rules, which take what is left of the amounts."""
_MAILER = r"(?:in|part of|featured in) (?:this week's |the |our )?(?:weekly )?"
_PEOPLE = r"(?:shoppers|people|customers|buyers|households)"
LATER = (
    (rf"{AT}(?: \w+)? {M}", price),
    (M, price),
    (
        rf"(?:{_MAILER}(?:mailer|flyer|circular|leaflet)|on (?:special )?display|"
        r"on (?:a )?(?:promotion|offer|special)|promoted|(?:a |this week's )promotion)"
        r"(?: this week| now| today)?",
        promoted,
    ),
    (
        r"on sale|reduced|marked down|discounted|lowered|down in price|"
        r"below its (?:shelf|usual) price",
        lowered,
    ),
    (
        r"(?:a )?(?:national|name|big)[- ]brand(?: product)?|brand[- ]name|from another maker",
        other_label,
    ),
    (rf"(?:carr(?:y|ies) |bears? )?(?:an? |from |by |of )?{LABEL}(?: product| item)?", label),
    (r"(?:with|by|to|of|among)? ?(<b\w+>)", buyers),
    (
        r"(?:very |quite )?popular"
        r"(?: (?:thing|product|item|choice|option|pick|addition|find|one|suggestion|buy|idea))?"
        rf"(?: (?:with|among|for) (?:many )?{_PEOPLE})?|(?:a )?best[- ]?seller|"
        rf"many (?:other )?{_PEOPLE}|(?:a )?(?:crowd|shopper) favou?rite",
        popular,
    ),
    (r"(?:rated |rating of )?(<r\w+>)", stars),
    (
        r"(?:(?:in|with|comes in|holds|contains|weighs(?: in at)?|of) )?(?:an? )?(<z\w+>)"
        r"(?: packs?| bottle| box| bag| size)?",
        size,
    ),
    (
        r"(?:(?:in|from|of|on) )?(?:the |our )?(<[cx]\w+>)"
        r"(?: (?:aisle|section|shelf|shelves|department|range|category))?",
        aisle,
    ),
)
"""Read last."""
