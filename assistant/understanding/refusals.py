"""What the shopper does not want: "no nuts", "anything but beer", "gluten-free"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.understanding.words import STOP_WORDS, Rest, listed, words
from index.text import stem

_CUES = (
    r"(?:(?:i |we |my \w+ |he |she |they )?(?:do not|don't|does not|doesn't|can't|cannot|can not|"
    r"never|shouldn't|won't|didn't) (?:want|like|eat|drink|have|include|contain|do|tolerate|"
    r"give me|show me|care for)(?: to (?:eat|drink|see))?|"
    r"(?:anything|everything|all|nothing) (?:but|except)(?: for)?|other than|rather than|"
    r"instead of|"
    r"isn't|aren't|neither|steer clear of|(?:i'm |am )?(?:done with|sick of)|can't be|"
    r"but not|except(?: for)?|excluding|exclude|leave out|skip|avoid(?:ing)?|minus|"
    r"(?:not|no) (?:a |big )*fan of|stay away from|hold the|(?:can't|cannot) stand|with zero|"
    r"(?:isn't|aren't|not) made (?:with|from|out of|of)|"
    r"(?:i |we |he |she |they )?(?:hates?|dislikes?)|free (?:of|from)|"
    r"(?:am |is |are |i'm )?(?:allergic|intolerant) to|"
    r"(?:i'm |i am |we're |we are )?(?:sick|tired|bored) of|fed up with|"
    r"without|w/out|w/o|(?:with|has|have|having|contains?|containing) no|nothing with|"
    r"nothing containing|no|not|none of)"
)
_SAFETY = re.compile(
    r"without|w/o|\bno\b|free|allerg|intoleran|nothing with|containing|contain|tolerate"
)
"""Cues that may be about what is in a product, which the names alone can't settle."""
_END = (
    r"(?=\s*(?:$|[,.;:!?|()]|\s(?:but|for|under|over|with|please|that|which|because|since|on|"
    r"at|in|"
    r"to|thanks|if|as|though|and (?:i|it|the|then|show|give|under|with|also|some|no|not|"
    r"without))(?![a-z])))"
)
_ITEM = r"[a-z0-9][\w'-]*"
_REFUSAL = re.compile(
    rf"(?<![\w'-]){_CUES}(?![\w-])\s+"
    rf"(?P<what>{_ITEM}(?:\s*,\s*{_ITEM})*,?\s+(?:or|nor)\s+(?:no\s+)?{_ITEM}|.+?){_END}"
)
_KEPT_OUT = re.compile(
    r"(?<![\w-])keep\s+(?:the\s+)?(?P<what>[a-z][^.;:!?|]*?)\s+out(?: of (?:it|them))?(?![\w-])"
)
_ADDED = re.compile(r"no (?:sugar|salt)[- ]added")
_FREE = re.compile(r"(?<![\w-])(?P<what>[a-z]+)(?:-| )free(?![a-z]| of| from)")
_AFTERWARDS = re.compile(
    r"(?<![\w'-])(?P<what>[a-z]+)(?: is out| excluded| (?:makes|gives) (?:me|us|him|her) "
    r"(?:itch|ill|sick|a rash)"
    r"| (?:doesn't|does not|don't|do not) agree with (?:me|us|him|her))(?![a-z])"
    r"|(?<![\w'-])(?:leave|keep)(?: the)? (?P<kept>[a-z]+) out(?: of it)?(?![a-z])"
)
"""What is said of a thing to refuse it: "leather is out"."""
_PRINTED = frozenset(listed("sugar fat alcohol caffeine fragrance scent cholesterol salt"))
"""Packs print "X-free" of these: a wish, which the names can meet. Gluten stays a refusal, since
whoever asks has to be told to check the label."""
_PARTS = re.compile(r"\s*(?:,|\bor\b|\bnor\b|\band\b|&|\beither\b)\s*")
_DETERMINERS = frozenset(
    listed(
        """any anything the a an some added too much stuff like with of my more those these no not
    products product things thing items item ones one in it them please at all either kind
    kinds this time today thanks containing contains made again anymore ever whatsoever flavor
    flavour flavored flavoured list pls plz"""
    )
)
_NO_REFUSAL = frozenset(
    listed(
        """more less problem problems thank idea sure only too so very bad need preference matter
    worries hurry rush longer really yet limit rule restrictions that this to be good enough
    expensive pricey cheap cheaper"""
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
        if match["what"] not in STOP_WORDS | _PRINTED and not is_name(match[0].replace("-", " ")):
            rest.cut(match.start(), match.end())
            found.append(match["what"])
            check_label = True
    while kept_out := rest.take(_KEPT_OUT):
        found += _items(kept_out["what"])
    while said := rest.take(_AFTERWARDS):
        found.append(said["what"] or said["kept"])
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
        if said and said[0] in _NO_REFUSAL:
            continue
        kept = [word for word in said if word not in _DETERMINERS]
        if kept and len(kept) <= 3:
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
