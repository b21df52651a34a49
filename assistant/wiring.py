"""The only place that constructs: settings in, a ready assistant out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from assistant.config import Settings
from assistant.consent import WishBook
from assistant.explain import Explainer
from assistant.following import known_of
from assistant.interfaces import ChatModel, Remote
from assistant.memory import ConversationStore, Diary, UnknownConversation
from assistant.prompts import PromptTemplate
from assistant.rank_served import open_ranker
from assistant.rules import HouseRules
from assistant.session import Parts, Session
from assistant.speaking import Speaker, open_speaker, tuned_of, written
from assistant.tuned import Tuned
from assistant.types import CardsReady, Pick, Profile
from assistant.understand import Gazetteer, Understander
from index import open_search
from index.database import Database
from index.errors import UnknownShopper
from index.search import Search
from index.types import Interaction

LIKED_FROM = 30
"""Receipt lines from which a shopper is worth picking in the page."""
WARMING = "something for dinner with friends"
"""Open enough that the model is asked about the words as well."""
LIKES = 2
"""Favourite categories named in the shopper picker."""


@dataclass(frozen=True, slots=True)
class ShopperCard:
    """One line of the shopper picker."""

    id: str
    label: str
    """"1228 · 214 baskets · likes Yogurt, Cheese"."""


class Assistant:
    """The assistant of one shop; hands out sessions. A context manager."""

    def __init__(self, settings: Settings, search: Search, speaker: Speaker, parts: Parts):
        self.settings = settings
        self.search = search
        self.speaker = speaker
        self.parts = parts
        """What conversations are answered with from their beginning; put others in to serve them
        in those that begin from now on."""
        self._store: ConversationStore | None = None

    @property
    def model(self) -> ChatModel | None:
        """Who speaks in conversations that begin from now on."""
        return self.speaker.model

    @property
    def chosen(self) -> tuple[Tuned | None, tuple[int, ...]]:
        """The adapter that is chosen now, and when its weights were written.

        Raises
        ------
        assistant.errors.BadModel
            There is no such adapter.
        """
        tuned = tuned_of(self.settings)
        return tuned, written(tuned)

    def renew(self, parts: Parts) -> Parts | None:
        """Open the adapter that is chosen now, and return the parts with it; it answered once.

        A conversation keeps the parts that it began with: the adapter before speaks on in those
        that are open, and its weights go with the last of them. ``None`` where the chosen one
        speaks already.

        Raises
        ------
        assistant.errors.BadModel
            It can't serve; all stays as it was.
        """
        if self.chosen == (self.speaker.tuned, self.speaker.written):
            return None
        speaker = open_speaker(self.settings)
        renewed = speaker.put_into(parts, self.settings)
        Session(renewed, *self._known(None)).ask(WARMING)
        self.speaker = speaker
        return renewed

    @property
    def ready(self) -> bool:
        """Whether everything that answers is up; while Chroma comes up, the exact store answers."""
        return True

    def shoppers(self, limit: int = 50) -> list[ShopperCard]:
        """Shoppers of the data with what they like, those with most purchases first."""
        ids = list(self.search.purchases.shoppers(min_events=LIKED_FROM))[:limit]
        return [ShopperCard(shopper, self._label(shopper)) for shopper in ids]

    def _label(self, shopper_id: str) -> str:
        purchases, today = self.search.purchases, self.search.as_of
        likes = ", ".join(purchases.favourites(shopper_id, today, LIKES))
        return f"{shopper_id} · {purchases.baskets(shopper_id, today)} baskets · likes {likes}"

    @property
    def status(self) -> str:
        """What answers: the model by name, or the templates alone; and the vector store.

        And what does not work just now: a model that is away, conversations that aren't kept.
        """
        speaker = self.model.name if self.model else "templates only"
        if isinstance(self.model, Remote) and self.model.away:
            speaker = f"templates only, {self.model.name} is away"
        unkept = " · conversations can't be kept" if self._store and self._store.trouble else ""
        return f"{speaker} · {self.search.status.store}{unkept}"

    def session(self, shopper_id: str | None = None, keep: bool = False) -> Session:
        """Start a conversation; ``None`` is a guest.

        With ``keep`` every turn is written to the shop's file, where the settings allow it, and
        ``Session.conversation_id`` resumes it.

        Raises
        ------
        UnknownShopper
            Where no purchase is known under this id.
        """
        if shopper_id is not None and not self.search.purchases.exists(shopper_id):
            raise UnknownShopper(
                f"{self.settings.index.catalogue} knows no purchases of a shopper {shopper_id!r}.",
                "Run 'shelftalk data shoppers' for ids, or leave --shopper out to be a guest.",
            )
        profile, history = self._known(shopper_id)
        store = self._conversations() if keep else None
        diary = Diary(store, shopper_id) if store else None
        return Session(self.parts, profile, history, diary=diary)

    def resume(self, conversation_id: str) -> Session:
        """Go on with a kept conversation, with the prices and facts of now.

        Raises
        ------
        UnknownConversation
            Nothing is kept under this id: it never was, or was erased.
        """
        store = self._conversations()
        if store is None:
            raise UnknownConversation(
                "Conversations are not kept here.", "Set 'remember = true' in shelftalk.toml."
            )
        shopper = store.shopper(conversation_id)
        profile, history = self._known(shopper)
        diary = Diary(store, shopper, conversation_id)
        return Session(self.parts, profile, history, store.load(conversation_id), diary)

    def _known(self, shopper_id: str | None) -> tuple[Profile, Sequence[Interaction]]:
        wishes = WishBook(self.search.purchases.database).of(shopper_id)
        return known_of(self.search, shopper_id, self.settings.index.adult, wishes)

    def _conversations(self) -> ConversationStore | None:
        """Where they are kept; the index is opened read-only, so this is a door of its own."""
        if self._store is None and self.settings.remember:
            self._store = ConversationStore(Database(self.settings.index.database))
        return self._store

    def cards(
        self, shopper_id: str | None, message: str, rules: HouseRules | None = None
    ) -> tuple[Pick, ...]:
        """The picks of a first turn without a word said of them, under other house rules."""
        session = self.session(shopper_id)
        if rules is not None:
            session.parts = replace(session.parts, rules=rules)
        events = session.stream(message)
        return next(event.picks for event in events if isinstance(event, CardsReady))

    def warm(self) -> None:
        """Answer a guest once, so that the first shopper does not wait for caches to fill."""
        self.session().ask(WARMING)

    def close(self) -> None:
        """Free the model and the stores."""
        if self.model:
            self.model.close()
        self.search.close()
        if self._store:
            self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_assistant(settings: Settings | None = None) -> Assistant:
    """Open everything that a turn needs.

    Raises
    ------
    index.errors.TellPerson
        Where weights, data or index are missing or do not fit one another.
    """
    settings = settings or Settings()
    search = open_search(settings.index)
    speaker = open_speaker(settings)
    search.warm()
    return _put_together(settings, search, speaker)


def assemble(
    settings: Settings,
    search: Search,
    model: ChatModel | None,
    template: PromptTemplate,
    tuned: Tuned | None = None,
) -> Assistant:
    """Put an assistant together from what is open; it closes both.

    Parameters
    ----------
    template
        Of the explanations.
    tuned
        The adapter that is merged into the model.
    """
    return _put_together(settings, search, Speaker(model, template, tuned))


def _put_together(settings: Settings, search: Search, speaker: Speaker) -> Assistant:
    catalogue = search.catalogue
    gazetteer = Gazetteer.from_products(catalogue.many(catalogue.ids()))
    ranker = open_ranker(settings)
    parts = Parts(
        search=search,
        understander=Understander(gazetteer, message_limit=settings.message_limit),
        ranker=ranker,
        explainer=Explainer(None, speaker.template),
        hashes={"catalogue": catalogue.fingerprint, "ranker": ranker.fingerprint},
        dial=settings.dial,
        candidates=settings.candidates,
        rules=HouseRules.read(settings.house_rules) if settings.house_rules else HouseRules(),
    )
    return Assistant(settings, search, speaker, speaker.put_into(parts, settings))
