"""What the shopper does not want: "no nuts", "anything but beer", "gluten-free"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.understanding.amounts import NUMBER_WORDS
from assistant.understanding.negation import AFTER, BEFORE, OUT
from assistant.understanding.words import STOP_WORDS, Rest, listed, words
from index.text import stem

_SAFETY = re.compile(
    r"without|w/o|\bno\b|free|allerg|intoleran|sensitive|nothing with|contain|tolerate|zero|"
    r"lacking|devoid|\beat\b"
)
"""Cues that may be about what is in a product, which the names alone can't settle."""
_END = (
    r"(?=\s*(?:$|[,.;:!?|()]|\s(?:but|for|under|over|with|please|that|which|because|since|on|"
    r"at|in|to|thanks|if|as|though|nor|no|not|without|"
    r"and (?:i|it|the|then|show|give|under|with|also|some|no|not|without))(?![a-z])))"
)
_ITEM = r"[a-z0-9][\w'-]*"
_REFUSAL = re.compile(
    rf"(?<![\w'-])(?:{BEFORE})(?![\w-])\s+"
    rf"(?P<what>{_ITEM}(?:\s*,\s*{_ITEM})*,?\s+(?:or|nor)\s+(?:no\s+)?{_ITEM}"
    rf"|{_ITEM}(?:\s*,\s*{_ITEM})+,?\s+and\s+{_ITEM}|.+?){_END}"
)
_KEPT_OUT = re.compile(
    rf"(?<![\w-]){OUT[0]}\s+(?:the\s+)?(?P<what>[a-z][^.;:!?|]*?)\s+{OUT[1]}"
    r"(?: of (?:it|them))?(?![\w-])"
)
_NON = re.compile(r"(?<![\w-])non[- ](?P<what>[a-z]+)(?![\w-])")
_ADDED = re.compile(r"no (?:sugar|salt)[- ]added|no added (?:sugar|salt)")
MOST_WORDS = 4
"""Of one thing that is refused: "high fructose corn syrup"."""
_FREE = re.compile(r"(?<![\w-])(?P<what>[a-z]+)(?:-| )free(?![a-z]| of| from)")
_BOTH_AFTERWARDS = re.compile(
    rf"(?<![\w'-])(?P<what>[a-z]+(?:, [a-z]+)*,? (?:and|or) [a-z]+)(?= (?:are|aren't) ){AFTER}"
)
"""Vanilla and plain are out."""
_AFTERWARDS = re.compile(rf"(?<![\w'-])(?P<what>[a-z]+){AFTER}")
_PRINTED = frozenset(
    listed(
        """sugar fat alcohol caffeine fragrance scent cholesterol salt sodium gluten lactose sulfate
        sulphate paraben silicone aluminum aluminium dye bpa preservative cruelty perfume dust
        odor odour tear streak lint acid"""
    )
)
"""Packs print "X-free" of these: a wish, which the names can meet. To refuse the word would
leave out the very products that print it."""
_TO_BE_CHECKED = frozenset(listed("gluten lactose"))
"""Printed, and yet to be checked on the label by who asks for it."""
_PROPERTIES = frozenset(
    listed("stick slip skid fat dairy alcoholic gmo toxic perishable drip greasy iron stop food")
)
"""Packs print "non-X" of these."""
_PARTS = re.compile(r"\s*(?:,|/|\bor\b|\bnor\b|\band\b|&|\beither\b)\s*")
_DETERMINERS = frozenset(
    listed(
        """any anything the a an some added too much stuff like with of my more those these no not
    products product things thing items item ones one in it them please at all either kind
    kinds this time today thanks containing contains has have made already though again anymore
    ever whatsoever inside within really your my person sort sorts type types variety from allowed
    flavors flavours flavor flavour flavored flavoured based list pls plz"""
    )
)
_NO_REFUSAL = frozenset(
    listed(
        """more less offence offense problem problems thank idea sure only too so very bad need
    preference matter worries hurry rush longer really yet limit rule restrictions that this to
    be good enough
    expensive pricey cheap cheaper fancy fancier special wrong big else particular specific
    certain than wonder clue time way doubt urgent picky fussy choosy wait just there left for
    important ready cooking baking shopping boil bake cook drip knead iron rinse tears spill stick
    fuss mess frills slip peek brainer matter me us price prices budget break yours"""
    )
)
"""First words after "no" or "not" that make it something else than a refusal."""

COVERS = {
    "nut": "peanut almond cashew walnut pecan hazelnut pistachio macadamia",
    "meat": "beef pork chicken turkey ham bacon sausage salami bologna lamb veal pepperoni",
    "alcohol": "beer ale wine liquor vodka whiskey rum malt champagne",
    "fish": "salmon tuna cod tilapia sardine seafood",
    "dairi": "milk cheese yogurt butter cream",
    "pork": "ham bacon",
}
"""A refused word, by stem, and what else it covers: names rarely say "nuts" of almonds."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """Words that a pick may not contain, as typed."""

    words: tuple[str, ...] = ()
    check_label: bool = False
    """Whether one may be an ingredient, which the catalogue's names can't rule out."""


def take_refusals(rest: Rest, is_name: Callable[[str], bool]) -> Refusals:
    """Take refusals out of the message.

    Parameters
    ----------
    is_name
        Says whether a phrase is in a name of the catalogue: "sugar free gum" asks for what
        is called so and refuses nothing.
    """
    found: list[str] = []
    check_label = False
    for match in reversed(list(_FREE.finditer(rest.text))):
        check_label = check_label or match["what"] in _TO_BE_CHECKED
        if match["what"] not in STOP_WORDS | _PRINTED and not is_name(match[0].replace("-", " ")):
            rest.cut(match.start(), match.end())
            found.append(match["what"])
            check_label = True
    for match in reversed(list(_NON.finditer(rest.text))):
        if match["what"] not in _PROPERTIES and not is_name(match[0].replace("-", " ")):
            rest.cut(match.start(), match.end())
            found.append(match["what"])
    for pattern in (_KEPT_OUT, _BOTH_AFTERWARDS, _AFTERWARDS):
        while said := rest.take(pattern):
            found += _items(said["what"])
    start = 0
    while match_ := _REFUSAL.search(rest.text, start):
        if _ADDED.match(match_[0]):
            start = match_.end()
            continue
        before = words(rest.text[: match_.start()])
        if before and is_name(f"{before[-1]} {match_[0]}"):
            start = match_.end()  # "cheese singles, not wrapped" is what a kind is called
            continue
        refused = _items(match_["what"])
        if not refused:
            start = match_.end() - len(match_["what"])
            continue
        rest.cut(match_.start(), match_.end())
        found += refused
        check_label = check_label or bool(_SAFETY.search(match_[0]))
    return Refusals(tuple(dict.fromkeys(found)), check_label)


def _items(text: str) -> list[str]:
    """Split "raisins or any nuts" into its words; none where it refuses nothing."""
    items = []
    for part in _PARTS.split(text):
        said = words(part)
        kept = [word for word in said if word not in _DETERMINERS]
        if NUMBER_WORDS.issuperset(kept):
            continue  # "twenty is too much" speaks of money
        if _NO_REFUSAL.isdisjoint((*said[:1], *kept[:1])) and 0 < len(kept) <= MOST_WORDS:
            items.append(" ".join(kept))
    return items


def refused_stems(must_not: tuple[str, ...]) -> tuple[str, ...]:
    """Stems that a name may not hold: those of the words and of what they cover.

    A phrase stays one, so that "peanut butter" refuses neither peanuts nor butter.

    >>> refused_stems(("fish",))[:2]
    ('fish', 'salmon')
    """
    found: list[str] = []
    for phrase in must_not:
        root = " ".join(stem(word) for word in words(phrase))
        found += [root, *(stem(other) for other in COVERS.get(root, "").split())]
    return tuple(dict.fromkeys(found))
