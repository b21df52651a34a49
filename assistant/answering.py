"""One stage of a turn: what a need is answered with, from where the conversation stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.acts import Basket, BasketAct
from assistant.answers import Asked, answer, would_change
from assistant.basket import look, offered, put, told
from assistant.clarify import choices
from assistant.commitments import corrections
from assistant.comparison import FEWEST, MOST, compare
from assistant.conversation import Change, ConversationState, changed, refused_by, restarted, undone
from assistant.finding import Answer, Parts, find, order
from assistant.notes import (
    CANT_COMPARE,
    NOTHING_SHOWN,
    NOTHING_TO_UNDO,
    UNDONE,
    WHICH_KIND,
    note_for,
)
from assistant.types import Intent, Need, Pick, Profile
from index.types import Candidate, Interaction

WITHOUT_PRODUCTS = frozenset({Intent.CHAT, Intent.OUT_OF_SCOPE, Intent.RESTART})


@dataclass(frozen=True, slots=True)
class Here:
    """Where a conversation stands."""

    parts: Parts
    profile: Profile
    history: Sequence[Interaction]
    dial: float
    state: ConversationState
    asked: tuple[Need, Sequence[Candidate]] | None = None
    """The last search and its candidates."""

    def shown(self, ids: Sequence[str]) -> tuple[Pick, ...]:
        """Those of these products that are on the screen; they keep their numbers."""
        return tuple(p for p in self.state.shown if p.candidate.product.id in ids)

    def bought(self) -> Mapping[str, int]:
        """Aisle to this shopper's receipt lines."""
        lines = Counter(event.product_id for event in self.history)
        products = self.parts.search.catalogue.many(lines)
        counts = Counter[str]()
        for product in products:
            counts[product.category] += lines[product.id]
        return counts

    @property
    def basket(self) -> Basket:
        return look(self.state.packs, self.parts.search, self.profile)

    def places(self, product_id: str, fact_id: str) -> tuple[int, int] | None:
        """The place of a candidate of the last search, now and without a fact."""
        if self.asked is None:
            return None
        facts = tuple(fact for fact in self.profile.facts if fact.id != fact_id)
        now, then = (
            order(*self.asked, profile, self.dial, self.parts)
            for profile in (self.profile, replace(self.profile, facts=facts))
        )
        if product_id not in now or product_id not in then:
            return None
        return now.index(product_id) + 1, then.index(product_id) + 1

    def with_packs(self, counts: Mapping[str, int]) -> ConversationState:
        """The state with other numbers of packs, which can be taken back."""
        packs = self.state.packs
        for product_id, count in counts.items():
            packs = put(packs, product_id, count, self.parts.search, self.profile)
        if packs == self.state.packs:
            return self.state
        return changed(replace(self.state, packs=packs), Change(packs=self.state.packs))


def changed_by(need: Need, here: Here) -> ConversationState:
    """Return the state that a turn answers from: something taken back, or another basket."""
    if need.intent is Intent.UNDO:
        return undone(here.state)
    if need.intent is Intent.RESTART:
        return restarted(here.state)
    if need.basket is BasketAct.ADD:
        return here.with_packs(dict.fromkeys(need.about, need.packs or 1))
    if need.basket is BasketAct.REMOVE:
        gone = need.about or (() if need.remarks else [id_ for id_, _ in here.state.packs])
        return here.with_packs(dict.fromkeys(gone, 0))
    return here.state


def answer_to(need: Need, here: Here, before: ConversationState) -> Answer:
    """Return the answer, before a word is said of its picks.

    Parameters
    ----------
    before
        The state before ``changed_by``.
    """
    found = _answer(need, here, before)
    corrected = corrections(before.commitments, found.picks)
    return replace(found, note=" ".join(filter(None, (found.note, *corrected))))


def _answer(need: Need, here: Here, before: ConversationState) -> Answer:
    match need.intent:
        case Intent.UNDO:
            return _undone(need, here, before)
        case Intent.BASKET if need.basket is BasketAct.COUPONS:
            return Answer(note=offered(here.parts.search, here.profile))
        case Intent.BASKET:
            return _with_basket(here, need.remarks)
        case Intent.COMPARE | Intent.EXPLAIN | Intent.ASK_PRODUCT:
            return _of_shown(need, here)
    note = note_for(need, here.profile, first_turn=before.turns == 0)
    return Answer(note=note) if need.intent in WITHOUT_PRODUCTS else _find(need, here, note)


def _find(need: Need, here: Here, note: str) -> Answer:
    refused = {*here.state.refused, *refused_by(need, here.state)}
    found = find(need, here.profile, here.history, here.dial, here.parts, note, refused)
    return found if here.state.offered or not found.picks else _with_question(found, need, here)


def _with_question(found: Answer, need: Need, here: Here) -> Answer:
    """Ask which kind of thing is meant, where that is open."""

    def ranked() -> list[Candidate]:
        picks = here.parts.ranker.rank(need, found.candidates, here.profile, 0.0)
        return [pick.candidate for pick in picks]

    meant = choices(need, ranked, here.bought)
    if not meant:
        return found
    if here.parts.asker.speaks:
        return replace(found, choices=meant)
    note = f"{found.note} {WHICH_KIND.format(need.asked)}".strip()
    return replace(found, note=note, choices=meant)


def _with_basket(here: Here, notes: Sequence[str]) -> Answer:
    now = here.basket
    return Answer(note=" ".join((*notes, told(now))), basket=now)


def _undone(need: Need, here: Here, before: ConversationState) -> Answer:
    """After a refusal was taken back, the request is answered again."""
    if not before.changes:
        return Answer(note=NOTHING_TO_UNDO)
    if before.changes[-1].packs is not None:
        return _with_basket(here, (UNDONE,))
    return _find(need, here, UNDONE)


def _of_shown(need: Need, here: Here) -> Answer:
    """Answer about cards that are on the screen."""
    picks, note = here.shown(need.about), " ".join(need.remarks)
    if not picks:
        return Answer(note=note or NOTHING_SHOWN)
    if need.intent is Intent.COMPARE:
        if not FEWEST <= len(picks) <= MOST:
            return Answer(picks, " ".join((note, CANT_COMPARE)).strip(), sentences=())
        return Answer(picks, note, comparison=compare(picks), sentences=())
    if need.intent is Intent.ASK_PRODUCT:
        said = answer(Asked(need, picks, here.profile, here.history))
        return Answer(picks, said.note, sentences=said.sentences)
    changes = would_change(picks, here.profile.facts, here.places)
    return Answer(picks, " ".join((*need.remarks, *changes)))
