"""The vocabulary of a turn: need, fact, pick, reference, claim, sentence, reply.

A turn flows through these types in this order (see ``assistant.session``):
message, Need, Candidates, Picks with Evidence, Sentences with Claims, Reply.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from assistant.acts import Basket, BasketAct, Choice, Comparison
from index.types import Candidate, Money


class Origin(StrEnum):
    """Who filled a field of a need."""

    CODE = "code"
    MODEL = "model"
    CARRIED = "carried"
    """Kept from an earlier turn of the conversation."""
    DEFAULT = "default"


class Intent(StrEnum):
    """What the shopper wants of this turn."""

    FIND = "find"
    """Products for a need."""
    REFINE = "refine"
    """The same need, changed: "cheaper", "not store brand"."""
    MORE = "more"
    """Others like the last answer."""
    EXPLAIN = "explain"
    """Why was this shown?"""
    ASK_PRODUCT = "ask_product"
    """A question about a shown product."""
    COMPARE = "compare"
    """Shown products side by side."""
    BASKET = "basket"
    """Put shown products into the basket, take them out, or look into it."""
    UNDO = "undo"
    """Take the last refusal back: "undo that", "show it again"."""
    RESTART = "restart"
    """Let go of every condition and refusal: "start over"."""
    CHAT = "chat"
    """Greeting, thanks, small talk: a fixed civil sentence, no products."""
    OUT_OF_SCOPE = "out_of_scope"
    """Discounts, other people's data, anything the shop's data does not hold."""


class Sort(StrEnum):
    """An order that the shopper asked for outright; it replaces the ranking."""

    CHEAPEST = "cheapest"
    DEAREST = "dearest"
    MOST_BOUGHT = "most_bought"
    BIGGEST = "biggest"
    SMALLEST = "smallest"


@dataclass(frozen=True, slots=True)
class Need:
    """What is asked for. Canonical: the same need gives the same picks, however worded."""

    message: str
    """What the shopper typed, normalised (never shown to the ranker)."""
    intent: Intent = Intent.FIND
    search_text: str = ""
    """Content words for the retrievers; empty for an open request."""
    asked: str = ""
    """The same as they were typed."""
    suggested: tuple[str, ...] = ()
    """Names of the catalogue that the model thought of: searched beside the words, never said
    to have been asked for, and no condition."""
    categories: tuple[str, ...] = ()
    """Catalogue categories that the words name outright (a hard condition)."""
    kinds: tuple[str, ...] = ()
    """Catalogue kinds that the words name outright (a hard condition)."""
    min_price: Money | None = None
    max_price: Money | None = None
    count: int = 3
    """How many picks; 1 to 10."""
    packs: int | None = None
    """How many packs of it the shopper wants, where said."""
    store_brand: bool | None = None
    brands: tuple[str, ...] = ()
    not_brands: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    """Words, as typed, that a pick may not contain: "nuts"."""
    attributes: tuple[tuple[str, str], ...] = ()
    promoted: bool = False
    sort: Sort | None = None
    about: tuple[str, ...] = ()
    """Ids of products shown earlier that the message points at ("the second one")."""
    not_ids: tuple[str, ...] = ()
    """Ids refused or to be left out now."""
    refuses: bool = False
    """Whether what is pointed at is waved away for good: "not this", "something else"."""
    asks: tuple[str, ...] = ()
    """What a question wants to know: values of ``Ask``, or names of attributes."""
    basket: BasketAct | None = None
    """What a ``BASKET`` message wants; ``packs`` says how many."""
    lasting: bool = False
    """Whether the brands refused here stay out of every later request: "never this brand"."""
    origins: Mapping[str, Origin] = field(default_factory=dict)
    """Field name to who filled it; fields at their default are absent."""
    remarks: tuple[str, ...] = ()
    """Sentences for the shopper about how the message was read ("I read it as …")."""


class FactKind(StrEnum):
    """What a fact of a shopper's history says."""

    STAPLE = "staple"
    """Bought a product count times. Fields: count, every (days), last (date)."""
    DUE = "due"
    """A staple whose interval has passed. Fields: count, every, last."""
    CATEGORY = "category"
    """Bought from a category. Fields: count, share (percent of all lines)."""
    STORE_BRAND = "store_brand"
    """Share of lines of the shop's own label. Fields: count, share."""
    PRICE_BAND = "price_band"
    """Middle half of pack prices paid in a category or overall. Fields: low, high."""
    NEW = "new"
    """A product bought for the first time lately. Fields: count, last."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One typed, dated statement about a shopper, true of events before ``as_of``."""

    id: str
    """"H1", "H2", … in the order of the summary."""
    kind: FactKind
    product_id: str | None = None
    product_title: str | None = None
    category: str | None = None
    count: int | None = None
    """Baskets it was bought in."""
    every: int | None = None
    """Median days between purchases."""
    last: date | None = None
    share: float | None = None
    """0 to 1."""
    low: Money | None = None
    high: Money | None = None
    event_ids: tuple[int, ...] = ()
    """The receipt lines that make it true; without them it would not be said."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A shopper as the assistant knows them on a day."""

    shopper_id: str | None
    """``None`` is a guest."""
    as_of: date
    facts: tuple[Fact, ...] = ()
    store_id: str | None = None
    """Where they usually shop."""
    events: int = 0
    """Receipt lines that were read."""
    adult: bool = False
    """Whether the shop knows that they may buy age-restricted goods."""

    @property
    def is_guest(self) -> bool:
        return self.shopper_id is None


@dataclass(frozen=True, slots=True)
class Reference:
    """A pointer that code resolves: ``[P2.price]``, ``[H3.count]``, ``[N.max_price]``, ``[P2]``.

    ``target`` is "P2", "H3" or "N"; ``field`` is empty for the thing itself.
    """

    target: str
    field: str = ""

    def __str__(self) -> str:
        return f"[{self.target}.{self.field}]" if self.field else f"[{self.target}]"


class EvidenceKind(StrEnum):
    """Why a product may have been picked."""

    REPEAT = "repeat"
    """A staple or due fact about this very product."""
    CATEGORY = "category"
    """The shopper buys from this category."""
    STORE_BRAND = "store_brand"
    """It is the shop's own label and the shopper buys that."""
    PRICE_BAND = "price_band"
    """Its price lies in what the shopper usually pays."""
    NEED_PRICE = "need_price"
    """It keeps a price limit of the request."""
    NEED_TEXT = "need_text"
    """It matches the words or the category asked for."""
    PROMOTION = "promotion"
    POPULAR = "popular"
    """Many shoppers buy it. Field of the pick: buyers."""
    CHEAPER = "cheaper"
    """It costs less than another pick of this reply."""
    BIGGER = "bigger"
    """It holds more than another pick of this reply."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One true reason for one pick, with the references that show it."""

    kind: EvidenceKind
    references: tuple[Reference, ...]
    weight: float
    """Score that the pick would lose without it; 0 for what is true but moved nothing."""
    ranks_lost: int = 0
    """Places that the pick would fall among the candidates without it."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A candidate that is recommended."""

    id: str
    """"P1", "P2", … in the order of the cards."""
    candidate: Candidate
    score: float
    contributions: Mapping[str, float] = field(default_factory=dict)
    """Ranking signal to the score it added; they sum to ``score``."""
    evidence: tuple[Evidence, ...] = ()
    """Strongest first: the first is the reason to give."""
    buyers: int | None = None
    """Shoppers who bought it before ``as_of``."""
    house_rule: str | None = None
    """The rule that put it here, shown on the card ("picked by the shop")."""


class ClaimKind(StrEnum):
    """What a stretch of a sentence asserts."""

    ATTRIBUTE = "attribute"
    """A field of a product has this value."""
    HISTORY = "history"
    """The shopper did this, so often, last then."""
    COMPARISON = "comparison"
    """One product is cheaper or bigger than another."""
    NEED_FIT = "need_fit"
    """A product meets a part of the request."""
    PROMOTION = "promotion"
    POPULARITY = "popularity"
    SOFT = "soft"
    """A taste word without evidence ("a good choice"), from the small allow-list."""
    UNKNOWN = "unknown"
    """Words that the reader cannot account for."""


class Verdict(StrEnum):
    """What checking a claim found."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    UNVERIFIABLE = "unverifiable"


@dataclass(frozen=True, slots=True)
class Claim:
    """One assertion of a sentence, checked."""

    kind: ClaimKind
    text: str
    """The words and references that make it."""
    references: tuple[Reference, ...]
    verdict: Verdict
    because: str
    """What was looked up, in words a person reads: "P1.price is $2.49, limit $5.00"."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words and references, in order. What a shopper reads about one pick."""

    pick_id: str
    parts: tuple[str | Reference, ...]
    text: str
    """Resolved by code from the catalogue and the history."""
    claims: tuple[Claim, ...] = ()
    by_model: bool = False
    """False where the template speaks."""
    rejected: tuple[str, ...] = ()
    """Raw texts of the model that did not pass the verifier, with the reason."""
    prompt: str = ""
    """Fingerprint of the prompt that the model answered; empty where the template speaks."""

    @property
    def is_shown(self) -> bool:
        """Every claim supported, and there is at least one."""
        return bool(self.claims) and all(c.verdict is Verdict.SUPPORTED for c in self.claims)


@dataclass(frozen=True, slots=True)
class Reply:
    """One finished turn."""

    need: Need
    picks: tuple[Pick, ...]
    sentences: tuple[Sentence, ...]
    note: str = ""
    """Fixed text around the picks: small talk, remarks, which condition is too tight."""
    nearest: Pick | None = None
    """When nothing satisfies the need: the product that comes closest."""
    comparison: Comparison | None = None
    choices: tuple[Choice, ...] = ()
    """Answers to the question that ``note`` ends with, to tap; empty where none is asked."""
    basket: Basket | None = None
    """After a turn that changed it or looked into it."""
    timings: Mapping[str, float] = field(default_factory=dict)
    """Seconds from the start of the turn: understand, cards, first_sentence, total."""
    hashes: Mapping[str, str] = field(default_factory=dict)
    """model, adapter, prompt, catalogue, ranker."""

    @property
    def template_share(self) -> float:
        """Share of sentences that the template wrote; 0 where there are none."""
        if not self.sentences:
            return 0.0
        return sum(not s.by_model for s in self.sentences) / len(self.sentences)


@dataclass(frozen=True, slots=True)
class NeedRead:
    """Event: the message has been understood."""

    need: Need


@dataclass(frozen=True, slots=True)
class CardsReady:
    """Event: the picks stand; sentences follow."""

    picks: tuple[Pick, ...]
    note: str = ""
    nearest: Pick | None = None
    comparison: Comparison | None = None
    """A table of the shown products that were asked to be compared."""
    choices: tuple[Choice, ...] = ()
    """Answers to a question, to tap. ``note`` ends with it, or the note of the reply does."""
    basket: Basket | None = None


@dataclass(frozen=True, slots=True)
class SentenceReady:
    """Event: one verified sentence."""

    sentence: Sentence


@dataclass(frozen=True, slots=True)
class TurnDone:
    """Event: the turn is over; always the last."""

    reply: Reply


TurnEvent = NeedRead | CardsReady | SentenceReady | TurnDone
