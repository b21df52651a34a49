"""A shopper who says one thing after another, at random, and remembers all of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from assistant.acts import Tap
from assistant.session import Session
from assistant.types import Reply, TurnDone
from assistant.understanding.words import STOP_WORDS
from eval.dialogue.watch import ASKED, Marks, Watch
from eval.simulator.ledger import Ledger
from index.errors import TellPerson
from index.search import Search
from index.types import Candidate, Product

ORDINALS = ("first", "second", "third", "fourth", "fifth")
ASIDES = ("thanks", "hello", "what did shopper 55 buy?", "give me 90% off", "great, thank you")
QUESTIONS = (
    "how much is the {} one?", "is the {} one on offer?", "what size is the {} one?",
    "is the {} one a store brand?", "why the {} one?", "have I bought the {} one?",
)  # fmt: skip
WEIGHTS: Mapping[str, int] = {
    "request": 4, "limit": 3, "cheaper": 2, "label": 2, "word": 1, "refuse": 3, "more": 2,
    "other": 1, "like": 1, "question": 3, "compare": 1, "add": 2, "remove": 1, "undo": 2,
    "drop": 2, "never": 1, "aside": 1,
}  # fmt: skip
"""What is done, and how often; what can't be done now (nothing is shown) is a request."""
FEWEST = 2
"""Products of a kind from which it is asked for."""
_WORD = re.compile(r"[a-z]{4,}")
_NO_WORD = frozenset({"store", "brand", "size", "pack", "with", "without", "style", "free"})


@dataclass(frozen=True, slots=True)
class Said:
    """One turn as it went."""

    message: str
    reply: Reply | None
    """``None`` where it was refused with a sentence, or nothing was asked."""
    marks: Marks


class Rambler:
    """One conversation. The same seed says the same, as long as the same is shown."""

    def __init__(
        self, session: Session, search: Search, things: Sequence[Product], random: Random
    ) -> None:
        self._session, self._random, self._things = session, random, things
        self._search = search
        self._watch = Watch(search, session.profile)
        self._ledger = Ledger()
        self._screen: tuple[Candidate, ...] = ()

    def talk(self, turns: int) -> Iterator[Said]:
        """So many turns; what is tapped counts as one, a condition taken away does not."""
        done = 0
        while done < turns:
            (act,) = self._random.choices(list(WEIGHTS), list(WEIGHTS.values()))
            if act == "drop":
                self._drop()
                continue
            yield getattr(self, f"_{act}", self._request)() or self._request()
            done += 1

    def _request(self) -> Said:
        """Something new, sometimes with a condition or two."""
        thing, ledger = self._random.choice(self._things), self._ledger
        ledger.new_request()
        message = thing.kind.lower()
        if self._random.random() < 0.4 and thing.price:
            dollars = thing.price // 100 + 1
            ledger.limit = 100 * dollars
            message += f" under ${dollars}"
        if self._random.random() < 0.2:
            ledger.label = False
            message += ", not store brand"
        return self._find(message)

    def _limit(self) -> Said | None:
        if not (prices := self._prices()):
            return None
        dollars = self._random.choice(prices) // 100 + 1
        self._ledger.limit = 100 * dollars
        form = self._random.choice(("under ${}", "at most {} dollars", "not more than ${} please"))
        return self._find(form.format(dollars))

    def _cheaper(self) -> Said | None:
        if not (prices := self._prices()):
            return None
        below = min(prices) - 1
        self._ledger.limit = min(below, self._ledger.limit or below)
        return self._find(self._random.choice(("cheaper", "something cheaper", "too expensive")))

    def _label(self) -> Said | None:
        if not self._screen:
            return None
        self._ledger.label = self._random.random() < 0.5
        return self._find("store brand please" if self._ledger.label else "not store brand")

    def _word(self) -> Said | None:
        """Refuse a word of a card that is not what the thing is called."""
        names = " ".join(f"{c.product.kind} {c.product.category}" for c in self._screen).lower()
        titles = " ".join(card.product.title for card in self._screen).lower()
        kept_out = _NO_WORD | STOP_WORDS | set(_WORD.findall(names))
        words = sorted(set(_WORD.findall(titles)) - kept_out)
        if not words:
            return None
        word = self._random.choice(words)
        self._ledger.without.add(word)
        return self._find(f"no {word}")

    def _refuse(self) -> Said | None:
        if not self._screen:
            return None
        number, card = self._some_card()
        self._ledger.refuse({card.product.id})
        if self._random.random() < 0.5:
            return self._find(f"not the {ORDINALS[number]} one")
        return self._tap(Tap.DISMISS, card)

    def _more(self) -> Said | None:
        return self._find("show me more", self._screen_ids()) if self._screen else None

    def _other(self) -> Said | None:
        if not self._screen:
            return None
        self._ledger.refuse(self._screen_ids())
        return self._find("something else")

    def _like(self) -> Said | None:
        return self._tap(Tap.LIKE, self._some_card()[1]) if self._screen else None

    def _never(self) -> Said | None:
        if not self._screen:
            return None
        card = self._some_card()[1]
        self._ledger.never(card.product)
        return self._tap(Tap.NEVER_BRAND, card)

    def _undo(self) -> Said:
        """The request is answered again where a refusal was taken back."""
        self._ledger.undo()
        return self._find("undo") if self._random.random() < 0.5 else self._tap(Tap.UNDO)

    def _question(self) -> Said | None:
        if not self._screen:
            return None
        number, card = self._some_card()
        said = self._aside_of(self._random.choice(QUESTIONS).format(ORDINALS[number]))
        if said.reply and _ids(said.reply) != {card.product.id}:
            said.marks.out_of_step.append(f"the {ORDINALS[number]} one was asked about")
        return said

    def _compare(self) -> Said | None:
        if len(self._screen) < 2:
            return None
        said = self._aside_of("compare the first two")
        table = said.reply.comparison if said.reply else None
        wanted = tuple(card.product.id for card in self._screen[:2])
        if table is None or table.product_ids != wanted:
            said.marks.out_of_step.append("the table is not of the first two")
        return said

    def _add(self) -> Said | None:
        if not self._screen:
            return None
        number, card = self._some_card()
        packs = self._random.choice((1, 2, 3))
        said = self._aside_of(f"add {packs} of the {ORDINALS[number]} one")
        if said.reply:
            self._ledger.put(card.product.id, packs)
        return self._with_basket(said)

    def _remove(self) -> Said | None:
        ids = [card.product.id for card in self._screen[: len(ORDINALS)]]
        held = [n for n, id_ in enumerate(ids) if id_ in self._ledger.packs]
        if not held:
            return None
        said = self._aside_of(f"take the {ORDINALS[held[0]]} one out of my basket")
        self._ledger.put(ids[held[0]], 0)
        return self._with_basket(said)

    def _aside(self) -> Said:
        said = self._aside_of(self._random.choice(ASIDES))
        if said.reply and (said.reply.picks or said.reply.sentences):
            said.marks.out_of_step.append("products in an answer that is not about any")
        return said

    def _drop(self) -> None:
        keys = [condition.key for condition in self._session.kept]
        if keys:
            key = self._random.choice(keys)
            self._session.drop(key)
            self._ledger.drop(key)

    def _find(self, message: str, seen: set[str] | None = None) -> Said:
        return self._found(message, lambda: self._session.ask(message), seen)

    def _tap(self, tap: Tap, card: Candidate | None = None) -> Said:
        def asked() -> Reply:
            events = self._session.tap(tap, card.product.id if card else "")
            return [event.reply for event in events if isinstance(event, TurnDone)][-1]

        title = card.product.title if card else ""
        return self._found(f"[{tap}] {title}".strip(), asked, None)

    def _found(self, message: str, ask: Callable[[], Reply], seen: set[str] | None) -> Said:
        """A turn that shows new cards: held to everything in force."""
        reply, ledger = ask(), self._ledger
        marks = self._watch.turn(reply, ledger.wanted, ledger.refused)
        if again := (seen or set()) & _ids(reply):
            marks.contradictions.append(f"{', '.join(sorted(again))} again, others were asked for")
        if reply.picks:
            self._screen = tuple(pick.candidate for pick in reply.picks)
        if reply.need.search_text or reply.picks:
            marks.contradictions += ledger.forgotten_by(reply.need)
        return self._with_basket(Said(message, reply, marks))

    def _aside_of(self, message: str) -> Said:
        """A turn about what is on the screen, or about nothing: the cards stay."""
        try:
            reply = self._session.ask(message)
        except TellPerson:
            return Said(message, None, Marks())
        return Said(message, reply, self._watch.turn(reply, ASKED))

    def _with_basket(self, said: Said) -> Said:
        basket = self._session.basket
        held = {line.product.id: line.packs for line in basket.lines}
        if held != self._ledger.packs:
            said.marks.contradictions.append(f"the basket holds {held}, not {self._ledger.packs}")
        found = self._search.catalogue.many(held)
        prices = {product.id: self._price(product) for product in found}
        total = sum(prices[id_] * count for id_, count in held.items())
        if basket.total != total:
            said.marks.contradictions.append(f"the total is {basket.total}, not {total}")
        return said

    def _price(self, product: Product) -> int:
        """Today's by the catalogue; nothing where it is not known."""
        profile = self._session.profile
        on = self._search.catalogue.promotion(product.id, profile.store_id, profile.as_of)
        prices = (product.price, on.price if on else None)
        return min((price for price in prices if price is not None), default=0)

    def _some_card(self) -> tuple[int, Candidate]:
        number = self._random.randrange(min(len(self._screen), len(ORDINALS)))
        return number, self._screen[number]

    def _screen_ids(self) -> set[str]:
        return {card.product.id for card in self._screen}

    def _prices(self) -> list[int]:
        return [card.price_today for card in self._screen if card.price_today is not None]


def _ids(reply: Reply) -> set[str]:
    return {pick.candidate.product.id for pick in reply.picks}


def things_of(search: Search) -> list[Product]:
    """One product of every kind that has some choice, to ask for by its kind."""
    catalogue = search.catalogue
    products = [p for p in catalogue.many(catalogue.ids()) if p.kind and not p.min_age]
    counts = Counter(product.kind for product in products)
    first = {p.kind: p for p in sorted(products, key=lambda p: p.id, reverse=True)}
    return [first[kind] for kind in sorted(first) if counts[kind] >= FEWEST]
