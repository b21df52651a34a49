"""What words say of the request: its limits kept, its words met."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.types import ClaimKind
from eval.faithfulness.quantities import Quantity
from eval.faithfulness.segment import Finding, Segment
from eval.faithfulness.world import World, content, named
from index.text import money
from index.types import Product

_BELOW = r"under|below|beneath|less than|within|inside|no more than|at most|up to|keeps? (?:to|within|under|below)|stays? (?:within|under|below|inside)|fits?(?: in| into| within)?|meets?|respects?|comes? in under"  # noqa: E501
_ABOVE = r"over|above|beyond|more than|exceeds?|at least|no less than|breaks?|goes over"
_REFUSING = re.compile(
    r"\b(?:no(?!-)|without|minus|except|other than|free of|allergic to|hates?|"
    r"(?:do not|don't) want|keep)\b((?:\W+(?:any |and |or )?[a-z]+){1,3})"
)
_WORD = r"limit|budget|cap|maximum|ceiling|top price|minimum"
_SET = r"you (?:set|named|gave|asked for|had in mind|mentioned|wanted to (?:pay|spend|keep to))"
REL = rf"(?:(?P<below>{_BELOW})|(?P<above>{_ABOVE}))"


def limit(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """The price keeps, or breaks, a limit; an amount that is called theirs was named by them."""
    world, groups = seg.world, m.groupdict()
    figure = seg.figure(groups["m"]) if groups.get("m") else None
    theirs = bool(re.search(rf"\b(?:your|{_WORD})\b|{_SET}", m[0]))
    bound = _bound(figure, bool(groups.get("above")), world)
    if theirs and figure:
        asked = [v for v in (world.min_price, world.max_price) if v is not None]
        holds = any(figure.agrees(v, 0.5) for v in asked)
        yield Finding(ClaimKind.NEED_FIT, holds, f"limits asked for: {asked or 'none'}", fixed=True)
    if not (groups.get("below") or groups.get("above")):
        return
    card = seg.nearest(m.start())
    price = card.price_today
    if price is None or bound is None:
        yield Finding(ClaimKind.NEED_FIT, None, "no price or no limit is known")
        return
    strict = bool(re.search(r"\b(?:under|below|beneath|less than)\b", m[0]))
    under = price < bound if strict else price <= bound
    over = price >= bound if re.search(r"at least|no less", m[0]) else price > bound
    holds = over if groups.get("above") else under
    because = f"{card.product.title}: {money(price)}, limit {money(round(bound))}"
    yield Finding(ClaimKind.NEED_FIT, holds, because)


def _bound(figure: Quantity | None, above: bool, world: World) -> float | None:
    if figure:
        return figure.value
    return world.min_price if above and world.max_price is None else world.max_price


def spare(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """So much is left of the limit."""
    price, most, said = seg.nearest(m.start()).price_today, seg.world.max_price, seg.figure(m["m"])
    holds = None if price is None or most is None else said.agrees(most - price, 0.5)
    yield Finding(ClaimKind.NEED_FIT, holds, f"price {price}, limit {most}")


def asked(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """The shopper asked for this."""
    words = content(seg.words(m["what"]))
    said = content(" ".join(seg.world.asked))
    holds = bool(words) and words <= said and not words & refused_in(seg.world)
    yield Finding(ClaimKind.NEED_FIT, holds, f"asked: {', '.join(seg.world.asked)}", fixed=True)


def refused_in(world: World) -> frozenset[str]:
    """Return what the message turns down: the few words after "no", "without" and their like."""
    said = world.asked[0].lower() if world.asked else ""
    found = " ".join(m[1] for m in _REFUSING.finditer(said))
    return content(" ".join((*world.refused, found)))


def fits(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """It is what was asked for: the shelf's words for it meet those of the request."""
    said = content(" ".join(seg.world.asked))
    words = content(seg.words(m["what"])) if m["what"] else said
    product = seg.nearest(m.start()).product
    if not words <= said:
        yield Finding(ClaimKind.NEED_FIT, False, f"asked: {', '.join(seg.world.asked)}")
        return
    mention = seg.marked.mentions.get(m["what"])
    holds = _meets(words, product, mention.aisle if mention else None)
    because = f"shelf: {product.title}, {product.kind}, {product.category}"
    yield Finding(ClaimKind.NEED_FIT, holds, because)


def _meets(words: frozenset[str], product: Product, aisle: str | None) -> bool | None:
    """Whether the shelf says so: of an aisle all of its name, of free words any."""
    shelf = named(product)
    if aisle is not None:
        return aisle in (product.category, product.kind) or words <= shelf
    strict = words & _MEANT_STRICTLY
    return True if words & shelf and strict <= shelf else None


_STRICT = (
    "vegan vegetarian kosher halal organic gluten sugar unsalted unscented decaf lean fat diet "
    "light sugarless wholegrain whole raw spicy mild"
)
_MEANT_STRICTLY = content(_STRICT)
"""Wishes that nothing else makes up for: without them on the shelf nobody knows."""


def avoids(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """Something is not in it: the shelf may say that it is, but never that it is not."""
    words = content(seg.words(m["what"]))
    there = words & named(seg.nearest(m.start()).product)
    because = f"the shelf names {', '.join(sorted(there)) or 'no such thing, which proves nothing'}"
    yield Finding(ClaimKind.NEED_FIT, False if there else None, because, fixed=True)


def advised(m: re.Match[str], seg: Segment) -> Iterator[Finding]:
    """The label should be read for what the shopper wants to avoid."""
    words = content(seg.words(m["what"]))
    holds = words <= content(" ".join((*seg.world.refused, *seg.world.asked)))
    yield Finding(ClaimKind.NEED_FIT, holds, f"refused: {', '.join(seg.world.refused)}", fixed=True)


_MARK = r"<[pqcxk]\w+>"
_AMOUNT = r"(?P<m><m\w+>)"
_YOURS = r"your (?:request|search|wish|need|query)"
_ASKED = r"what you (?:asked(?: for)?|were looking for|are looking for|wanted|searched for)"
_FITS = (
    r"(?:fits?|fitting|match(?:es|ing)?|suits?|meets?|answers?|satisf(?:y|ies)|serves|"
    r"(?:fit|match|answer|choice|pick|option|one|thing|right|made) for)"
)
_FOR = r"(?:(?:your|the) (?:request|search|wish|need|query)(?: (?:for|of))? ?)"
RULES = (
    (
        rf"(?:leaves? (?:you )?)?{_AMOUNT} (?:under|below|inside|less than) (?:your|the) "
        rf"(?:{_WORD})",
        spare,
    ),
    (rf"(?:leaves? (?:you )?)?{_AMOUNT} (?:to spare|over|left)", spare),
    (
        rf"(?:{REL} )?(?:your |the |a )?(?:price )?(?:{_WORD})(?: price)?(?: is| of| was)? "
        rf"{_AMOUNT}",
        limit,
    ),
    (rf"(?:{REL} )?(?:your |the )?{_AMOUNT} (?:(?:{_WORD})|{_SET})", limit),
    (rf"{REL} your {_AMOUNT}", limit),
    (
        rf"{REL} (?:(?:your |the )?(?:price )?(?:{_WORD})|(?:what|the (?:amount|price)) {_SET})",
        limit,
    ),
    (rf"(?P<below>under|below|less than|no more than|at most|up to|within) {_AMOUNT}", limit),
    (rf"(?P<above>over|above|more than|at least) {_AMOUNT}", limit),
    (rf"check the (?:pack|label) for (?P<what>{_MARK}|[a-z ]+?)(?= $)", advised),
    (
        r"(?:free (?:of|from)|without|(?:has|have|contains?|with) no|no) "
        r"(?P<what>(?!longer|more|less)[a-z]+)",
        avoids,
    ),
    (r"(?P<what>[a-z]+)-free\b", avoids),
    (
        r"you (?:have )?(?:asked (?:us )?for|wanted|needed|requested|were looking for|"
        rf"are looking for|searched for|mentioned|said) (?:some |an? )?"
        rf"(?P<what>{_MARK}|[a-z' -]+?)(?= $)",
        asked,
    ),
    (rf"{_FITS} {_FOR}?(?P<what>{_MARK})", fits),
    (r"for (?P<what><[cxk]\w+>)", fits),
    (rf"(?:{_FITS}|in line with|is) (?:{_YOURS}|{_ASKED})(?P<what>)", fits),
)
"""Pattern and what it asserts, in the order in which they take their words."""
