"""A script played against a session: every way in which what came is not what must come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.session import Session
from assistant.types import Reply, Sort, TurnDone
from eval.dialogue.script import Script, Step
from eval.dialogue.watch import ASKED, Marks, Watch
from index.errors import TellPerson
from index.search import Search
from index.types import Coupon, Money


@dataclass(slots=True)
class Played:
    """What came of a script."""

    failures: list[str] = field(default_factory=list)
    marks: Marks = field(default_factory=Marks)
    said: list[tuple[str, ...]] = field(default_factory=list)
    """After every step: the ids shown, the words, the conditions kept. Equal in a second play."""
    shown: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not (self.failures or self.marks.lines)


def play(script: Script, session: Session, search: Search) -> Played:
    """Play a script from its first step to its last."""
    return _Play(session, search).whole(script)


class _Play:
    def __init__(self, session: Session, search: Search) -> None:
        self._session, self._search = session, search
        self._watch = Watch(search, session.profile)
        self._names: dict[str, str] = {}
        self._refused: set[str] = set()
        self._after: list[tuple[str, ...]] = []

    def whole(self, script: Script) -> Played:
        played = Played()
        for number, step in enumerate(script.steps, start=1):
            before = self._session.state
            reply = self._do(step)
            found = list(self._wrong(step, reply, before == self._session.state))
            played.failures += [f"step {number}: {line}" for line in found]
            if reply:
                self._refused |= {self._names.get(name, name) for name in step.refuses}
                self._refused -= {self._names.get(name, name) for name in step.returns}
                marks = self._watch.turn(reply, step.cards or ASKED, self._refused)
                played.marks.add(marks)
                played.shown += self._ids(reply)
            played.said.append(self._print(reply))
            self._after.append(self._ids(reply) if reply else ())
        return played

    def _do(self, step: Step) -> Reply | None:
        """The reply; none where nothing was asked, or it was refused."""
        session = self._session
        try:
            if step.say is not None:
                return session.ask(step.say)
            if step.tap is not None:
                shown = session.state.shown_ids
                product = shown[step.card - 1] if step.card else ""
                done = [e for e in session.tap(step.tap, product) if isinstance(e, TurnDone)]
                return done[-1].reply
            if step.put is not None:
                for name, packs in step.put.items():
                    session.put(self._names.get(name, name), packs)
            elif step.drop is not None:
                session.drop(step.drop)
        except TellPerson:
            return None
        return None

    def _wrong(self, step: Step, reply: Reply | None, unchanged: bool) -> Iterator[str]:
        says = step.say is not None or step.tap is not None
        if step.fails:
            if reply is not None or not unchanged:
                yield "it was to be refused, and nothing to change"
            return
        if says and reply is None:
            yield "it was refused"
            return
        if reply:
            yield from self._of_cards(step, reply)
            yield from _of_words(step, reply)
        yield from self._of_state(step)

    def _of_cards(self, step: Step, reply: Reply) -> Iterator[str]:
        ids, screen = self._ids(reply), self._session.state.shown_ids
        for name, number in step.name.items():
            if number > len(screen):
                yield f"there is no card {number} to call {name}"
            else:
                self._names[name] = screen[number - 1]
        if step.none and ids:
            yield f"{len(ids)} cards, none was to be there"
        if step.cards and not ids:
            yield "there is no card"
        if step.count is not None and len(ids) != step.count:
            yield f"{len(ids)} cards, not {step.count}"
        if step.only and ids != self._known(step.only):
            yield f"not exactly {', '.join(step.only)}"
        for name in (n for n in step.shows if self._names.get(n) not in ids):
            yield f"{name} is not shown"
        for name in (n for n in step.hides if self._names.get(n) in ids):
            yield f"{name} is shown"
        if step.as_step and ids != self._after[step.as_step - 1]:
            yield f"not the cards of step {step.as_step}"
        if step.sorted and not _is_sorted(step.sorted, reply):
            yield f"not {step.sorted} first"
        if step.columns is not None:
            found = len(reply.comparison.product_ids) if reply.comparison else 0
            if found != step.columns:
                yield f"a table of {found} products, not {step.columns}"

    def _of_state(self, step: Step) -> Iterator[str]:
        kept = {condition.key for condition in self._session.kept}
        for key in (key for key in step.keeps if key not in kept):
            yield f"{key} is not kept ({', '.join(sorted(kept))})"
        for key in (key for key in step.lacks if key in kept):
            yield f"{key} is kept"
        if step.basket is not None:
            wanted = {self._names.get(name, name): n for name, n in step.basket.items()}
            basket = self._session.basket
            if wanted != {line.product.id: line.packs for line in basket.lines}:
                yield f"the basket holds {[(b.product.id, b.packs) for b in basket.lines]}"
            elif basket.total != self._total(wanted):
                yield f"the total is {basket.total}, the catalogue's {self._total(wanted)}"
            if step.coupons is not None and basket.off != step.coupons:
                yield f"coupons take {basket.off} off, not {step.coupons}"

    def _total(self, packs: Mapping[str, int]) -> Money:
        """By the catalogue: today's price of each, less the most that coupons can take off."""
        profile, lines = self._session.profile, dict[str, tuple[int, Money]]()
        for id_, count in packs.items():
            product = self._search.catalogue.get(id_)
            promotion = self._search.catalogue.promotion(id_, profile.store_id, profile.as_of)
            prices = [product.price if product else None, promotion.price if promotion else None]
            price = min((price for price in prices if price is not None), default=0) * count
            lines[id_] = (count, price)
        coupons = self._search.coupons.usable(list(packs), profile.shopper_id, profile.as_of)
        return sum(price for _, price in lines.values()) - most_off(lines, coupons)

    def _known(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(self._names.get(name, "") for name in names)

    def _print(self, reply: Reply | None) -> tuple[str, ...]:
        kept = tuple(condition.key for condition in self._session.kept)
        if reply is None:
            return kept
        return (*self._ids(reply), reply.note, *(s.text for s in reply.sentences), *kept)

    @staticmethod
    def _ids(reply: Reply) -> tuple[str, ...]:
        return tuple(pick.candidate.product.id for pick in reply.picks)


def most_off(lines: Mapping[str, tuple[int, Money]], coupons: Sequence[Coupon]) -> Money:
    """Try every way to lay coupons, one a line and each once; ``lines`` are packs and price."""
    if not coupons:
        return 0
    coupon, rest = coupons[0], coupons[1:]
    best = most_off(lines, rest)
    for id_ in coupon.product_ids & lines.keys():
        packs, price = lines[id_]
        if coupon.amount is not None and packs >= coupon.packs:
            others = {other: line for other, line in lines.items() if other != id_}
            best = max(best, min(coupon.amount, price) + most_off(others, rest))
    return best


def _of_words(step: Step, reply: Reply) -> Iterator[str]:
    if step.intent and reply.need.intent is not step.intent:
        yield f"read as {reply.need.intent}, not {step.intent}"
    if step.offers is not None and len(reply.choices) != step.offers:
        yield f"{len(reply.choices)} answers are offered, not {step.offers}"
    if step.tells and not (reply.note or reply.sentences):
        yield "nothing is said"
    if step.silent and (reply.sentences or reply.picks or reply.nearest):
        yield "something is said of a product"


def _is_sorted(sort: Sort, reply: Reply) -> bool:
    prices = [p.candidate.price_today for p in reply.picks if p.candidate.price_today is not None]
    return prices == sorted(prices, reverse=sort is Sort.DEAREST)
