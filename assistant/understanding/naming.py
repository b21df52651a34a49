"""What is asked for: names of the catalogue that are the thing itself, and words around them.

"Chicken soup" asks for soup; "soup for a cold evening" too. A name is a condition only where
it heads its phrase: last in a run of words, not behind "for" or "with". All else is searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.understanding.amounts import NUMBER_WORDS
from assistant.understanding.gazetteer import Gazetteer, Mention
from assistant.understanding.words import STOP_WORDS, Rest, words

_LEADS = re.compile(
    r"\b(?:looking|look|search|searching|shopping|hungry|thirsty|asking|ask|here|time|need|"
    r"go) for\b|"
    r"\bin the mood for\b|\bdo with\b|\bin need of\b|\bout of\b|\binterested in\b|"
    r"\bcrav(?:e|ing)\b|"
    r"\b(?:how|what) about\b|\b(?:a |some )?(?:kind|kinds|sort|type|types|bit|box|boxes|bag|can|"
    r"cans|bottle|bottles|jar|pack|packs|package|carton|loaf|piece|slice|glass|cup|gallon|"
    r"dozen) of\b|"
    r"\b(?:a|half a|two) dozen\b"
)
_TO_DRINK = re.compile(r"\b(?:something|anything|what|stuff|things) to drink\b")
_BREAKS = re.compile(r"[|,.;:!?()\"/+]|\s-\s|\bbut\b|\bplus\b")
_CONTEXT = re.compile(
    r"\b(for|with|to|on|in|from|at|after|before|during|because|when|while|"
    r"as)\b"
)
_JOINS = frozenset({"and", "or", "&", "nor"})
_ORDERS = (
    (re.compile(r"\b(?P<a>[a-z]+) for (?:my |the |our |a )?(?P<b>[a-z]+)\b"), "{b} {a}"),
    (re.compile(r"\bcans? of (?P<a>[a-z]+)\b"), "canned {a}"),
    (re.compile(r"\b(?P<a>[a-z]+) in (?:a )?cans?\b"), "canned {a}"),
)
"""Ways around a name, and the name that they may go around."""
_THING = frozenset({"on", "in"})
_KEPT = "with"
"""What stands behind it says more about the thing: "yogurt with fruit"."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the words name."""

    categories: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    """Of named things; both are conditions."""
    search: tuple[str, ...] = ()
    """What is searched by: content words as the catalogue spells them, each once; a name's own
    words where others stood for it, and no word that says nothing about what is named."""
    said: tuple[str, ...] = ()
    """The same in the shopper's words."""
    known: bool = True
    """Whether the search can find something by every word of ``search``."""
    context: bool = False
    """Whether words only stand behind "for" and the like: "for school lunches"."""
    remarks: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        return frozenset((*self.categories, *self.kinds))


@dataclass(frozen=True, slots=True)
class Segment:
    """Words between breaks, with the preposition before them, if any."""

    lead: str
    said: tuple[str, ...]
    mentions: tuple[Mention, ...]

    @property
    def content(self) -> tuple[str, ...]:
        """What is neither filler nor a bare number; a name's words stay whatever they are."""
        return tuple(self._words(meant=False))

    @property
    def meant(self) -> tuple[str, ...]:
        """The same, with a name's own words where others stood for it."""
        return tuple(self._words(meant=True))

    def _words(self, meant: bool) -> Iterator[str]:
        named = {i: m for m in self.mentions for i in range(m.start, m.end)}
        for i, word in enumerate(self.said):
            name = named.get(i)
            if meant and name and name.means:
                yield from name.means if i == name.start else ()
            elif word not in _JOINS and (name or not (word in STOP_WORDS or word.isdigit())):
                yield word

    def head(self, gazetteer: Gazetteer) -> Mention | None:
        """The name that is asked for: the last, unless words after it mean another thing.

        A word that no product has and that stands apart from the name ("that we ordered") does
        not.
        """
        if not self.mentions:
            return None
        last = self.mentions[-1]
        names = {*last.categories, *last.kinds}
        apart = False
        for word in self.said[last.end :]:
            if word in STOP_WORDS or word.isdigit():
                apart = True
            elif not (gazetteer.goes_with(word, names) or (apart and not gazetteer.knows(word))):
                return None
        return last


def asked_for(rest: Rest, gazetteer: Gazetteer) -> Asked:
    """Read what is left of a message once limits, refusals and pointers are taken out."""
    segments: list[Segment] = []
    remarks: list[str] = []
    plain = _TO_DRINK.sub("drinks", _turned(gazetteer.unbroken(rest.text), gazetteer))
    plain = _LEADS.sub(" | ", plain)
    for lead, text in _runs(plain):
        typed, slips = _corrected(words(text), gazetteer)
        remarks += slips
        segments += _segments(lead, typed, gazetteer)
    segments = _led_by_nothing(segments)
    heads = [head for s in segments if not s.lead and (head := s.head(gazetteer))]
    kept = [s for s in segments if not heads or not s.lead or s.lead == _KEPT]
    names = {name for head in heads for name in (*head.categories, *head.kinds)}
    meant = dict.fromkeys(gazetteer.spelt(word) for s in kept for word in s.meant)
    search = tuple(w for w in meant if not names or gazetteer.tells_apart(w, names)) or (*meant,)
    return Asked(
        categories=tuple(sorted({c for head in heads for c in head.categories})),
        kinds=tuple(sorted({k for head in heads for k in head.kinds})),
        search=search,
        said=tuple(dict.fromkeys(word for s in kept for word in s.content)),
        known=all(gazetteer.knows(word) for word in meant),
        context=bool(search) and all(s.lead for s in segments if s.content),
        remarks=tuple(remarks),
    )


def _turned(text: str, gazetteer: Gazetteer) -> str:
    """Put a name's words into the order of the name: "litter for the cat", "a can of corn"."""
    for pattern, name in _ORDERS:
        start = 0
        while found := pattern.search(text, start):
            turned = name.format(**found.groupdict())
            if gazetteer.stands_for(turned):
                text = f"{text[: found.start()]}{turned}{text[found.end() :]}"
                start = found.start() + len(turned)
            else:
                start = found.start() + 1
    return text


def _led_by_nothing(segments: list[Segment]) -> list[Segment]:
    """Read "deals on yogurt" as yogurt: nothing is left before "on" that it could belong to."""
    if any(not s.lead and s.content for s in segments):
        return segments
    return [replace(s, lead="") if s.lead in _THING else s for s in segments]


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """Split at breaks and prepositions; each run with the preposition that leads it."""
    for stretch in _BREAKS.split(text):
        lead = ""
        for i, piece in enumerate(_CONTEXT.split(stretch)):
            if i % 2:
                lead = piece
            elif piece.strip():
                yield lead, piece


def _corrected(said: Sequence[str], gazetteer: Gazetteer) -> tuple[list[str], list[str]]:
    fixed, remarks = [], []
    for word in said:
        meant = word in STOP_WORDS or word in NUMBER_WORDS
        better = None if meant else gazetteer.correct(word)
        fixed.append(better or word)
        if better:
            remarks.append(f"I read '{word}' as '{better}'.")
    return fixed, remarks


def _segments(lead: str, said: Sequence[str], gazetteer: Gazetteer) -> Iterator[Segment]:
    """Split a run at "and" and "or", except inside a name ("macaroni and cheese")."""
    mentions = gazetteer.mentions(said)
    inside = {i for m in mentions for i in range(m.start, m.end)}
    cuts = [i for i, word in enumerate(said) if word in _JOINS and i not in inside]
    for start, end in zip([0, *(i + 1 for i in cuts)], [*cuts, len(said)], strict=True):
        within = tuple(
            replace(m, start=m.start - start, end=m.end - start)
            for m in mentions
            if start <= m.start and m.end <= end
        )
        yield Segment(lead, tuple(said[start:end]), within)
