"""Pointers at products that were shown: "the second one", "the cheaper one", "that one"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.types import Pick
from assistant.understanding.words import Rest, listed, stems

_ORDINALS = listed("first second third fourth fifth sixth seventh eighth ninth tenth")
_NUMBERS = listed("one two three four five six seven eight nine ten")
_ORDINAL = rf"(?P<ordinal>{'|'.join(_ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th)|last|final|middle)"
_NOUN = r"(?:one|ones|option|product|pick|item|suggestion|choice|thing)"
_BY_ORDINAL = re.compile(
    rf"(?<![a-z])(?:(?:the |your )?{_ORDINAL} {_NOUN}|(?:the|and|or|nor|&|"
    rf"your) {_ORDINAL.replace('ordinal', 'alone')}"
    r"(?! (?:aid|class|time|thing|day|week))(?: (?P<many>two|three))?"
    r"(?=$|\s*[,.;:!?|)]| (?:is|isn't|are|aren't|was|wasn't|and|or|nor|but|on|please|instead|"
    r"again|looks|one|"
    r"doesn't|won't|off|out|away)\b))"
)
_BY_NUMBER = re.compile(
    r"(?<![a-z])(?!pick (?:one|two|three) [a-z])"
    rf"(?:numbers?|options?|no\.|nr\.?|products?|picks?|items?|#)\s?(?P<n>\d{{1,2}}|"
    rf"{'|'.join(_NUMBERS)})(?: (?:and|or|nor|&) (?P<m>[1-9]|{'|'.join(_NUMBERS)})(?! [a-z]))?"
    r"(?![\w.])"
)
"""Where some are to be picked, nothing is pointed at: "pick one soda for me"."""
_CHEAPER = re.compile(rf"(?<![a-z])the (?:cheaper|less expensive) {_NOUN}(?![a-z])")
_DEARER = re.compile(
    rf"(?<![a-z])the (?:dearer|pricier|more expensive|most expensive) {_NOUN}(?![a-z])"
)
_THIS = re.compile(rf"(?<![a-z])(?:this|that) (?:{_NOUN})(?![a-z])")
_BARE_THIS = re.compile(
    r"(?<![a-z])(?P<lead>why|than|like|not|about|is|was|does|to|but|except|without|of|i'll take)"
    r"(?P<verb> is| was| did you (?:pick|show|choose|recommend|suggest))? (?:this|that|it)"
    r"(?=$|\s*[,.;:!?|)]|\s(?:on|is|was|and|please|cost|in|have|come|again)\b)"
)
_WAVES = ("not", "but", "except", "without")
_REFUSED_NUMBERS = re.compile(
    r"(?<![a-z])(?:no to|not|skip|drop|remove|hide|without|except) "
    r"(?P<numbers>[1-9](?:(?: ?, ?| (?:and|or|nor) | ?& ?)[1-9])*)(?=\s*(?:$|[,.;:!?|]))"
)
_LED = re.compile(
    r"(?<![a-z])(?:but|except|without|not|skip|drop|remove|than|like|instead of|of|about|is|are|in|"
    r"suggest|recommend|pick|choose|show|for|why|and|or) (?:the|your) "
    r"(?P<name>[a-z][\w'-]*(?: [a-z][\w'-]*){0,3})"
)
"""The words after a lead that asks about, refuses or compares with a card."""
_CALLED = re.compile(
    r"(?<![a-z])the (?P<name>[a-z][\w'-]*(?: [a-z][\w'-]*){0,2}) (?:one|option|kind)(?![a-z])"
)
"""The strawberry one."""
_THESE = re.compile(
    rf"(?<![a-z])(?:these|those|them|both|the above|all of (?:them|these|those)|"
    rf"any of (?:them|these|those))(?: {_NOUN})?(?![a-z])"
)


def take_pointers(rest: Rest, shown: Sequence[Pick]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Take pointers out of the message.

    Returns
    -------
    tuple
        Ids of the products pointed at, in the order shown, and remarks about pointers that
        lead nowhere ("the seventh" of three).
    """
    places: set[int] = set()
    while found := rest.take(_BY_ORDINAL):
        places |= _places(found["ordinal"] or found["alone"], found["many"], len(shown))
    while found := rest.take(_BY_NUMBER):
        places.add(_number(found["n"]))
        places |= {_number(found["m"])} if found["m"] else set()
    places |= _by_price(rest, shown)
    places |= _by_name(rest, shown)
    places |= _bare_numbers(rest, len(shown))
    if shown:
        places |= _deictic(rest, len(shown), bool(places))
    remarks = tuple(
        f"I showed {len(shown)} product{'s' if len(shown) != 1 else ''}, so there is no number {n}."
        for n in sorted(places)
        if shown and n > len(shown)
    )
    about = [shown[n - 1].candidate.product.id for n in sorted(places) if 0 < n <= len(shown)]
    return tuple(about), remarks


def _number(said: str) -> int:
    return int(said) if said.isdigit() else _NUMBERS.index(said) + 1


def _places(ordinal: str, many: str | None, shown: int) -> set[int]:
    if many:
        wanted = _NUMBERS.index(many) + 1
        return (
            set(range(1, wanted + 1))
            if ordinal == "first"
            else set(range(max(shown - wanted, 0) + 1, shown + 1))
        )
    if ordinal in ("last", "final"):
        return {shown}
    if ordinal == "middle":
        return {(shown + 1) // 2}
    if ordinal[0].isdigit():
        return {int(re.sub(r"\D", "", ordinal))}
    return {_ORDINALS.index(ordinal) + 1}


def _by_price(rest: Rest, shown: Sequence[Pick]) -> set[int]:
    """The cheaper or dearer one of those shown, by today's price; ties go to the earlier."""
    priced = [(p.candidate.price_today, n) for n, p in enumerate(shown, start=1)]
    known = [(price, n) for price, n in priced if price is not None]
    places: set[int] = set()
    if known and rest.take(_CHEAPER):
        places.add(min(known)[1])
    if known and rest.take(_DEARER):
        places.add(min(known, key=lambda item: (-item[0], item[1]))[1])
    return places


def _by_name(rest: Rest, shown: Sequence[Pick]) -> set[int]:
    """Read "except the potato chips" where one card alone is called so."""
    titles = [
        frozenset(stems(f"{p.candidate.product.title} {p.candidate.product.brand or ''}"))
        for p in shown
    ]
    places: set[int] = set()
    for found in reversed(list(_CALLED.finditer(rest.text))):
        said = frozenset(stems(found["name"]))
        called = [n for n, title in enumerate(titles, start=1) if said <= title]
        if len(called) == 1:
            rest.cut(found.start(), found.end())
            places.add(called[0])
    for found in reversed(list(_LED.finditer(rest.text))):
        ends = [end.end() for end in re.finditer(r"[a-z][\w'-]*", found["name"])]
        for end in reversed(ends):
            said = frozenset(stems(found["name"][:end]))
            called = [n for n, title in enumerate(titles, start=1) if said <= title]
            if len(called) == 1:
                rest.cut(found.start("name"), found.start("name") + end)
                places.add(called[0])
                break
    return places


def _bare_numbers(rest: Rest, shown: int) -> set[int]:
    """Read "not 1 and 3": numbers of cards that are waved away."""
    found = _REFUSED_NUMBERS.search(rest.text)
    numbers = {int(n) for n in re.findall(r"\d", found["numbers"])} if found else set()
    if found is None or max(numbers) > shown:
        return set()
    rest.cut(found.start("numbers"), found.end("numbers"))
    return numbers


def _deictic(rest: Rest, shown: int, named: bool) -> set[int]:
    """Read "this one": it is the first, the recommendation; "these" are all.

    Where a card is named in the same breath, "not that again" means that one.
    """
    places: set[int] = set()
    while rest.take(_THIS):
        places.add(1)
    while found := _BARE_THIS.search(rest.text):
        # The word before stays: "cheaper than" and "not" still have to be read.
        rest.cut(found.start() + len(found["lead"]), found.end())
        if not (named and found["lead"] in _WAVES):
            places.add(1)
    while rest.take(_THESE):
        places |= set(range(1, shown + 1))
    return places
