"""From a rendered sentence to its claims with their verdicts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.types import Claim, ClaimKind, Verdict
from eval.faithfulness import rules_compare, rules_history, rules_request, rules_shelf
from eval.faithfulness.marks import Marked, mark
from eval.faithfulness.segment import (
    BUY,
    LABEL,
    Finding,
    Segment,
    named_subject,
    segments,
    without_denial,
)
from eval.faithfulness.world import World

Rule = tuple[re.Pattern[str], Callable[[re.Match[str], Segment], Iterable[Finding]]]
_RULES: tuple[Rule, ...] = tuple(
    (re.compile(rf"(?<![\w<]){pattern}(?![\w>])"), check)
    for pattern, check in (
        *rules_history.FIRST,
        *rules_compare.RULES,
        *rules_shelf.FIRST,
        *rules_request.RULES,
        *rules_history.LATER,
        *rules_shelf.LATER,
    )
)
_SOFT = re.compile(
    r"\b(?:good|nice|great|fine|solid|handy|simple|lovely|tasty|easy|sensible|useful|decent|neat|"
    r"practical|suitable|pleasant|welcome|tidy|smart|worthy|fitting|worth a (?:look|try)|deal|"
    r"treat)\b"
)
_TASTE = 2
"""Taste words that a sentence may have."""
_SMALL_WORDS = (
    "a an the is are was be been being it its this that these those here there of to for in on at "
    "by with from as you your yours we our us have has had do does did can will would may might "
    "should also too just only now today then again already so far still ever one ones thing "
    "product item card pack packs price costs cost or than when what who if all both each well "
    "page list shop store shelf i let more comes come stays stay makes up fits fit match matches "
    "week aisle how times even ahead back about around nearly bit little some them they his her "
    "same per see since into out seems gets get ask asks keep find finds addition suggestion "
    "recommendation selection anything before stands sits wished choice pick option candidate idea "
    "article remains currently offered listed sold marked simply indeed really quite certainly "
    "surely actually truly clearly neatly nicely comfortably easily happily keeps falls lands "
    "rests lies basket cart household trip home section department range category package packet "
    "packaging latest while plus"
)
_FILLER = frozenset(_SMALL_WORDS.split())
"""Words that assert nothing by themselves."""
_BESIDE_THE_CARD = re.compile(
    r"\b(?:cheaper|less|dearer|more|bigger|larger|smaller|the same)\b(?! than)"
)
"""Said of another card, it compares that one with the card."""
_MARK = re.compile(r"<([a-z])\w+>")
_OF_AISLE = re.compile(rf"<s\w+>|\b{BUY}\b|basket")
_AISLE = re.compile(r"(?:from )?(?:the )?<[cx]\w+>(?: aisle)?")
_OWN_LABEL = re.compile(rf"(?:the )?{LABEL}")
_WORD = re.compile(r"[a-z][a-z'-]*|\d[\d.,%]*|\S")


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence with its claims."""

    text: str
    claims: tuple[Claim, ...]

    @property
    def is_true(self) -> bool:
        """Whether there is something to check, and all of it is supported."""
        return all(c.verdict is Verdict.SUPPORTED for c in self.claims)

    @property
    def is_contradicted(self) -> bool:
        return any(c.verdict is Verdict.CONTRADICTED for c in self.claims)

    @property
    def is_wrong_of_shelf(self) -> bool:
        """Whether a price, a size, a label or another thing of the shelf is contradicted."""
        wrong = {c.kind for c in self.claims if c.verdict is Verdict.CONTRADICTED}
        return not wrong.isdisjoint({ClaimKind.ATTRIBUTE, ClaimKind.PROMOTION})


def judge(sentence: str, world: World) -> Judged:
    """Read one rendered sentence as a shopper does.

    Parameters
    ----------
    sentence
        As shown, without references.
    world
        What stood beside it, and what the shop holds of the shopper.

    Returns
    -------
    Judged
        At least one claim. Words that no rule accounts for are a claim of their own,
        unverifiable; so is a sentence that asserts nothing.
    """
    marked = mark(sentence, world)
    claims: list[Claim] = []
    soft = 0
    parts = list(segments(marked, world))
    for segment in parts:
        found, rest = _read(segment)
        claims += found
        soft += len(_SOFT.findall(rest))
        claims += _left_over(_SOFT.sub(" ", rest), segment)
    if strange := _about_another(marked, parts, world):
        claims.insert(0, strange)
    if soft > _TASTE:
        claims.append(_unread(f"{soft} taste words", f"at most {_TASTE}"))
    if not claims:
        claims.append(_unread(sentence, "nothing in it can be checked"))
    return Judged(sentence, tuple(claims))


def _read(segment: Segment) -> tuple[list[Claim], str]:
    """Claims of one segment, and its words that no rule took."""
    rest, claims = segment.text, list[Claim]()
    if segment.bought.label:
        rest = _blank(_OWN_LABEL, rest)
    if segment.bought.aisle is not None and _OF_AISLE.search(rest):
        rest = _blank(_AISLE, rest)
    for pattern, check in _RULES:
        for found in list(pattern.finditer(rest)):
            claims += [_claim(f, found[0], segment) for f in check(found, segment)]
            rest = rest[: found.start()] + " " * len(found[0]) + rest[found.end() :]
    if segment.denied and claims:
        rest = without_denial(rest)
    return claims, rest


def _blank(pattern: re.Pattern[str], text: str) -> str:
    """Take words away that only say what a purchase was of; the places of others stay."""
    return pattern.sub(lambda m: " " * len(m[0]), text)


def _claim(finding: Finding, words: str, segment: Segment) -> Claim:
    holds = finding.holds
    if holds is not None and segment.denied and not finding.fixed:
        holds = not holds
    verdict = {True: Verdict.SUPPORTED, False: Verdict.CONTRADICTED, None: Verdict.UNVERIFIABLE}
    text = segment.words(segment.text if segment.denied else words)
    return Claim(finding.kind, text.strip(), (), verdict[holds], finding.because)


def _left_over(rest: str, segment: Segment) -> Iterator[Claim]:
    """A claim for words that are neither small nor accounted for."""
    named = {"p", "q", "c"}
    strange = [m[0] for m in _MARK.finditer(rest) if m[1] not in named]
    strange += [w for w in _WORD.findall(_MARK.sub(" ", rest)) if w not in _FILLER and w != "'"]
    if strange:
        text = " ".join(segment.words(word) for word in strange)
        yield _unread(text, "nothing on shelf, receipts or request accounts for these words")


def _about_another(marked: Marked, parts: Sequence[Segment], world: World) -> Claim | None:
    """A sentence that speaks of other cards alone does not belong on this one."""
    own = any(m[1] == "p" for m in _MARK.finditer(marked.text))
    subjects = [
        card
        for part in parts
        if (card := named_subject(part)) and not _BESIDE_THE_CARD.search(part.text)
    ]
    if own or all(card is world.about for card in subjects):
        return None
    because = "it speaks of another product than its card"
    return Claim(ClaimKind.ATTRIBUTE, marked.plain(marked.text), (), Verdict.CONTRADICTED, because)


def _unread(text: str, because: str) -> Claim:
    return Claim(ClaimKind.UNKNOWN, text, (), Verdict.UNVERIFIABLE, because)
