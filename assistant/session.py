"""One shopper's conversation: a turn, read top to bottom like the design's section 2."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.conditions import Condition, conditions, without
from assistant.consent import Purpose, WishBook
from assistant.conversation import ConversationState, advance
from assistant.explain import Explainer
from assistant.following import as_now, known_of, with_reasons_of_now
from assistant.interfaces import Ranker, Stop
from assistant.memory import Diary
from assistant.notes import NOTHING_ALLOWED, NOTHING_SHOWN, note_for
from assistant.nothing import explain_nothing
from assistant.rank import compare_picks
from assistant.rules import NO_RULES, HouseRules
from assistant.types import (
    CardsReady,
    Intent,
    Need,
    NeedRead,
    Pick,
    Profile,
    Reply,
    Sentence,
    SentenceReady,
    TurnDone,
    TurnEvent,
)
from assistant.understand import Understander, filters_of
from index.errors import TellPerson
from index.search import Search, SearchRequest
from index.types import Candidate, Interaction

WITHOUT_PRODUCTS = frozenset({Intent.CHAT, Intent.OUT_OF_SCOPE})
ABOUT_SHOWN = frozenset({Intent.EXPLAIN, Intent.ASK_PRODUCT})


@dataclass(frozen=True, slots=True)
class Parts:
    """What a turn needs, built once by ``assistant.wiring`` and shared by all sessions."""

    search: Search
    understander: Understander
    ranker: Ranker
    explainer: Explainer
    hashes: Mapping[str, str]
    dial: float
    candidates: int
    rules: HouseRules = NO_RULES


@dataclass(frozen=True, slots=True)
class Answer:
    """The picks of a turn before a word is said of them."""

    picks: tuple[Pick, ...] = ()
    note: str = ""
    nearest: Pick | None = None


@dataclass(slots=True)
class Stopwatch:
    """Seconds from the start of a turn; the first mark of a name stays."""

    start: float = field(default_factory=time.perf_counter)
    marks: dict[str, float] = field(default_factory=dict)

    def mark(self, name: str) -> None:
        self.marks.setdefault(name, time.perf_counter() - self.start)


class BadDial(TellPerson):
    """A personalisation outside 0 to 1."""


class Session:
    """A conversation with one shopper or guest. One turn at a time."""

    def __init__(
        self,
        parts: Parts,
        profile: Profile,
        history: Sequence[Interaction],
        state: ConversationState | None = None,
        diary: Diary | None = None,
    ) -> None:
        self.profile = profile
        self.parts = parts
        self.state = state or ConversationState()
        self.diary = diary
        self._history = history
        self._dial = parts.dial
        self._book = WishBook(parts.search.purchases.database)
        self._wishes = self._book.of(profile.shopper_id)
        self._waived: frozenset[str] = frozenset()
        self._asked: tuple[Need, Sequence[Candidate]] | None = None
        self._version = parts.search.follow()
        parts.understander.follow(parts.search.catalogue, self._version.texts)
        if self.state.shown:
            self.state = replace(self.state, shown=as_now(self.state.shown, parts.search, profile))
            self._reasons_of_now()

    def stream(self, message: str, stop: Stop | None = None) -> Iterator[TurnEvent]:
        """Answer a message: the need, the cards, then verified sentences as they come.

        Raises
        ------
        index.errors.TellPerson
            Before the first event, where the message can't be read at all.
        """
        watch = Stopwatch()
        self._follow()
        read = self.parts.understander.read(message, self.state, self.profile)
        need = self._wishes.applied(self._about_shown(read), self._waived)
        watch.mark("understand")
        yield NeedRead(need)
        answer = self._answer(need)
        watch.mark("cards")
        yield CardsReady(answer.picks, answer.note, answer.nearest)
        sentences: list[Sentence] = []
        for sentence in self.parts.explainer.explain(
            answer.picks, self.profile, need, self.profile.as_of, stop
        ):
            watch.mark("first_sentence")
            sentences.append(sentence)
            yield SentenceReady(sentence)
        watch.mark("total")
        reply = Reply(
            need=need,
            picks=answer.picks,
            sentences=tuple(sentences),
            note=answer.note,
            nearest=answer.nearest,
            timings=dict(watch.marks),
            hashes=self.parts.hashes,
        )
        self.state = advance(self.state, need, reply)
        if self.diary and self._wishes.allows(Purpose.REMEMBER):
            self.diary.turn(self.state, message)
        yield TurnDone(reply)

    @property
    def conversation_id(self) -> str | None:
        """Resumes this conversation, in another process too; ``None`` where nothing is kept."""
        return self.diary.conversation_id if self.diary else None

    @property
    def dial(self) -> float:
        """Personalisation of this conversation, from 0 (the same for everyone) to 1."""
        return self._dial

    @dial.setter
    def dial(self, value: float) -> None:
        if not 0.0 <= value <= 1.0:
            raise BadDial(
                f"The personalisation can't be {value:g}.",
                "Give a number from 0 (the same for everyone) to 1 (all for you).",
            )
        self._dial = value

    @property
    def kept(self) -> tuple[Condition, ...]:
        """The conditions that a changed request goes on with."""
        return conditions(self.state.need) if self.state.need else ()

    def drop(self, key: str) -> bool:
        """Take a condition of ``kept`` away, by its key: the next turn goes on without it.

        Returns whether there was one; what is on the screen stays as it is.
        """
        before = self.state.need
        if before is None or (need := without(before, key)) == before:
            return False
        self.state = replace(self.state, need=need)
        self._waived |= {key}
        if self.diary and self._wishes.allows(Purpose.REMEMBER):
            self.diary.amend(self.state)
        return True

    def places(self, product_id: str, fact_id: str) -> tuple[int, int] | None:
        """What would change a pick: its place now, and its place without a fact.

        Both by ranking the candidates of the last search again, house rules included; ``None``
        where it was not a candidate, or a rule hides it. An unknown fact changes nothing.
        """
        if self._asked is None:
            return None
        facts = tuple(fact for fact in self.profile.facts if fact.id != fact_id)
        now = self._order(self.profile)
        then = self._order(replace(self.profile, facts=facts))
        if product_id not in now or product_id not in then:
            return None
        return now.index(product_id) + 1, then.index(product_id) + 1

    def _order(self, profile: Profile) -> list[str]:
        """Ids of the last search's candidates as they would stand for this profile."""
        need, candidates = self._asked or (Need(""), ())
        ranked = self.parts.ranker.rank(need, candidates, profile, self._dial)
        every = replace(need, count=len(ranked))
        picks = self.parts.rules.apply(every, ranked, profile.adult)
        return [pick.candidate.product.id for pick in picks]

    def ask(self, message: str) -> Reply:
        """The whole turn at once."""
        for event in self.stream(message):
            if isinstance(event, TurnDone):
                return event.reply
        raise AssertionError("a turn ends with TurnDone")

    def _follow(self) -> None:
        """Take up what changed in the shop since the last turn."""
        search, before = self.parts.search, self._version
        self._version = now = search.follow()
        said, self._wishes = self._wishes, self._book.of(self.profile.shopper_id)
        if now == before and said == self._wishes:
            return
        self.parts.understander.follow(search.catalogue, now.texts)
        changed = now.purchases != before.purchases or said != self._wishes
        if changed:
            known = known_of(search, self.profile.shopper_id, self.profile.adult, self._wishes)
            self.profile, self._history = known
        if now.catalogue != before.catalogue and self.state.shown:
            shown = as_now(self.state.shown, search, self.profile)
            self.state = replace(self.state, shown=shown)
        if changed:
            self._reasons_of_now()

    def _reasons_of_now(self) -> None:
        """Give what is on the screen the reasons that the facts of now have for it."""
        need, shown = self.state.shown_for, self.state.shown
        if need and shown:
            again = with_reasons_of_now(shown, self.parts.ranker, need, self.profile, self._dial)
            self.state = replace(self.state, shown=again)

    def _about_shown(self, need: Need) -> Need:
        """A question about what was shown keeps the conditions that it was shown for."""
        before = self.state.shown_for
        if need.intent not in ABOUT_SHOWN or before is None:
            return need
        return replace(
            before,
            message=need.message,
            intent=need.intent,
            about=need.about,
            remarks=need.remarks,
            origins={**before.origins, **need.origins},
        )

    def _answer(self, need: Need) -> Answer:
        if need.intent in ABOUT_SHOWN:
            shown = tuple(p for p in self.state.shown if p.candidate.product.id in need.about)
            return Answer(shown, " ".join(need.remarks) or ("" if shown else NOTHING_SHOWN))
        note = note_for(need, self.profile, first_turn=self.state.turns == 0)
        return Answer(note=note) if need.intent in WITHOUT_PRODUCTS else self._find(need, note)

    def _find(self, need: Need, note: str) -> Answer:
        parts = self.parts
        filters = filters_of(need, self.profile)
        request = SearchRequest(
            text=need.search_text,
            filters=filters,
            history=self._history,
            as_of=self.profile.as_of,
            k=parts.candidates,
        )
        candidates = parts.search.retrieve(request)
        if not candidates:
            told, nearest = explain_nothing(need, self.profile, request, parts.search)
            if nearest and self._hidden(nearest):
                nearest = None
            return Answer(note=" ".join((*need.remarks, told)), nearest=nearest)
        self._asked = (need, candidates)
        ranked = parts.ranker.rank(need, candidates, self.profile, self._dial)
        picks = compare_picks(parts.rules.apply(need, ranked, self.profile.adult))
        if not picks:
            return Answer(note=" ".join((*need.remarks, NOTHING_ALLOWED)))
        return Answer(tuple(self._with_buyers(pick) for pick in picks), note)

    def _hidden(self, pick: Pick) -> bool:
        return self.parts.rules.hides(pick.candidate.product, self.profile.adult)

    def _with_buyers(self, pick: Pick) -> Pick:
        return replace(pick, buyers=self.parts.search.buyers(pick.candidate.product.id))
