"""What the shopper does not want: "no nuts", "anything but beer", "gluten-free"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.understanding.words import STOP_WORDS, Rest, listed, words
from index.text import stem

_NEVER = (
    r"(?:(?:do|does|did|can|could|would|should|must|will|may|is|are|was|has|have)(?:n't| not)|"
    r"can't|won't|shan't|cannot|don't|never|rather not|prefer not|not|nor)"
)
_WANTS = (
    r"(?:want|like|love|eat|drink|have|having|has|include|contain|containing|do|tolerate|give me|"
    r"show me|care for|see|get|take|touch|use|buy|bring|need|allow|be|stand|bear|stomach|digest|"
    r"enjoy|handle|wear|taste of|come with|come in|into|interested in|keen on|"
    r"(?:a |big )*fan of|crazy about|(?:so )?hot on|looking for|after|in the mood for|"
    r"made (?:with|from|out of|of))"
)
_ALL = r"(?:anything|everything|all|nothing|any of them|whatever|something)"
_HOLDING = r"(?:with|containing|that (?:has|have|contains?)|made (?:with|from|of))"
_CUES = "|".join(
    (
        rf"(?:(?:i|we|my \w+|he|she|they|it|which|that|and) |i'm |we're |i'd |we'd )?{_NEVER}"
        r"(?: (?:really|even|ever|actually|particularly|all that|so|want|like|wish|care))?"
        rf"(?: to)? {_WANTS}(?: to (?:eat|drink|see|have|get|buy|use))?",
        rf"(?:(?:leave|keep|cut) out |skip |avoid |exclude |omit )?{_ALL} "
        r"(?:but|except|apart from|besides|save)(?: for)?",
        r"(?:any|every)(?: (?:kind|sort|type|flavou?r|brand|one|other))? (?:but|except)(?: for)?",
        r"(?:leave out|keep out|skip|avoid(?:ing)?|omit|exclude|drop) "
        rf"(?:{_ALL}|those|the ones|ones|products?|stuff) {_HOLDING}",
        rf"nothing (?:{_HOLDING}|that is|from|in|too)",
        r"other than|rather than|instead of|(?:apart|aside) from|besides|save for",
        r"isn't|aren't|neither|(?:steer )?clear of|can't be|(?:stay )?away from|hold the",
        r"but not|except(?: for)?|excluding|exclude|leave out|leave off|omit(?:ting)?|skip",
        r"avoid(?:ing)?|minus|lacking|devoid of|less the|(?:with )?zero|free (?:of|from)",
        r"(?:i |we |he |she |they )?(?:hates?|dislikes?|detests?|loathes?|refuses?|avoids?)",
        r"(?:am |is |are |i'm )?(?:allergic|intolerant|sensitive|averse|opposed) to",
        r"(?:allergy|intolerance|aversion) to",
        r"(?:i'm |i am |we're |we are )?(?:sick|tired|bored) of|fed up with|done with",
        r"without|w/out|w/o|(?:with|has|have|having|contains?|containing) no",
        r"(?:nobody|no one|none of us)(?: here| in (?:the|my|our) (?:family|house))? "
        r"(?:eats?|drinks?|likes?|wants?)",
        r"(?:(?:i |we )?(?:have |'ve )?had )?enough(?: of)?(?= [a-z]+(?: already)?(?:$|[.,;!]))",
        r"no|not|none of(?: that| the| those| this| your)?|nothing|(?<=[,;] )never",
    )
)
_SAFETY = re.compile(
    r"without|w/o|\bno\b|free|allerg|intoleran|sensitive|nothing with|contain|tolerate|zero|"
    r"lacking|devoid|\beat\b"
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
    rf"(?<![\w'-])(?:{_CUES})(?![\w-])\s+"
    rf"(?P<what>{_ITEM}(?:\s*,\s*{_ITEM})*,?\s+(?:or|nor)\s+(?:no\s+)?{_ITEM}|.+?){_END}"
)
_KEPT_OUT = re.compile(
    r"(?<![\w-])(?:keep|leave)\s+(?:the\s+)?(?P<what>[a-z][^.;:!?|]*?)\s+out"
    r"(?: of (?:it|them))?(?![\w-])"
)
_ADDED = re.compile(r"no (?:sugar|salt)[- ]added")
_FREE = re.compile(r"(?<![\w-])(?P<what>[a-z]+)(?:-| )free(?![a-z]| of| from)")
_AFTERWARDS = re.compile(
    r"(?<![\w'-])(?P<what>[a-z]+)(?: (?:is|are) (?:out|off the (?:table|list|menu)|not for "
    r"(?:me|us|him|her)|a no(?:-?go)?|no good|not (?:ok|okay|allowed|welcome|an option))"
    r"| (?:isn't|aren't) (?:for (?:me|us|him|her)|ok|okay|allowed|an option)"
    r"| excluded| not allowed| (?:makes|gives) (?:me|us|him|her) "
    r"(?:itch|ill|sick|a rash)"
    r"| (?:doesn't|does not|don't|do not) agree with (?:me|us|him|her)"
    r"| (?:allerg(?:y|ies|ic)|intoleran(?:ce|t)))(?![a-z])(?! to)"
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
    kinds this time today thanks containing contains has have made already though again anymore
    ever whatsoever flavor flavour flavored flavoured list pls plz"""
    )
)
_NO_REFUSAL = frozenset(
    listed(
        """more less problem problems thank idea sure only too so very bad need preference matter
    worries hurry rush longer really yet limit rule restrictions that this to be good enough
    expensive pricey cheap cheaper fancy fancier special wrong big else particular specific
    certain wonder clue time way doubt"""
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
