"""What words say of two products of one reply: cheaper, bigger, the cheapest of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.types import ClaimKind
from eval.faithfulness.quantities import base_amount
from eval.faithfulness.segment import Finding, Segment
from index.types import Candidate

LESS = (
    r"cheaper|less expensive|lower(?:[- ]priced| in price)|costs? (?:\w+ )?less|"
    r"priced (?:lower|below)|(?:goes|sells) for less|pay less"
)  # fmt: skip
MORE = r"dearer|more expensive|pricier|costs? (?:\w+ )?more|higher(?:[- ]priced| in price)|pay more"
BIGGER = (
    r"bigger|larger|(?:holds?|contains?|gives? you|comes with|has) (?:\w+ )?more|"
    r"(?:comes in )?a (?:bigger|larger) (?:pack|size|amount)|there is more"
)
SMALLER = (
    r"smaller|(?:holds?|contains?|gives? you|has) (?:\w+ )?less|"
    r"(?:comes in )?a smaller (?:pack|size|amount)|there is less"
)
_THAN = r"(?:(?: \w+)? than)? (?P<other><[pq]\w+>|it\b|this one)"
_ALL = (
    r"(?:than )?(?:(?:all |both )?(?:of )?(?:the )?(?:others?|rest|other (?:picks|cards|ones|two)))"
)
_MOST = (
    r"the (?P<most>{})(?: (?!of\b|here\b|at\b)\w+)?"
    r"(?: (?:of|among) (?:these|the)(?: (?:\d|picks|cards|ones|products))*| here|"
    r" on (?:this|the) page)?"
)


def _price(card: Candidate) -> float | None:
    return card.price_today


def _amount(card: Candidate) -> tuple[float, str] | None:
    product = card.product
    return base_amount(product.amount, product.unit) if product.amount and product.unit else None


def _sign(words: str) -> tuple[bool, int]:
    """Whether sizes are compared, and which way: 1 is more. An amount less is one of money."""
    for pattern, of_size, sign in (
        (LESS, False, -1),
        (MORE, False, 1),
        (BIGGER, True, 1),
        (SMALLER, True, -1),
    ):
        if re.search(rf"\b(?:{pattern})\b", words):
            return of_size, sign
    return False, -1 if re.search(r"\bless\b", words) else 1


def _holds(ours: Candidate, theirs: Candidate, of_size: bool, sign: int) -> bool | None:
    if of_size:
        mine, other = _amount(ours), _amount(theirs)
        if mine is None or other is None or mine[1] != other[1]:
            return None
        return sign * (mine[0] - other[0]) > 1e-9
    prices = _price(ours), _price(theirs)
    if prices[0] is None or prices[1] is None:
        return None
    return sign * (prices[0] - prices[1]) > 0


def _because(ours: Candidate, theirs: Candidate) -> str:
    return (
        f"{ours.product.title}: {ours.price_today}, {ours.product.size}; "
        f"{theirs.product.title}: {theirs.price_today}, {theirs.product.size}"
    )


def compared(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """It is so against another card of the reply."""
    of_size, sign = _sign(m[0])
    mine = m.groupdict().get("ours")
    ours = seg.card(mine) if mine else seg.nearest(m.start())
    theirs = seg.card(m["other"])
    if ours is not theirs and (more := m.groupdict().get("also")):
        also = seg.card(more)
        yield Finding(ClaimKind.COMPARISON, _holds(ours, also, of_size, sign), _because(ours, also))
    holds = False if ours is theirs else _holds(ours, theirs, of_size, sign)
    yield Finding(ClaimKind.COMPARISON, holds, _because(ours, theirs))
    if (said := m.groupdict().get("by")) and not of_size and ours.price_today is not None:
        gap = abs(ours.price_today - (theirs.price_today or 0))
        yield Finding(ClaimKind.COMPARISON, seg.figure(said).agrees(gap, 0.5), f"{gap} apart")


def apart(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """Another card is so, against the one that the sentence stands on."""
    ours, theirs = seg.nearest(m.start()), seg.world.about
    if ours is theirs:
        yield Finding(ClaimKind.COMPARISON, None, "nothing to compare it with is named")
        return
    if m[0].startswith("the same"):
        same = ours.price_today is not None and ours.price_today == theirs.price_today
        yield Finding(ClaimKind.COMPARISON, same, _because(ours, theirs))
        return
    of_size, sign = _sign(m[0])
    yield Finding(ClaimKind.COMPARISON, _holds(ours, theirs, of_size, sign), _because(ours, theirs))
    if (said := m.groupdict().get("by")) and ours.price_today is not None:
        gap = abs(ours.price_today - (theirs.price_today or 0))
        yield Finding(ClaimKind.COMPARISON, seg.figure(said).agrees(gap, 0.5), f"{gap} apart")


def against_all(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """It is so against every other card of the reply."""
    words = m.groupdict().get("most")
    of_size, sign = _SUPERLATIVES[words] if words else _sign(m[0])
    ours, cards = seg.nearest(m.start()), (seg.world.about, *seg.world.others)
    found = [_holds(ours, card, of_size, sign) for card in cards if card is not ours]
    holds = None if None in found or not found else all(found)
    yield Finding(ClaimKind.COMPARISON, False if False in found else holds, "against all cards")


def same_price(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """Both cost the same today."""
    ours, theirs = seg.nearest(m.start()), seg.card(m["other"])
    known = ours.price_today is not None and theirs.price_today is not None
    holds = ours.price_today == theirs.price_today if known else None
    yield Finding(ClaimKind.COMPARISON, holds, _because(ours, theirs))


_SUPERLATIVES = {
    "cheapest": (False, -1), "least expensive": (False, -1), "lowest priced": (False, -1),
    "dearest": (False, 1), "most expensive": (False, 1), "priciest": (False, 1),
    "biggest": (True, 1), "largest": (True, 1), "smallest": (True, -1),
}  # fmt: skip
_IT = r"(?:<[pq]\w+>|it|this)"
_ANY = f"{LESS}|{MORE}|{BIGGER}|{SMALLER}"
RULES = (
    (rf"you pay (?:less|more) for (?P<ours>{_IT}) than for (?P<other><[pq]\w+>|it\b)", compared),
    (rf"there is (?:less|more) in (?P<ours>{_IT}) than in (?P<other><[pq]\w+>|it\b)", compared),
    (rf"(?P<by><m\w+>) (?:{LESS}|{MORE}|less|more){_THAN}", compared),
    (rf"(?:{_ANY}){_THAN} & (?P<also><[pq]\w+>)", compared),
    (rf"(?:{_ANY}){_THAN} by (?P<by><m\w+>)", compared),
    (rf"(?:{_ANY}) {_ALL}", against_all),
    (rf"(?:{_ANY}){_THAN}", compared),
    (rf"(?:cost you )?(?P<by><m\w+>) (?:{LESS}|{MORE}|less|more)(?! than)", apart),
    (rf"(?:{_ANY})(?! than)|the same(?= $)", apart),
    (_MOST.format("|".join(_SUPERLATIVES)), against_all),
    (r"(?:costs? |priced )?(?:the same|just as much|as much|the same price)(?: as)? (?P<other><[pq]\w+>)", same_price),  # noqa: E501
)  # fmt: skip
"""Pattern and what it asserts."""
