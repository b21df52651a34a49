"""An assistant for tests of the ways in: it replays hand-made events, slowly where asked.

It knows shopper 1228 and guests. Words in a message choose what happens: "crash", "refuse",
"nothing", "away" (no sentences), "slow" (waits for the stop between sentences), "compare" (a
table), "choose" (a question with choices), "worded" (a question in the end), "basket".
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.acts import (
    Basket,
    BasketLine,
    Choice,
    ComparedField,
    Comparison,
    Tap,
)
from assistant.conditions import Condition, conditions, without
from assistant.interfaces import Stop
from assistant.references import Resolver, parse
from assistant.said import Said, said_of
from assistant.types import (
    CardsReady,
    Claim,
    ClaimKind,
    Evidence,
    EvidenceKind,
    Fact,
    FactKind,
    Need,
    NeedRead,
    Origin,
    Pick,
    Profile,
    Reference,
    Reply,
    Sentence,
    SentenceReady,
    TurnDone,
    TurnEvent,
    Verdict,
)
from index.errors import BadData, UnknownShopper
from index.types import Candidate, Coupon, Hit, Product, Promotion, Source

AS_OF = date(2017, 12, 31)
YOGURT = Product(
    "p1",
    "Greek yogurt, vanilla",
    "Yogurt",
    kind="Greek yogurt",
    size="32 oz",
    amount=32.0,
    unit="oz",
    price=349,
    store_brand=True,
)
HOSTILE = Product(
    "p2",
    '<img src=x onerror="window.hacked=1"> ${window.hacked=2} {{value}} **bars**',
    "Snacks <b>",
    price=499,
    size=None,
    image="javascript:alert(1)",
)
CHEESE = Product(
    "p3", "String cheese, mozzarella", "Cheese", size="12 oz", amount=12.0, unit="oz", price=425
)
PROMOTION = Promotion("p1", "s1", date(2017, 12, 25), date(2018, 1, 2), "mailer", price=249)
COUPON = Coupon(
    "c", frozenset({"p3"}), AS_OF, date(2018, 1, 7), 100, packs=2, sent_to=frozenset({"1228"})
)
FACTS = (
    Fact("H1", FactKind.STAPLE, "p1", "Greek yogurt, vanilla", "Yogurt", 23, 9,
         date(2017, 12, 22), event_ids=(1, 2)),
    Fact("H2", FactKind.DUE, "p3", "String cheese, mozzarella", "Cheese", 11, 14,
         date(2017, 12, 10), event_ids=(3,)),
    Fact("H3", FactKind.CATEGORY, category="Yogurt", count=41, share=0.07, event_ids=(1, 2, 4)),
    Fact("H4", FactKind.STORE_BRAND, count=300, share=0.34, event_ids=(1,)),
    Fact("H5", FactKind.PRICE_BAND, category="Cheese", low=299, high=499, event_ids=(3,)),
)  # fmt: skip


def pick(number: int, product: Product, *evidence: Evidence, promotion: bool = False) -> Pick:
    hits = {Source.DENSE: Hit(number, 0.61), Source.LEXICAL: Hit(number + 1, 7.25)}
    candidate = Candidate(product, hits, 0.03, PROMOTION if promotion else None)
    return Pick(f"P{number}", candidate, 1.5, {"text": 1.0, "repeat": 0.5}, evidence, buyers=412)


def because(kind: EvidenceKind, *pointers: str, lost: int = 0) -> Evidence:
    references = tuple(Reference(*pointer.split(".")) for pointer in pointers)
    return Evidence(kind, references, 0.4, lost)


PICKS = (
    pick(
        1,
        YOGURT,
        because(EvidenceKind.REPEAT, "H1.count", "H1.every", lost=4),
        because(EvidenceKind.NEED_PRICE, "P1.price", "N.max_price"),
        because(EvidenceKind.PROMOTION, "P1.promotion"),
        promotion=True,
    ),
    pick(2, HOSTILE, because(EvidenceKind.POPULAR, "P2.buyers")),
    pick(3, CHEESE, because(EvidenceKind.CHEAPER, "P3.price", "P2")),
)
NEAREST = pick(1, CHEESE)


RESOLVER = Resolver(PICKS, Profile("1228", AS_OF, FACTS), Need("", max_price=500), AS_OF)


def sentence(raw: str, verdict: Verdict = Verdict.SUPPORTED) -> Sentence:
    """A sentence about its first pick, resolved and claimed as a whole."""
    parts = parse(raw)
    references = tuple(part for part in parts if isinstance(part, Reference))
    about = next(r.target for r in references if r.target.startswith("P"))
    claim = Claim(ClaimKind.HISTORY, raw, references, verdict, "looked up in the receipts")
    return Sentence(about, parts, RESOLVER.text(parts), (claim,), by_model=True)


SENTENCES = (
    sentence("you bought [P1] [H1.count], and it costs [P1.price]."),
    sentence("many shoppers take [P2], [P2.buyers] in all."),
    sentence("[P3.price] is what [P3] costs."),
)
COMPARISON = Comparison(
    ("p1", "p3"),
    ("Greek yogurt, vanilla", "String cheese, mozzarella"),
    (
        ComparedField("price", "price", ("$2.49", "$4.25"), best=0),
        ComparedField("size", "size", ("32 oz", "12 oz"), best=0),
        ComparedField("category", "aisle", ("Yogurt", "Cheese")),
    ),
    ("brand",),
)
CHOICES = (Choice("Snacks <b>", "snacks"), Choice("Cheese", "cheese"))
LIE = sentence("[P3] is free.", Verdict.CONTRADICTED)


@dataclass(frozen=True, slots=True)
class Line:
    id: str
    label: str


class FakeSession:
    def __init__(self, profile: Profile, pause: float = 0.0) -> None:
        self.profile = profile
        self.pause = pause
        self.heard: list[str] = []
        self.dial = 0.6
        self.conversation_id: str | None = None
        self.need: Need | None = None
        self.tapped: list[tuple[Tap, str]] = []
        self.said: Said | None = None
        self._packs: dict[str, int] = {}

    @property
    def can_undo(self) -> bool:
        return bool(self.tapped)

    def tap(self, tap: Tap, product_id: str = "", stop: Stop | None = None) -> Iterator[TurnEvent]:
        if tap is Tap.UNDO:
            self.tapped.pop()
        else:
            self.tapped.append((tap, product_id))
        gone = {id_ for kind, id_ in self.tapped if kind is not Tap.LIKE}
        picks = tuple(p for p in PICKS if p.candidate.product.id not in gone)
        need = Need(tap.value, max_price=500, not_ids=tuple(sorted(gone)))
        yield NeedRead(need)
        yield CardsReady(picks, f"Tapped: {tap.value}.")
        yield TurnDone(Reply(need, picks, (), f"Tapped: {tap.value}."))

    def compare(self, product_ids: Sequence[str]) -> Comparison:
        if not 2 <= len(product_ids) <= 4:
            raise BadData("One product alone can't be compared.", "Choose two to four.")
        return replace(COMPARISON, product_ids=tuple(product_ids))

    @property
    def basket(self) -> Basket:
        products = {p.candidate.product.id: p.candidate for p in PICKS}
        return Basket(
            tuple(
                BasketLine(
                    products[id_].product,
                    n,
                    products[id_].promotion,
                    COUPON if id_ in COUPON.product_ids else None,
                )
                for id_, n in sorted(self._packs.items())
            )
        )

    def put(self, product_id: str, packs: int = 1) -> Basket:
        if not 0 <= packs <= 99:
            raise BadData(f"A basket can't hold {packs} packs.", "Take 0 to 99 of a product.")
        self._packs[product_id] = packs
        self._packs = {id_: n for id_, n in self._packs.items() if n}
        return self.basket

    def places(self, product_id: str, fact_id: str) -> tuple[int, int] | None:
        return (1, 4) if (product_id, fact_id) == ("p1", "H1") else None

    @property
    def kept(self) -> tuple[Condition, ...]:
        return conditions(self.need) if self.need else ()

    def drop(self, key: str) -> bool:
        before = self.need
        self.need = without(before, key) if before else None
        return self.need != before

    def again(self, stop: Stop | None = None) -> Iterator[TurnEvent]:
        if self.need is not None:
            yield NeedRead(self.need)
            yield from self._answer(self.need, self.need.message, stop or Stop())

    def stream(self, message: str, stop: Stop | None = None) -> Iterator[TurnEvent]:
        if not message.strip():
            raise BadData("The message is empty.", "Write what you are after.")
        if "refuse" in message:
            raise BadData("The price “under 0” can't be met.", "Give a price above 0.")
        if "crash" in message:
            raise RuntimeError("a secret path /srv/private")
        self.heard.append(message)
        need = Need(
            message, search_text=message, max_price=500, store_brand=False,
            origins={"max_price": Origin.CODE, "store_brand": Origin.CARRIED},
        )  # fmt: skip
        self.need = need
        yield NeedRead(need)
        yield from self._answer(need, message, stop if stop is not None else Stop())

    def _answer(self, need: Need, message: str, stop: Stop) -> Iterator[TurnEvent]:
        if "nothing" in message:
            note = "Nothing meets everything you asked: the price limit is the tight one."
            yield CardsReady((), note, NEAREST)
            yield TurnDone(Reply(need, (), (), note, NEAREST))
            return
        note = f"So far you said: {' / '.join(self.heard)}." if "recall" in message else ""
        if "choose" in message:
            note = "Which one do you mean?"
        table = COMPARISON if "compare" in message else None
        choices = CHOICES if "choose" in message else ()
        basket = self.put("p1", 2) if "basket" in message else None
        yield CardsReady(PICKS, note, None, table, choices, basket)
        said: list[Sentence] = []
        for one in () if "away" in message else SENTENCES:
            if said and "slow" in message:
                self._linger(stop)
            if stop:
                break
            time.sleep(self.pause)
            said.append(one)
            yield SentenceReady(one)
        timings = {"understand": 0.01, "cards": 0.02, "total": 0.1}
        if "worded" in message:
            note = f"{note} Do you mean snacks?".strip()
        hashes = {"model": "m", "adapter": "", "prompt": "p", "catalogue": "c"}
        reply = Reply(need, PICKS, tuple(said), note, None, table, choices, basket, timings, hashes)
        self.said = said_of(reply, AS_OF, self.heard)
        yield TurnDone(reply)

    @staticmethod
    def _linger(stop: Stop) -> None:
        until = time.monotonic() + 20
        while not stop and time.monotonic() < until:
            time.sleep(0.02)

    def ask(self, message: str) -> Reply:
        for event in self.stream(message):
            if isinstance(event, TurnDone):
                return event.reply
        raise AssertionError("a turn ends with TurnDone")


class FakeAssistant:
    def __init__(self, pause: float = 0.0, ready: bool = True) -> None:
        self.pause = pause
        self.ready = ready
        self.status = "ready" if ready else "The index is being built."

    def resume(self, conversation_id: str) -> FakeSession:
        if conversation_id != "kept":
            raise BadData("This conversation is not kept here.", "Start a new one.")
        found = self.session("1228")
        found.conversation_id = conversation_id
        return found

    def session(self, shopper_id: str | None = None, keep: bool = False) -> FakeSession:
        if shopper_id is None:
            return FakeSession(Profile(None, AS_OF), self.pause)
        if shopper_id != "1228":
            raise UnknownShopper(f"No purchases are known of shopper {shopper_id!r}.", "Try 1228.")
        return FakeSession(Profile("1228", AS_OF, FACTS, "s1", 2140), self.pause)

    def shoppers(self, limit: int = 50) -> list[Line]:
        return [Line("1228", "1228 · 214 baskets · likes Yogurt, Cheese")][:limit]

    def close(self) -> None:
        """Nothing is held."""

    def __enter__(self) -> FakeAssistant:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
