"""Sentences that stand ready where no model speaks, over the same references.

Roles in capitals are filled with the references of the plan. A wording is used only if the
verifier passes it, so a template can be no less true than a model's sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product as pairs

from assistant.claims import Context
from assistant.plan import Plan
from assistant.references import Parts, parse
from assistant.types import EvidenceKind, Reference
from assistant.verify import verify

MAIN: Mapping[EvidenceKind | None, Sequence[str]] = {
    EvidenceKind.REPEAT: (
        "You bought [P] [COUNT], about every [EVERY]",
        "You have bought [P] [COUNT], last on [LAST]",
        "[P] is one of your regulars, bought [COUNT]",
        "[P], which you bought [COUNT], is due again",
        "You buy [P] about every [EVERY], so it is due again",
        "You usually buy [P] every [EVERY]",
        "[P], bought [COUNT], is a regular for you",
        "[P] is new for you, last bought on [LAST]",
        "You bought [P] [COUNT]",
        "You buy [P] every [EVERY]",
    ),
    EvidenceKind.CATEGORY: (
        "You bought from [HC] [CCOUNT], and [P] is in the [CAT] aisle",
        "[HC] is [CSHARE] of what you buy, and [P] is from the [CAT] aisle",
        "[HC] is one of your regulars, and [P] costs [PRICE]",
        "You often buy from [HC], and [P] costs [PRICE]",
        "You have bought from [HC] [CCOUNT], and [P] costs [PRICE]",
        "[HC] is [CSHARE] of what you buy, and [P] costs [PRICE]",
        "You buy from [HC], and [P] is in the [CAT] aisle",
    ),
    EvidenceKind.STORE_BRAND: (
        "[P] is a store brand, and store brand is [SSHARE] of what you buy",
        "Store brand is [SSHARE] of what you buy, and [P] is a store brand",
        "[SSHARE] of what you buy is [HS], and [P] is a store brand",
        "You buy the store brand [SSHARE] of the time, and [P] is a store brand product",
        "[P] is store brand, and you buy the store brand [SSHARE] of the time",
        "[P] is from our own brand, and store brand is [SSHARE] of what you buy",
    ),
    EvidenceKind.PRICE_BAND: (
        "You usually pay [HB], and [P] costs [PRICE]",
        "At [PRICE], [P] is within [HB]",
        "[P] is in the range of [HB]",
        "[P] fits the range of [HB] at [PRICE]",
        "[P] costs [PRICE], and you usually pay [HB]",
        "You normally spend [HB], and [P] is in the range you usually pay",
    ),
    EvidenceKind.NEED_PRICE: (
        "At [PRICE], [P] stays under your limit of [MAX]",
        "[P] costs [PRICE], under your limit of [MAX]",
        "[P] is under [MAX] at [PRICE]",
        "[P] fits your budget of [MAX] at [PRICE]",
        "At [PRICE], [P] keeps within your limit of [MAX]",
        "[P] is within your [MAX] budget at [PRICE]",
        "At [PRICE], [P] is over [MIN]",
        "[P] costs [PRICE], over [MIN]",
    ),
    EvidenceKind.NEED_TEXT: (
        "[P] matches your request for [SEARCH]",
        "[P] fits [SEARCH]",
        "For [SEARCH], [P] costs [PRICE]",
        "You asked for [SEARCH], and [P] costs [PRICE]",
        "[P] meets your request for [SEARCH] at [PRICE]",
        "[P] is a fit for [SEARCH]",
        "[P] matches your request for [NCAT]",
        "You asked for [NCAT], and [P] costs [PRICE]",
        "[P] fits your request for [NCAT] at [PRICE]",
        "For [NCAT], [P] costs [PRICE]",
        "[P] is a fit for [NCAT]",
        "[P] meets your request for [NCAT]",
    ),
    EvidenceKind.PROMOTION: (
        "[P] is down from [WAS] at [PRICE]",
        "[P] costs [PRICE] today instead of [WAS]",
        "[P] is [PROMO]",
        "[P] is [PROMO] at [PRICE]",
        "[P] is now reduced from [WAS]",
        "[P] is on promotion, [PROMO]",
        "Down from [WAS], [P] costs [PRICE]",
        "[P] costs [PRICE] and is [PROMO]",
    ),
    EvidenceKind.POPULAR: (
        "[P] is bought by [BUYERS]",
        "[P] is popular with [BUYERS]",
        "[P] is popular with shoppers and is bought by [BUYERS]",
        "[P] costs [PRICE] and is bought by [BUYERS]",
        "[P] is a popular choice with [BUYERS]",
        "At [PRICE], [P] is popular with [BUYERS]",
    ),
    EvidenceKind.CHEAPER: (
        "[P] is cheaper than [Q]",
        "[P] costs less than [Q]",
        "At [PRICE], [P] is cheaper than [Q]",
        "[P] costs [PRICE] and is cheaper than [Q]",
        "[P] costs less than [Q] at [QPRICE]",
        "[P] is cheaper than [Q] at [QPRICE]",
    ),
    EvidenceKind.BIGGER: (
        "[P] is bigger than [Q]",
        "[P] holds more than [Q]",
        "[P] is larger than [Q] at [QSIZE]",
        "[P] contains more than [Q]",
        "In a [SIZE] pack, [P] is bigger than [Q]",
        "[P] holds [SIZE] and is larger than [Q]",
    ),
    None: (
        "[P] costs [PRICE]",
        "[P] is available at [PRICE]",
        "[P] is priced at [PRICE]",
        "[P] sells for [PRICE]",
        "[P] comes in a [SIZE] pack at [PRICE]",
        "[P] is in the [CAT] aisle at [PRICE]",
        "[P] is in the [CAT] aisle",
    ),
}
"""Openings by the first reason."""

TAIL: Mapping[EvidenceKind | None, Sequence[str]] = {
    EvidenceKind.REPEAT: (
        ", and you bought it [COUNT]",
        ", and you bought it [COUNT], last on [LAST]",
        ", and you buy it about every [EVERY]",
        ", and it is one of your regulars",
    ),
    EvidenceKind.CATEGORY: (
        ", and you often buy from [HC]",
        ", and you bought from [HC] [CCOUNT]",
        ", and [HC] is [CSHARE] of what you buy",
    ),
    EvidenceKind.STORE_BRAND: (
        ", and it is a store brand",
        ", and store brand is [SSHARE] of what you buy",
    ),
    EvidenceKind.PRICE_BAND: (
        ", and it is within [HB]",
        ", and you usually pay [HB]",
        ", and it is in the range you usually pay",
    ),
    EvidenceKind.NEED_PRICE: (
        ", and at [PRICE] it stays under your limit of [MAX]",
        ", and it is under your limit of [MAX]",
        ", and it fits your budget of [MAX]",
        ", and it is within your [MAX] limit",
        ", and it is over [MIN]",
    ),
    EvidenceKind.NEED_TEXT: (
        ", and it fits [SEARCH]",
        ", and it matches your request for [NCAT]",
        ", and it is a good match for [SEARCH]",
    ),
    EvidenceKind.PROMOTION: (
        ", and it is down from [WAS]",
        ", and it is [PROMO]",
        ", and it costs [PRICE] instead of [WAS]",
        ", and it is on promotion",
    ),
    EvidenceKind.POPULAR: (
        ", and it is popular with [BUYERS]",
        ", and it is bought by [BUYERS]",
    ),
    EvidenceKind.CHEAPER: (
        ", and it is cheaper than [Q]",
        ", and it costs less than [Q]",
    ),
    EvidenceKind.BIGGER: (
        ", and it is bigger than [Q]",
        ", and it holds more than [Q]",
    ),
    None: (
        ", and it costs [PRICE]",
        ", and it is available at [PRICE]",
    ),
}
"""What may be added for the second reason."""
_ROLE = re.compile(r"\[([A-Z]+)\]")


def template_sentence(plan: Plan, context: Context) -> Parts | None:
    """Return the wording that the plan's seed chooses among those that pass the verifier.

    ``None`` where nothing of this pick can be pointed at, not even a price or an aisle.
    """
    for text in _wordings(plan):
        parts = _filled(text, plan, context)
        if parts and plan.says_main(parts) and verify(parts, context).ok:
            return parts
    return None


def _wordings(plan: Plan) -> Iterator[str]:
    """Every wording, those of both reasons first; where they start is the seed's choice."""
    if not plan.reasons:
        return
    mains = _turned(MAIN[plan.reasons[0].kind], plan.seed)
    if len(plan.reasons) > 1:
        tails = _turned(TAIL[plan.reasons[1].kind], plan.seed // 7)
        yield from (f"{main}{tail}." for main, tail in pairs(mains, tails))
    yield from (f"{main}." for main in mains)


def _turned(items: Sequence[str], by: int) -> list[str]:
    start = by % len(items)
    return [*items[start:], *items[:start]]


def _filled(text: str, plan: Plan, context: Context) -> Parts | None:
    """Put references in the place of roles: those of the plan, else any that is available."""
    roles: dict[str, Reference] = {}
    for ref in (*plan.references, *sorted(context.available, key=str)):
        if role := context.role(ref):
            roles.setdefault(role, ref)
    if any(name not in roles for name in _ROLE.findall(text)):
        return None
    return parse(_ROLE.sub(lambda found: str(roles[found[1]]), text))
