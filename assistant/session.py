"""One shopper's conversation: a turn, read top to bottom like the design's section 2."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from assistant.acts import Basket, Comparison, Tap
from assistant.answering import WITHOUT_PRODUCTS, Here, answer_to, changed_by
from assistant.comparison import BadComparison, compare
from assistant.conditions import Condition, conditions, without
from assistant.consent import Purpose, WishBook
from assistant.conversation import (
    ConversationState,
    about_shown,
    advance,
    standing,
    unsaid,
    waive,
)
from assistant.finding import Answer, Parts, request_of
from assistant.following import as_now, known_of, with_reasons_of_now
from assistant.interfaces import Stop
from assistant.memory import Diary
from assistant.said import Said, said_of
from assistant.spoken import for_good, read_act, said_by
from assistant.types import (
    CardsReady,
    Intent,
    Need,
    NeedRead,
    Profile,
    Reply,
    Sentence,
    SentenceReady,
    TurnDone,
    TurnEvent,
)
from index.errors import TellPerson
from index.types import Candidate, Interaction

__all__ = ["WITHOUT_PRODUCTS", "Answer", "BadDial", "Parts", "Session"]


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
        self._asked: tuple[Need, Sequence[Candidate]] | None = None
        self._replied: Reply | None = None
        self._typed: list[str] = []
        self._is_whole = self.state.turns == 0
        self._version = parts.search.follow()
        parts.understander.follow(parts.search.catalogue, self._version.texts)
        self._brands = parts.search.catalogue.brands()
        if self.state.shown:
            self.state = replace(self.state, shown=as_now(self.state.shown, parts.search, profile))
            self._reasons_of_now()

    def stream(self, message: str, stop: Stop | None = None) -> Iterator[TurnEvent]:
        """Answer a message: the need, the cards, then verified sentences as they come.

        Raises
        ------
        index.errors.TellPerson
            Before the first event, where the message can't be read at all, or asks for what
            can't be done. The conversation stands as it was.
        """
        yield from self._turn(lambda: self._read(message), message, stop)

    def again(self, stop: Stop | None = None) -> Iterator[TurnEvent]:
        """Answer the request as it stands now: after ``drop``, or with the dial elsewhere.

        Where nothing was asked for yet, nothing happens.
        """
        before = self.state.need
        if before is not None:
            need = replace(before, intent=Intent.REFINE, about=(), refuses=False, remarks=())
            yield from self._turn(
                lambda: standing(need, self.state, self._wishes), before.message, stop
            )

    def _turn(
        self, read: Callable[[], Need], message: str, stop: Stop | None
    ) -> Iterator[TurnEvent]:
        watch = Stopwatch()
        self._follow()
        need = read()
        self._replied = None
        self._typed.append(message)
        state = changed_by(need, self._here())
        watch.mark("understand")
        yield NeedRead(need)
        before, self.state = self.state, state
        if need.intent is Intent.EXPLAIN:
            self._search_again()
        answered = answer_to(need, self._here(), before)
        if answered.candidates:
            self._asked = (need, answered.candidates)
        watch.mark("cards")
        yield CardsReady(
            answered.picks, answered.note, answered.nearest, answered.comparison,
            answered.choices, answered.basket,
        )  # fmt: skip
        sentences: list[Sentence] = []
        for sentence in self._sentences(answered, need, stop):
            watch.mark("first_sentence")
            sentences.append(sentence)
            yield SentenceReady(sentence)
        note = self._with_question(answered, need, stop)
        watch.mark("total")
        reply = Reply(
            need=need,
            picks=answered.picks,
            sentences=tuple(sentences),
            note=note,
            nearest=answered.nearest,
            comparison=answered.comparison,
            choices=answered.choices,
            basket=answered.basket,
            timings=dict(watch.marks),
            hashes=self.parts.hashes,
        )
        self._replied = reply
        self.state = advance(self.state, need, reply)
        if self.diary and self._wishes.allows(Purpose.REMEMBER):
            self.diary.turn(self.state, message)
        yield TurnDone(reply)

    def tap(self, tap: Tap, product_id: str = "", stop: Stop | None = None) -> Iterator[TurnEvent]:
        """Answer a tap on a card, as its words would be answered.

        Raises
        ------
        index.errors.TellPerson
            Before the first event, where the product is not on the screen.
        """
        yield from self.stream(said_by(tap, product_id, self.state), stop)

    def ask(self, message: str) -> Reply:
        """The whole turn at once."""
        for event in self.stream(message):
            if isinstance(event, TurnDone):
                return event.reply
        raise AssertionError("a turn ends with TurnDone")

    @property
    def conversation_id(self) -> str | None:
        """Resumes this conversation, in another process too; ``None`` where nothing is kept."""
        return self.diary.conversation_id if self.diary else None

    @property
    def said(self) -> Said | None:
        """What is kept of the last reply with a like or a dislike, for the model to learn from.

        ``None`` where no model spoke, where the shopper does not want what they buy to teach or
        what they ask for to be kept, and in a conversation that was taken up: what was typed
        before is not known there, and so not whether a log may hold what came of it.
        """
        wishes = self._book.of(self.profile.shopper_id)
        allowed = wishes.allows(Purpose.LEARN) and wishes.allows(Purpose.REMEMBER)
        if self._replied and self._is_whole and allowed:
            return said_of(self._replied, self.profile.as_of, self._typed)
        return None

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
        self._amend(waive(replace(self.state, need=need), key))
        return True

    @property
    def can_undo(self) -> bool:
        """Whether there is a refusal or a change of the basket to take back."""
        return bool(self.state.changes)

    @property
    def basket(self) -> Basket:
        """What is in it, with the prices of now."""
        return self._here().basket

    def put(self, product_id: str, packs: int = 1) -> Basket:
        """Have so many packs of a product in the basket; 0 takes it out. Said again: the same.

        Raises
        ------
        assistant.basket.BadBasket
            It can't be; the basket stays as it is.
        """
        self._amend(self._here().with_packs({product_id: packs}))
        return self.basket

    def compare(self, product_ids: Sequence[str]) -> Comparison:
        """A table of two to four shown products, in the order of the cards.

        Raises
        ------
        assistant.comparison.BadComparison
            There are fewer or more, or one is not on the screen.
        """
        if strangers := set(product_ids) - set(self.state.shown_ids):
            raise BadComparison(
                f"{min(strangers)!r} is not shown.", "Compare products that are on the screen."
            )
        return compare(self._here().shown(product_ids))

    def places(self, product_id: str, fact_id: str) -> tuple[int, int] | None:
        """What would change a pick: its place now, and its place without a fact.

        Both by ranking the candidates of the last search again, house rules included; ``None``
        where it was not a candidate, or a rule hides it. An unknown fact changes nothing.
        """
        self._search_again()
        return self._here().places(product_id, fact_id)

    def _here(self) -> Here:
        return Here(self.parts, self.profile, self._history, self._dial, self.state, self._asked)

    def _read(self, message: str) -> Need:
        """The need of a message, with everything that holds in this conversation."""
        need = read_act(message, self.state, self._brands)
        if need and need.intent is Intent.UNDO:
            return unsaid(need, self.state)
        if need is None:
            read = self._speaking().understander.read
            need = for_good(read(message, self.state, self.profile))
        return standing(about_shown(need, self.state), self.state, self._wishes)

    def _sentences(self, answered: Answer, need: Need, stop: Stop | None) -> Iterator[Sentence]:
        if answered.sentences is not None:
            yield from answered.sentences
            return
        today = self.profile.as_of
        explain = self._speaking().explainer.explain
        yield from explain(answered.picks, self.profile, need, today, stop)

    def _with_question(self, answered: Answer, need: Need, stop: Stop | None) -> str:
        """The note, with the question that a model words: neither cards nor reasons wait for it."""
        if not (answered.choices and self.parts.asker.speaks):
            return answered.note
        asked = self._speaking().asker.question(need, answered.choices, stop)
        return f"{answered.note} {asked.text}".strip()

    def _speaking(self) -> Parts:
        """The parts that may read and speak for this shopper now."""
        shares = self._wishes.allows(Purpose.SHARE) or not self.parts.elsewhere
        return self.parts if shares else self.parts.here_alone()

    def _search_again(self) -> None:
        """Find the candidates of what is shown again, in a conversation that was taken up."""
        need = self.state.shown_for
        if self._asked is None and need is not None:
            request = request_of(need, self.profile, self._history, self.parts)
            self._asked = (need, self.parts.search.retrieve(request))

    def _amend(self, state: ConversationState) -> None:
        """Take a change between two turns over, and keep it."""
        self.state = state
        if self.diary and self._wishes.allows(Purpose.REMEMBER):
            self.diary.amend(state)

    def _follow(self) -> None:
        """Take up what changed in the shop since the last turn."""
        search, before = self.parts.search, self._version
        self._version = now = search.follow()
        said, self._wishes = self._wishes, self._book.of(self.profile.shopper_id)
        if now == before and said == self._wishes:
            return
        self.parts.understander.follow(search.catalogue, now.texts)
        self._brands = search.catalogue.brands()
        changed_ = now.purchases != before.purchases or said != self._wishes
        if changed_:
            known = known_of(search, self.profile.shopper_id, self.profile.adult, self._wishes)
            self.profile, self._history = known
        if now.catalogue != before.catalogue and self.state.shown:
            shown = as_now(self.state.shown, search, self.profile)
            self.state = replace(self.state, shown=shown)
        if changed_:
            self._reasons_of_now()

    def _reasons_of_now(self) -> None:
        """Give what is on the screen the reasons that the facts of now have for it."""
        need, shown = self.state.shown_for, self.state.shown
        if need and shown:
            again = with_reasons_of_now(shown, self.parts.ranker, need, self.profile, self._dial)
            self.state = replace(self.state, shown=again)
