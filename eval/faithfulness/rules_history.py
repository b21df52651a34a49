"""What words say of the shopper: bought, so often, last then, so much of it, at these prices."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.types import ClaimKind
from eval.faithfulness.receipts import near_quartile
from eval.faithfulness.segment import BUY, LABEL, Bought, Finding, Segment
from eval.faithfulness.world import LABEL_OFTEN, LATELY, NEW_FOR, REGULAR
from index.text import money

_UNKNOWN_SHOPPER = Finding(ClaimKind.HISTORY, False, "a guest: nothing is known of purchases")


def _found(holds: bool | None, because: str) -> Finding:
    return Finding(ClaimKind.HISTORY, holds, because)


def _baskets(seg: Segment, what: Bought) -> int:
    receipts = seg.world.receipts
    if receipts is None:
        return 0
    if what.label:
        return receipts.store_brand_baskets
    if what.aisle is not None:
        return receipts.category_baskets.get(what.aisle, 0)
    return receipts.baskets.get(what.product or "", 0)


def _thing(what: Bought) -> str:
    return "the shop's own label" if what.label else what.aisle or "it"


def bought(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """The shopper bought it before."""
    count = _baskets(seg, seg.bought)
    yield _found(count > 0, f"{count} baskets with {_thing(seg.bought)}")


def often(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """The shopper buys it again and again."""
    receipts, count = seg.world.receipts, _baskets(seg, seg.bought)
    if seg.bought.label and receipts:
        share = receipts.store_brand_lines / max(1, receipts.label_known_lines)
        yield _found(share >= LABEL_OFTEN, f"own label is {share:.0%} of the lines")
        return
    yield _found(count >= REGULAR, f"{count} baskets with {_thing(seg.bought)}")


def times(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """The shopper bought it in so many baskets."""
    said, count = seg.figure(m["t"]), _baskets(seg, seg.bought)
    holds = said.agrees(count)
    receipts = seg.world.receipts
    product = seg.world.about.product
    if not holds and receipts and seg.bought.aisle == product.kind and "from" not in seg.text:
        # "You bought ice cream" may mean the product that is called so.
        holds = said.agrees(receipts.baskets.get(product.id, 0))
    yield _found(holds, f"{count} baskets with {_thing(seg.bought)}")


def every(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """So many days lie between two purchases of it, as a median."""
    receipts, said = seg.world.receipts, seg.figure(m["d"])
    gap = receipts.days_between.get(seg.bought.product or "") if receipts else None
    # A median of two gaps lies between two days.
    holds = False if gap is None else said.agrees(gap, 0.5)
    yield _found(holds, f"median of {gap} days between purchases")


def last(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """The shopper bought it then, and not since; "first" turns to the other end."""
    receipts, said = seg.world.receipts, seg.figure(m["y"])
    if receipts is None:
        yield _UNKNOWN_SHOPPER
        return
    days = receipts.category_last if seg.bought.aisle is not None else receipts.last
    days = receipts.first if re.search(r"\bfirst\b", m[0]) else days
    true = days.get(seg.bought.aisle or seg.bought.product or "")
    yield _found(true is not None and true == said.day, f"then: {true}")


def since(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """The shopper bought it after that day; denied, that day was the last."""
    receipts, said = seg.world.receipts, seg.figure(m["y"])
    true = receipts.last.get(seg.bought.product or "") if receipts else None
    if true is None or said.day is None:
        yield _found(seg.denied, "never bought")
        return
    # "Not since the 3rd" is said of a purchase on the 3rd.
    holds = true != said.day if seg.denied else true > said.day
    yield _found(holds, f"last bought {true}")


def ago(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """The last purchase of it lies so many days back."""
    receipts = seg.world.receipts
    true = receipts.last.get(seg.bought.product or "") if receipts else None
    past = (seg.world.today - true).days if true else None
    holds = False if past is None else seg.figure(m["a"]).agrees(past, 0.5)
    yield _found(holds, f"{past} days ago")


def lately(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """The last purchase of it is not long ago."""
    receipts = seg.world.receipts
    true = receipts.last.get(seg.bought.product or "") if receipts else None
    holds = true is not None and (seg.world.today - true).days <= LATELY
    yield _found(holds, f"last bought {true}")


def due(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """As many days have passed as usually lie between two purchases."""
    receipts, id_ = seg.world.receipts, seg.nearest(m.start()).product.id
    gap = receipts.days_between.get(id_) if receipts else None
    true = receipts.last.get(id_) if receipts else None
    passed = (seg.world.today - true).days if true else None
    holds = gap is not None and passed is not None and passed >= gap - 0.5
    regular = receipts is not None and receipts.baskets.get(id_, 0) >= REGULAR
    yield _found(holds and regular, f"every {gap} days, last {passed} days ago")


def new(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """The shopper never bought it, or for the first time lately."""
    receipts = seg.world.receipts
    first = receipts.first.get(seg.world.about.product.id) if receipts else None
    holds = first is None or (seg.world.today - first).days <= NEW_FOR
    yield _found(holds, f"first bought {first}")


def share(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """It makes up so much of the shopper's receipt lines."""
    receipts, said, what = seg.world.receipts, seg.figure(m["s"]), seg.bought
    if receipts is None or not receipts.lines:
        yield _UNKNOWN_SHOPPER
        return
    if what.label:
        true = 100 * receipts.store_brand_lines / max(1, receipts.label_known_lines)
    else:
        true = 100 * receipts.category_lines.get(what.aisle or "", 0) / receipts.lines
    holds = 0 < true < 1 if said.mode == "tiny" else said.agrees(true, 0.5 + 1e-9)
    yield _found(holds, f"{_thing(what)}: {true:.1f}% of the lines")


def band(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """Half of the packs that the shopper buys cost this much; "within" says that this does too."""
    receipts, said = seg.world.receipts, seg.figure(m["g"])
    if receipts is None:
        yield _UNKNOWN_SHOPPER
        return
    product = seg.nearest(m.start()).product
    names = ("", product.category)
    fits = any(
        near_quartile(said.value, receipts.pack_prices.get(name, ()), upper=False)
        and near_quartile(said.high, receipts.pack_prices.get(name, ()), upper=True)
        for name in names
    )
    yield _found(fits, f"usually paid: {said.text}")
    if re.search(r"\b(?:within|inside|in|fits?|falls?|between)\b", m[0]):
        price = seg.nearest(m.start()).price_today
        inside = price is not None and said.value <= price <= said.high
        yield _found(inside, f"price {money(price) if price is not None else 'unknown'}")


def in_band(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """Its price lies in the middle half of what the shopper pays, for its aisle or for all."""
    receipts, card = seg.world.receipts, seg.nearest(m.start())
    price = card.price_today
    if receipts is None or price is None:
        yield _UNKNOWN_SHOPPER
        return
    lists = [receipts.pack_prices.get(name, ()) for name in (card.product.category, "")]
    holds = any(len(p) >= 4 and _middle(price, p) for p in lists)
    yield _found(holds, f"price {money(price)}")


def _middle(price: int, paid: tuple[int, ...]) -> bool:
    n = len(paid)
    low, high = paid[max(0, n // 4 - 1)], paid[min(n - 1, 3 * n // 4 + 1)]
    return low - 1 <= price <= high + 1


_T, _D, _Y, _A, _S, _G = (rf"(?P<{x}><{x}\w+>)" for x in "tdyasg")
_PAY = r"(?:pay|spend|paid|spent)"
_SOFTLY = r"(?:usually|often|normally|generally|typically|regularly|mostly|commonly|frequently)"
FIRST = (
    (rf"(?:{_SOFTLY} )?{_PAY} (?:{_SOFTLY} |between |from )?{_G}(?: a pack| for a pack)?", band),
    (
        rf"(?:within|inside|in|fits?(?: in| into)?|falls? (?:in|within|between)|between|of)? ?"
        rf"(?:the |your )?(?:usual |price )?(?:range |band )?(?:of |from )?{_G}"
        rf"(?: (?:that )?you (?:{_SOFTLY} )?{_PAY}| range| band)?",
        band,
    ),
    (
        rf"(?:within|inside|in|fits?|around|is|costs?) (?:the |your )?(?:usual )?(?:price )?"
        rf"(?:(?:range|band)(?: (?:of what |that )?you (?:{_SOFTLY} )?{_PAY})?|"
        rf"(?:about )?what you (?:{_SOFTLY} )?{_PAY})",
        in_band,
    ),
    (rf"{_S} of (?:what you buy|your (?:purchases|receipt lines|items|shopping))", share),
    (rf"{_S} of the time", share),
)
"""Read before everything else."""
_YOURS = r"(?:regulars?|staples?|usuals?|favou?rites?|go-tos?|habits?)"
LATER = (
    (
        r"(?:last|most recent(?:ly)?|first)(?: (?:time|purchased?|bought|buy|ordered|in|your|"
        rf"basket|of|you|it|was|is|on|<p\w+>))* {_Y}",
        last,
    ),
    (
        rf"(?:you (?:\w+ ){{0,3}}{BUY} (?:it |this |<p\w+> )?|been in your basket )?since {_Y}",
        since,
    ),
    (rf"on {_Y}", last),
    (_Y, last),
    (_A, ago),
    (rf"(?:{_SOFTLY} )?{_D}", every),
    (
        r"due(?: for you)?(?: again)?|running (?:low|out)|time (?:for more|for another|to "
        r"restock|to stock up)|(?:needs? |worth )?restock(?:ing)?",
        due,
    ),
    (r"(?:new (?:for|to) you|new in your (?:basket|cart)|something new|a first)", new),
    (r"lately|recently|not long ago|this month", lately),
    (rf"(?:one of )?your (?:\w+ )?{_YOURS}|a (?:\w+ )?{_YOURS}(?: of yours| for you)?", often),
    (r"(?:an? )?<p\w+> regular", often),
    (rf"(?:already )?(?:bought|purchased|ordered|picked up)(?: by you)? (?:about )?{_T}", times),
    (rf"{_T}", times),
    (rf"you (?:have )?(?:already )?(?:{_SOFTLY}|frequently|always|keep) (?:\w+ )?{BUY}", often),
    (
        rf"\byou (?:\w+ ){{0,2}}{BUY}(?: the| an?| some)?(?: (?:{LABEL}))?(?: from)?"
        r"(?: (?:<p\w+>|it))?(?: before)?",
        bought,
    ),
    (rf"{BUY} (?:it )?before|in your basket|on your receipts", bought),
    (rf"{_SOFTLY}|frequently|again and again", often),
    (rf"\b{BUY}\b", bought),
)
"""Read after the request's rules."""
