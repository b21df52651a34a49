"""A stretch of a sentence with one verb: what it speaks of, and whether it denies it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.types import ClaimKind
from eval.faithfulness.marks import Marked
from eval.faithfulness.quantities import Quantity
from eval.faithfulness.world import World
from index.types import Candidate

BUY = (
    r"(?:buy|buys|buying|bought|purchased?|order(?:ed)?|gone for|go for|choose|chosen|need|"
    r"been to|grab(?:bed)?|had(?= it)|"
    r"pick(?:ed)? (?:it |this |<p\w+> )?up|(?:take[ns]?|took) (?:it |this |<p\w+> )?home|"
    r"(?:come|came|coming) back (?:for|to)|shop(?:ped)?(?: (?:for|in|at))?|"
    r"put (?:it |this |<p\w+> )?in your basket)"
)
LABEL = (
    r"(?:(?:our |the shop's |the store's )?(?:own|store|house)[- ](?:brand|label)s?|private label)"
)
_JOINT = re.compile(
    r"[,;:()–—!?]|\.(?=\s|$)|\b(?:and|but|so|while|whereas|because|which|though|although|plus|yet)\b"
)
_FRONTED = re.compile(r"\s*(?:at|for|in|with|by|on)\b")
_PRODUCT = re.compile(r"<[pq]\w+>")
_DENIED = re.compile(r"\b(?:not(?! only)|never|no longer|hardly|neither|nor)\b")
_BEHIND = re.compile(
    r"\b(?:than|to|over|fits?|suits?|match(?:es)?|meets?|beside|besides|unlike|against|instead of|"
    r"(?:ask(?:ed)?|looking|request|search(?:ed)?|wish) for|wanted)\s*$"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a stretch of words asserts, and whether it is so; ``None`` cannot be known."""

    kind: ClaimKind
    holds: bool | None
    because: str
    fixed: bool = False
    """Whether a "not" in the same stretch turns it not."""


@dataclass(frozen=True, slots=True)
class Bought:
    """What a purchase was of: a product, an aisle, or the shop's own label."""

    product: str | None = None
    aisle: str | None = None
    label: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch between two joints."""

    text: str
    marked: Marked
    world: World
    subject: Candidate
    bought: Bought
    denied: bool

    def figure(self, name: str) -> Quantity:
        return self.marked.figures[name]

    def card(self, name: str) -> Candidate:
        """Return the card of a product's mark; "it" is the one that is spoken of."""
        mention = self.marked.mentions.get(name)
        return mention.card if mention and mention.card else self.world.about

    def nearest(self, place: int) -> Candidate:
        """Return the product that was named last before a place, else the subject."""
        before = [m[0] for m in _PRODUCT.finditer(self.text, 0, place)]
        return self.card(before[-1]) if before else self.subject

    def words(self, name: str) -> str:
        """Return what a mark or plain words say."""
        return self.marked.plain(name)


def segments(marked: Marked, world: World) -> Iterator[Segment]:
    """Cut a sentence at its joints; what purchases are of is carried on from one to the next."""
    bought = Bought(product=world.about.product.id)
    texts = [f" {t.strip()} " for t in _JOINT.split(marked.text) if t.strip()]
    for place, text in enumerate(texts):
        bought = _bought(text, marked, bought, world)
        # "At $2, rye bread is ..." speaks of what comes after the comma.
        fronted = _FRONTED.match(text) and not _PRODUCT.search(text) and place + 1 < len(texts)
        subject = _subject(texts[place + 1] if fronted else text, marked, world)
        denied = len(_DENIED.findall(text)) % 2 == 1
        yield Segment(text, marked, world, subject, bought, denied)


def named_subject(segment: Segment) -> Candidate | None:
    """Return the product that the stretch itself names as what it speaks of."""
    first = _PRODUCT.search(segment.text)
    if first is None or _BEHIND.search(segment.text[: first.start()]):
        return None
    return segment.card(first[0])


def without_denial(text: str) -> str:
    """Blank the words that turned a stretch round."""
    return _DENIED.sub(lambda m: " " * len(m[0]), text)


def _subject(text: str, marked: Marked, world: World) -> Candidate:
    first = _PRODUCT.search(text)
    if first is None or _BEHIND.search(text[: first.start()]):
        return world.about
    return marked.mentions[first[0]].card or world.about


def _bought(text: str, marked: Marked, before: Bought, world: World) -> Bought:
    share = re.search(r"<s\w+> of (?:what you|your)", text)
    yours = re.search(rf"\byou\b.*\b{BUY}\b|\bbought\b(?! by)|your basket", text)
    if aisle := re.match(r"\s*(?:the )?(<[cx]\w+>)(?: aisle)? (?:is|are|makes? up)\b", text):
        return Bought(aisle=marked.mentions[aisle[1]].aisle)
    if not (share or yours):
        goes_on = re.match(r"\s*(?:last|most recently|about|every|<[tdyas])", text)
        return before if goes_on else Bought(product=world.about.product.id)
    if aisle := re.search(r"<[cx]\w+>", text):
        return Bought(aisle=marked.mentions[aisle[0]].aisle)
    if re.search(rf"\b{LABEL}\b", text):
        return Bought(label=True)
    if product := _PRODUCT.search(text):
        card = marked.mentions[product[0]].card or world.about
        return Bought(product=card.product.id)
    return Bought(product=world.about.product.id)
