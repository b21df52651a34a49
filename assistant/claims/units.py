"""The clauses that can be checked: what they look like and what each of their words asserts.

A *unit* is a stretch of a sentence of one type. Types: ``s`` subject (the pick), ``v``
predicate of the pick that may take an adjunct, ``w`` one that may not, ``p`` adjunct of the
pick, ``y`` what the shopper did with it, ``h`` adjunct of that, ``z`` a clause of its own.
``SENTENCE`` says how units may follow one another: a price after a history clause would read
as the price paid, so no such order exists. What fits no unit is unverifiable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.claims import checks as c
from assistant.claims.checks import Check
from assistant.claims.pattern import Node, compile_pattern

_MACROS = {
    "SELF": "(P | it (one | thing)?)",
    "OBJ": "(P | HP | it (one | thing)?)",
    "LIMITED": "(MAX limit? | (your | the) (MAX limit | limit (of MAX)?))",
    "ASKED": "(SEARCH | NCAT | (your | the) request (for (SEARCH | NCAT))? | "
    "what you (ask for? | are looking for))",
    "BE": "(be glue? | stay | cost)",
    "AT": "(at | for)",
    "FOLK": "(many? people | BUYERS)",
    "LABEL": "(store brand)",
    "YOURS": "(for you)",
    "BAND": "(HB | from LOW to HIGH | between LOW and HIGH)",
    "DID": "(have (already | freq)? bought | (already | freq)? (bought | buy))",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """One kind of clause or part of a clause."""

    type: str
    name: str
    node: Node
    checks: Mapping[str, Check] = field(default_factory=dict)
    """Word class or role to what it asserts here; a role without an entry asserts its value."""


def _unit(type_: str, name: str, pattern: str, **checks: Check) -> Unit:
    def expand(found: re.Match[str]) -> str:
        return _expand(_MACROS[found[1]])

    def _expand(text: str) -> str:
        return re.sub(r"@([A-Z]+)", expand, text)

    return Unit(type_, name, compile_pattern(_expand(pattern)), checks)


_LIMIT = {"under": c.under, "within": c.within, "limit": c.within, "match": c.within}
_WORDS = {"SEARCH": c.fits_words, "NCAT": c.fits_words, "request": c.fits_words}
_FIT = {
    **_WORDS,
    "ask": c.fits_words,
    "looking": c.fits_words,
    "fit": c.fits_words,
    "match": c.fits_words,
}
_HISTORY = {
    "buy": c.bought,
    "bought": c.bought,
    "freq": c.often,
    "already": c.bought,
    "lately": c.lately,
}
_AISLE = {
    "buy": c.category_bought,
    "bought": c.category_bought,
    "freq": c.category_often,
    "already": c.category_bought,
}
_OWN = {
    "buy": c.label_bought,
    "bought": c.label_bought,
    "freq": c.label_often,
    "already": c.label_bought,
}
_POPULAR = {"popular": c.popular, "many": c.popular, "BUYERS": c.counted}
_DEAL = {"sale": c.lowered, "promo": c.promoted, "mailer": c.in_mailer, "display": c.on_display}
_SIZE = {"bigger": c.bigger, "more": c.bigger}
_SOFT = {"soft": c.taste, "just": c.taste}

UNITS: tuple[Unit, ...] = (
    _unit("s", "self", "@SELF"),
    # what the catalogue says
    _unit("v", "price", "be (priced | avail)? @AT? just? PRICE now?", **_SOFT),
    _unit("v", "price", "cost (in? @AT)? just? PRICE now?", **_SOFT),
    _unit("p", "price", "(priced | avail)? @AT just? PRICE now?", **_SOFT),
    _unit("v", "was", "@BE now? down from WAS", down=c.lowered),
    _unit("p", "was", "(now? down from | instead of) WAS", down=c.lowered, instead=c.lowered),
    _unit("v", "size", "(be | cost | hold | has) in? a? SIZE pack?"),
    _unit("p", "size", "(in | with) a? SIZE pack?"),
    _unit("v", "unit", "(be | cost) UNIT"),
    _unit("p", "unit", "at UNIT"),
    _unit("v", "aisle", "(be | cost) (in | from) (the | your)? (CAT | KIND) aisle?"),
    _unit("p", "aisle", "(in | from) (the | your)? (CAT | KIND) aisle?"),
    _unit("v", "brand", "(be | cost) (by | from) BRAND"),
    _unit("p", "brand", "(by | from) BRAND"),
    _unit("v", "rating", "(be rated RATING (by people)? | has a rating of RATING)"),
    _unit("p", "rating", "(rated RATING (by people)? | with a rating of RATING)"),
    _unit("v", "store", "be a? soft? @LABEL thing?", store=c.store_brand, soft=c.taste),
    _unit("v", "store", "be from (the | your) @LABEL aisle?", store=c.store_brand),
    # promotions
    _unit("v", "promotion", "be now? PROMO"),
    _unit("p", "promotion", "PROMO"),
    _unit(
        "v", "deal", "be now? (on | in) (a | the)? (promo | sale | mailer | display) now?", **_DEAL
    ),
    _unit("v", "deal", "be now? (promoted | down) now?", promoted=c.promoted, down=c.lowered),
    # comparison within the reply
    _unit("w", "cheaper", "be glue? cheaper than Q (at QPRICE)?", cheaper=c.cheaper),
    _unit("w", "cheaper", "cost glue? less than Q (at QPRICE)?", less=c.cheaper),
    _unit("p", "cheaper", "cheaper than Q (at QPRICE)?", cheaper=c.cheaper),
    _unit("w", "bigger", "be glue? bigger than Q (at QSIZE)?", **_SIZE),
    _unit("w", "bigger", "hold glue? more than Q", **_SIZE),
    _unit("v", "cheapest", "be the cheapest thing? (of these | here)", cheapest=c.cheapest),
    _unit("v", "biggest", "be the biggest thing? (of these | here)", biggest=c.biggest),
    # the request
    _unit("v", "limit", "@BE (under | within) @LIMITED", **_LIMIT),
    _unit("v", "limit", "match (in | within)? @LIMITED", **_LIMIT),
    _unit("p", "limit", "(under | within) @LIMITED", **_LIMIT),
    _unit("v", "minimum", "@BE over MIN", over=c.over),
    _unit("p", "minimum", "over MIN", over=c.over),
    _unit("v", "words", "match @ASKED", **_FIT),
    _unit(
        "v",
        "words",
        "be (a (soft (fit | thing | one) | fit) | the (fit | thing | one)) for @ASKED",
        **_FIT,
        **_SOFT,
    ),
    _unit("v", "words", "be (for @ASKED | what you (ask for? | are looking for))", **_FIT),
    _unit("p", "words", "for @ASKED", **_FIT),
    _unit("z", "asked", "you have? ask for? (SEARCH | NCAT)", ask=c.asked),
    _unit("z", "advice", "check the pack for MUSTNOT"),
    # what this shopper did with it
    _unit("y", "bought", "you @DID @OBJ?", **_HISTORY),
    _unit("y", "bought", "you last bought @OBJ on LAST", **_HISTORY),
    _unit("y", "bought", "you bought @OBJ on LAST", **_HISTORY),
    _unit("h", "count", "COUNT (already | now)?", already=c.bought),
    _unit("h", "every", "approx? every EVERY"),
    _unit("h", "last", "last (bought | time)? on? LAST", bought=c.bought),
    _unit("h", "often", "(freq | lately | already)", **_HISTORY),
    _unit("p", "bought", "bought COUNT (by you)?", bought=c.bought),
    _unit("p", "bought", "last bought on? LAST", bought=c.bought),
    _unit("w", "due", "be (now | glue)? due (for you)? again? now?", due=c.due, again=c.bought),
    _unit(
        "w",
        "regular",
        "be ((a | your) regular (thing | buy)? | one of your regulars) @YOURS?",
        regular=c.often,
        regulars=c.often,
        buy=c.bought,
    ),
    _unit("w", "new", "be (new (to | for) you | a new thing (for | in) your place)", new=c.new),
    # what this shopper does elsewhere in the shop
    _unit("z", "aisle", "you @DID from? (the | your)? HC aisle? (CCOUNT | freq)?", **_AISLE),
    _unit("z", "share", "(HC | HC aisle) be CSHARE of what you buy", buy=c.category_bought),
    _unit("z", "share", "CSHARE of what you buy be from? HC", buy=c.category_bought),
    _unit(
        "z",
        "favourite",
        "HC aisle? be ((a | your) regular aisle? | one of your regulars)",
        regular=c.category_often,
        regulars=c.category_often,
    ),
    _unit(
        "z",
        "label",
        "you @DID (the | a)? (HS | @LABEL) thing? (freq | SSHARE of the time)?",
        **_OWN,
    ),
    _unit("z", "label", "(HS | @LABEL) be SSHARE of what you buy", buy=c.label_bought),
    _unit("z", "label", "SSHARE of what you buy be HS", buy=c.label_bought),
    _unit("z", "band", "you freq? pay @BAND", pay=c.band_known, freq=c.band_known),
    _unit("v", "band", "@BE (in | within) @BAND", HB=c.in_band, LOW=c.in_band),
    _unit(
        "v",
        "band",
        "(@BE (in | within) | match) (the | your) regular? aisle of @BAND",
        aisle=c.in_band,
    ),
    _unit(
        "v",
        "band",
        "(@BE (in | within) | match) (the | your) regular? aisle you freq? pay",
        aisle=c.in_band,
    ),
    _unit("v", "band", "be what you freq pay", pay=c.in_band),
    # what all shoppers do, and taste
    _unit("w", "popular", "be (popular | a popular thing) ((with | for) @FOLK)?", **_POPULAR),
    _unit("w", "popular", "be bought by @FOLK", **_POPULAR, bought=c.counted),
    _unit("z", "popular", "many people buy @OBJ", many=c.popular, buy=c.counted),
    _unit(
        "v",
        "soft",
        "(be | make) a soft (thing | one | fit) (for (you | (your | the) place))?",
        **_SOFT,
    ),
    _unit("v", "soft", "be worth a look", worth=c.taste),
)
"""Every kind of clause that can be checked."""

_SAYS = "(v p? p? | w)"
_DONE = "y (comma? and? h)*"
_MORE = f"(comma p | comma? and ({_SAYS} | p) | comma? rel ({_SAYS} | {_DONE}))"
_ASIDE = f"(comma? rel {_DONE} comma | comma p comma)"
_PICK = f"(p p? comma?)? s {_ASIDE}? (rel? {_SAYS}) {_MORE}*"
_CLAUSE = f"({_PICK} | (h comma?)? {_DONE} | z)"
SENTENCE = compile_pattern(
    f"({_CLAUSE} ((comma? and | comma | comma? so) {_CLAUSE})* | p (comma? and? p)*)"
)
"""How units and the joints between them may follow one another."""
REASONED = frozenset({"due", "regular", "words", "soft", "limit", "store", "band", "bought"})
"""What may follow "so": a reason to choose, never a price or another fact."""
