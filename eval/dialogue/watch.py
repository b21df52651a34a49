"""Who watches a conversation: what was shown, told and refused, held against every new turn."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from assistant.acts import BasketAct
from assistant.references import Resolver
from assistant.types import Profile, Reference, Reply
from eval.benchmarks.turn import shown_with
from eval.dialogue.wanted import Wanted
from eval.faithfulness.receipts import Receipts
from eval.said import unknown_facts
from index.search import Search

ASKED = Wanted()


@dataclass(slots=True)
class Marks:
    """What was wrong, a line each."""

    hard: list[str] = field(default_factory=list)
    """A shown product that breaks a condition."""
    contradictions: list[str] = field(default_factory=list)
    """Something told or shown against what was told or agreed before."""
    out_of_step: list[str] = field(default_factory=list)
    """Prose that speaks of other products, or otherwise, than the cards."""

    def add(self, other: Marks) -> None:
        self.hard += other.hard
        self.contradictions += other.contradictions
        self.out_of_step += other.out_of_step

    @property
    def values(self) -> Mapping[str, float]:
        return {
            "hard_violations": float(len(self.hard)),
            "contradictions": float(len(self.contradictions)),
            "out_of_step": float(len(self.out_of_step)),
        }

    @property
    def lines(self) -> list[str]:
        return [
            *(f"hard condition: {line}" for line in self.hard),
            *(f"contradiction: {line}" for line in self.contradictions),
            *(f"out of step: {line}" for line in self.out_of_step),
        ]


class Watch:
    """Watches one conversation of one shopper."""

    def __init__(self, search: Search, profile: Profile) -> None:
        self._search, self._profile = search, profile
        self._receipts = _receipts(search, profile)
        self._told: dict[tuple[str, ...], str] = {}
        self._titles: dict[str, str] = {}

    def turn(self, reply: Reply, wanted: Wanted = ASKED, refused: Collection[str] = ()) -> Marks:
        """Hold one finished turn to what was said before it.

        Parameters
        ----------
        wanted
            What the watcher heard the shopper ask of the cards; the need's own conditions are
            checked as well.
        refused
            Ids of products that were waved away and not taken back.
        """
        marks = Marks()
        for conditions in (wanted, Wanted.of(reply.need)):
            for pick in reply.picks:
                marks.hard += conditions.broken_by(pick.candidate)
        marks.hard = list(dict.fromkeys(marks.hard))
        shown = [*reply.picks, *([reply.nearest] if reply.nearest else [])]
        marks.contradictions += [
            f"{pick.candidate.product.title} was refused"
            for pick in shown
            if pick.candidate.product.id in refused
        ]
        marks.contradictions += self._told_otherwise(reply)
        marks.out_of_step += self._beside_the_cards(reply)
        for pick in shown:
            self._titles[pick.candidate.product.id] = pick.candidate.product.title
        return marks

    def _told_otherwise(self, reply: Reply) -> list[str]:
        """The same field of the same thing told as another value than in an earlier turn."""
        resolver = Resolver(reply.picks, self._profile, reply.need, self._profile.as_of)
        found = []
        for sentence in reply.sentences:
            for part in sentence.parts:
                if not isinstance(part, Reference) or not (key := _key(part, resolver)):
                    continue
                value = resolver.resolve(part)
                if self._told.setdefault(key, value) != value:
                    found.append(f"{' '.join(key)} was {self._told[key]}, now {value}")
        return found

    def _beside_the_cards(self, reply: Reply) -> list[str]:
        by_id = {pick.id: pick for pick in reply.picks}
        found = []
        for sentence in reply.sentences:
            if sentence.pick_id not in by_id:
                found.append(f"{sentence.text!r} belongs to no card")
                continue
            shown = shown_with(by_id[sentence.pick_id], reply)
            strange = unknown_facts(sentence.text, shown, self._receipts)
            found += [f"{word!r} in {sentence.text!r}" for word in strange]
            if not sentence.is_shown:
                found.append(f"{sentence.text!r} is not supported")
        return found + self._strangers(reply)

    def _strangers(self, reply: Reply) -> list[str]:
        """Products of earlier turns that are named, and neither on a card nor in the basket.

        What the message itself points at may be named, what a coupon is for where coupons are
        asked for, and a product may be called what its kind is called.
        """
        here = {pick.candidate.product.id for pick in reply.picks}
        here |= {reply.nearest.candidate.product.id} if reply.nearest else set()
        here |= {line.product.id for line in reply.basket.lines} if reply.basket else set()
        here |= set(reply.need.about)
        if reply.need.basket is BasketAct.COUPONS:
            shopper, today = self._profile.shopper_id, self._profile.as_of
            for coupon in self._search.coupons.usable(None, shopper, today):
                here |= coupon.product_ids
        names = [*reply.need.kinds, *reply.need.categories]
        names += [self._titles.get(id_, "") for id_ in here]
        names += [fact.category or "" for fact in self._profile.facts]
        names += [pick.candidate.product.title for pick in reply.picks]
        names += [line.product.title for line in reply.basket.lines] if reply.basket else []
        prose = " ".join((reply.note, *(sentence.text for sentence in reply.sentences)))
        for name in sorted(filter(None, names), key=len, reverse=True):
            prose = prose.replace(name, " ")
        return [
            f"{title!r} is named and not shown"
            for id_, title in self._titles.items()
            if id_ not in here and title not in names and title in prose
        ]


def _key(ref: Reference, resolver: Resolver) -> tuple[str, ...]:
    """What a reference is about, beyond the names of one reply; nothing for the request's."""
    if pick := resolver.pick(ref.target):
        return (pick.candidate.product.id, ref.field)
    if fact := resolver.fact(ref.target):
        kind = "bought" if fact.product_id else fact.kind.value
        return (kind, fact.product_id or fact.category or "", ref.field)
    return ()


def _receipts(search: Search, profile: Profile) -> Receipts | None:
    if profile.shopper_id is None:
        return None
    history = search.purchases.history(profile.shopper_id, profile.as_of)
    products = search.catalogue.many({event.product_id for event in history})
    return Receipts.of(history, {p.id: p for p in products}, profile.as_of)
