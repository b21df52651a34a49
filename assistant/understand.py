"""From a message to a need: what is asked for, under which conditions, and who says so.

Limits, counts, refusals, pointers and names are read by rule, each taking its words out of
the message; what is left is searched. The model is asked only where the words that are left
name no thing. A message that changes the answer before it keeps the rest of its conditions;
one that names a new thing starts afresh.
"""

from __future__ import annotations

import re
from copy import copy

from assistant.conversation import ConversationState
from assistant.interfaces import ChatModel
from assistant.types import Intent, Need, Origin, Profile
from assistant.understanding import intent as intents
from assistant.understanding.draft import Draft
from assistant.understanding.gazetteer import Gazetteer
from assistant.understanding.language import foreign_language
from assistant.understanding.naming import Asked
from assistant.understanding.pointing import take_pointers
from assistant.understanding.reading import Reading, read_by_rule
from assistant.understanding.refusals import refused_stems
from assistant.understanding.relative import put_limits, put_relative
from assistant.understanding.suggest import Suggester
from assistant.understanding.words import Rest, normalise, stems
from index.catalogue import Catalogue
from index.errors import TellPerson
from index.types import Filters

__all__ = ["Gazetteer", "Understander", "UnreadableMessage", "filters_of"]

UNTUNED_READER = "understand/1"
"""With examples: for a model that was not taught to read messages."""
ADULT_AGE = 21
"""Years that the shop takes an adult to have; the highest age rule there is."""
_OBJECT = re.compile(r"\b(?:it|this|that|these|those|they|one)\b")


class UnreadableMessage(TellPerson):
    """A message that holds nothing to read, or far too much."""


class Understander:
    """Reads messages for one catalogue.

    Parameters
    ----------
    gazetteer
        The catalogue's names.
    model
        Asked where the words name no thing; ``None`` searches the shopper's own words.
    prompt
        Template and version.
    message_limit
        Characters of a message that are read at most.
    """

    def __init__(
        self,
        gazetteer: Gazetteer,
        model: ChatModel | None = None,
        prompt: str = UNTUNED_READER,
        message_limit: int = 2000,
    ) -> None:
        self._model, self._prompt = model, prompt
        self._limit = message_limit
        self._texts: int | None = None
        self._use(gazetteer)

    def asking(self, model: ChatModel | None, prompt: str) -> Understander:
        """The same names and limit, with another model."""
        found = copy(self)
        found._model, found._prompt = model, prompt
        found._use(self._gazetteer)
        return found

    def alone(self) -> Understander:
        """The same names without the model."""
        return self.asking(None, self._prompt)

    def over(self, gazetteer: Gazetteer) -> Understander:
        """The same model, prompt and limit over the names of another catalogue."""
        found = copy(self)
        found._texts = None
        found._use(gazetteer)
        return found

    def follow(self, catalogue: Catalogue, texts: int) -> None:
        """Take the names of now where ``texts`` says that products are new, gone or renamed.

        The first call only says which state the names are of.
        """
        if self._texts not in (None, texts):
            self._use(Gazetteer.from_products(catalogue.many(catalogue.ids())))
        self._texts = texts

    def _use(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        model, names = self._model, gazetteer.categories
        self._suggester = Suggester(model, names, self._prompt) if model and names else None

    def read(self, message: str, previous: ConversationState, profile: Profile) -> Need:
        """Return what the message asks for.

        Raises
        ------
        UnreadableMessage
            It is empty, holds no letter and no digit, or is longer than the limit.
        """
        text = self._plain(message)
        if intents.is_out_of_scope(text):
            return Need(text, Intent.OUT_OF_SCOPE)
        if intents.is_chat(text):
            return Need(text, Intent.CHAT)
        if intents.asks_why(text) or _why_not(text, previous):
            return _why(text, previous)
        reading = read_by_rule(text, self._gazetteer, previous.shown)
        intent = self._intent(text, reading, previous)
        if intent is Intent.ASK_PRODUCT or self._asks_of_a_card(text, reading):
            return _question(text, Intent.ASK_PRODUCT, reading.about, reading.remarks)
        draft = _draft(text, reading)
        if intent is not Intent.FIND and previous.need:
            draft.carry(previous.need)
            if reading.brand.frees:
                draft.drop("store_brand")
        put_limits(reading.limits, draft)
        put_relative(reading, intent, previous, draft)
        if intent is not Intent.FIND and self._narrows(reading.asked, previous.need):
            kinds, names = reading.asked.kinds, draft.names
            if self._gazetteer.only_in(kinds, names):
                draft.forget(names)
            draft.drop("categories")
            draft.put("kinds", kinds)
        self._put_search(text, reading.asked, intent, draft)
        draft.add("not_ids", previous.refused, Origin.CARRIED)
        return draft.need(text, intent)

    def _plain(self, message: str) -> str:
        if len(message) > self._limit:
            raise UnreadableMessage(
                f"The message has {len(message):,} characters; I read {self._limit:,} at most.",
                "Say what you are after in a sentence or two.",
            )
        text = normalise(message)
        if any(char.isalnum() for char in text):
            return text
        raise UnreadableMessage(
            "There is no word in the message." if message.strip() else "The message is empty.",
            'Say what you are after, such as "yogurt under 3 dollars".',
        )

    def _asks_of_a_card(self, text: str, reading: Reading) -> bool:
        """Whether what is left beside a pointer names no thing of the shelf: "ounces", "stock"."""
        named = reading.asked.known or reading.asked.names
        return (
            bool(reading.about)
            and not (named or reading.refuses or reading.conditions)
            and intents.asks_about(text)
        )

    def _intent(self, text: str, reading: Reading, previous: ConversationState) -> Intent:
        asked, follow = reading.asked, reading.follow
        if reading.bare:
            # "The second one" needs no more words; "how much is it?" is a question even
            # where nothing has been shown yet.
            question = intents.asks_about(text) and _OBJECT.search(text.lower())
            return Intent.ASK_PRODUCT if reading.about or question else Intent.FIND
        if previous.need is None or reading.usual:
            return Intent.FIND
        if asked.search and not self._goes_on(text, asked, previous.need):
            return Intent.FIND
        more = (follow.more or follow.like) and not reading.refuses
        return Intent.MORE if more else Intent.REFINE

    def _goes_on(self, text: str, asked: Asked, before: Need) -> bool:
        """Whether the words change the request before: its own name, or "the greek one"."""
        names = frozenset((*before.categories, *before.kinds))
        if not names:
            return False
        if self._narrows(asked, before):
            return True
        if asked.names == names and not set(stems(before.search_text)).isdisjoint(
            stems(" ".join(asked.search))
        ):
            return True
        fits = all(self._gazetteer.goes_with(word, names) for word in asked.search)
        return fits and (not asked.names or intents.is_refining(text))

    def _narrows(self, asked: Asked, before: Need | None) -> bool:
        """Whether a part of what was asked for is named: its conditions still hold."""
        if before is None or asked.categories or not asked.kinds:
            return False
        names = (*before.categories, *before.kinds)
        return asked.names != set(names) and self._gazetteer.narrows(
            asked.search, asked.kinds, names
        )

    def _put_search(self, text: str, asked: Asked, intent: Intent, draft: Draft) -> None:
        """Fill names and search words; ask the model where they name no thing."""
        if not asked.search:
            return
        if intent is Intent.FIND:
            draft.put("categories", asked.categories)
            draft.put("kinds", asked.kinds)
        for name, said in (("asked", asked.said), ("search_text", asked.search)):
            before = str(draft.values.get(name, "")).split()
            draft.put(name, _joined([*before, *said]))
        open_request = not asked.known or asked.context or intents.is_occasion(text)
        if self._suggester and intent is Intent.FIND and open_request and not asked.names:
            draft.put("suggested", self._suggester.names(text), Origin.MODEL)


def _joined(words: list[str]) -> str:
    return " ".join(dict.fromkeys(words))


def _draft(text: str, reading: Reading) -> Draft:
    """Start a need with what the message says by itself."""
    draft = Draft(remarks=list(reading.remarks))
    if language := foreign_language(text):
        draft.remarks.append(
            f"That looks like {language}. I read English, so I searched for the words as they are."
        )
    draft.put("count", reading.counts.count)
    draft.put("packs", reading.counts.packs)
    draft.put("store_brand", reading.brand.store_brand)
    draft.put("promoted", reading.promoted or None)
    draft.put("sort", reading.sort)
    draft.put("must_not", reading.refusals.words)
    draft.put("brands", reading.labelled.brands)
    draft.put("not_brands", reading.labelled.not_brands)
    draft.put("attributes", reading.labelled.attributes)
    return draft


def _why_not(text: str, previous: ConversationState) -> bool:
    """Whether "why not" asks about a card; else it is an idea: "why not some tea"."""
    said = text.lower()
    return said.startswith("why not ") and bool(take_pointers(Rest(said), previous.shown)[0])


def _why(text: str, previous: ConversationState) -> Need:
    """Without a pointer, "why?" is about all that was shown."""
    about, remarks = take_pointers(Rest(text), previous.shown)
    if not about and not remarks:
        about = previous.shown_ids
    return _question(text, Intent.EXPLAIN, about, remarks)


def _question(text: str, intent: Intent, about: tuple[str, ...], remarks: tuple[str, ...]) -> Need:
    """A question about shown products asks for nothing new."""
    draft = Draft(remarks=list(remarks))
    draft.put("about", about)
    return draft.need(text, intent)


def filters_of(need: Need, profile: Profile) -> Filters:
    """Return the hard conditions of a need: what does not meet them is no candidate."""
    return Filters(
        min_price=need.min_price,
        max_price=need.max_price,
        categories=frozenset(need.categories),
        kinds=frozenset(need.kinds),
        brands=frozenset(need.brands),
        not_brands=frozenset(need.not_brands),
        store_brand=need.store_brand,
        not_words=refused_stems(need.must_not),
        attributes=need.attributes,
        promoted=need.promoted,
        store_id=profile.store_id,
        max_age_rule=ADULT_AGE if profile.adult else 0,
        not_ids=frozenset(need.not_ids),
    )
