"""Fed rubbish: messages through whole turns, as far as the page that a person sees."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from assistant.config import ModelConfig
from assistant.models import open_model
from assistant.tuned import serving
from assistant.types import Reply
from assistant.wiring import Assistant
from eval.benchmarks.web import MESSAGES
from eval.drills.liars import ObedientModel, Reader, amounts, raw
from eval.drills.lies import ASKED, SHOPPER, shop_of
from eval.drills.rubbish import MARKUP, message
from eval.drills.stage import Stage
from eval.drills.tally import UNDEFENDED, Tally
from index.config import IndexConfig
from index.sources.outdoor import OutdoorSource
from index.types import Product
from index.weights import locate
from ui.counter import Counter
from ui.drills.markup import strange
from ui.events import Turn
from ui.screen import GUEST

SAID = (*MESSAGES, *ASKED, "the second one", "why?", "add 2 of it", "compare 1 and 2", "not this")
"""Sound messages that the rubbish is made of: first ones, and some that lean on the one before."""
TALK = 5
"""Messages of a conversation."""
PATIENCE_S = 10.0
"""Of a processor, for a scripted turn: what takes more hangs, however busy the machine is."""
SHOWN = 80
"""Characters of a message in a loss."""


class MarkedSource(OutdoorSource):
    """The outdoor shop with markup in every seventh title, past the cleaning of an import."""

    def products(self) -> Iterator[Product]:
        for number, product in enumerate(super().products()):
            mark = "" if number % 7 else f" {MARKUP[number // 7 % len(MARKUP)]}"
            yield replace(product, title=product.title + mark)


def feed_messages(stage: Stage, tries: int, defended: bool) -> Tally:
    """Say rubbish to a shop whose model lies: no failure, nothing invented, no markup."""
    tally = Tally("rubbish-messages") if defended else Tally("rubbish-messages", UNDEFENDED)
    model = ObedientModel()
    with shop_of(stage.root / "marked", MarkedSource(), model) as assistant:
        return _fed(tally, stage, tries, assistant, model if not defended else None)


def feed_real(stage: Stage, tries: int, defended: bool) -> Tally:
    """The same to the model that is shipped, with its adapter."""
    settings = ModelConfig()
    tuned = serving(settings.name, IndexConfig().home)
    config = settings.model_copy(update={"adapter": tuned.folder if tuned else None})
    model = open_model(config, lambda name: locate(name, IndexConfig()))
    with shop_of(stage.root / "marked", MarkedSource(), model, tuned) as assistant:
        return _fed(Tally("rubbish-real"), stage, tries, assistant, None)


def _fed(
    tally: Tally, stage: Stage, tries: int, assistant: Assistant, believed: ObedientModel | None
) -> Tally:
    """Hold conversations of rubbish; a model that is believed speaks past verifier and page."""
    counter, key, earlier = Counter(assistant), "", set[int]()
    prompts = assistant.model.prompts if isinstance(assistant.model, ObedientModel) else ()
    shoppers = assistant.search.purchases.shoppers()
    coupons = assistant.search.coupons
    reader = Reader(
        assistant.search.catalogue.get, shoppers, prompts,
        lambda profile: coupons.usable(None, profile.shopper_id, profile.as_of),
    )  # fmt: skip
    for number in range(tries):
        person = SHOPPER if number // TALK % 2 else GUEST
        if number % TALK == 0:
            key, earlier = counter.begin(key, person).key, set[int]()
        said = message(stage.draw, SAID)
        if believed:
            believed.said.clear()
        began = time.process_time()
        with _heard() as failures:
            *_, screen = counter.ask(said, key, person)
        took = time.process_time() - began
        faults = [f"{type(e).__name__}: {e}"[:200] for e in failures]
        faults += [f"took {took:.1f} s of a processor"] if took > PATIENCE_S else []
        visit = counter.visits.find(key)
        turn = visit.turns[-1] if visit else Turn("")
        if visit and turn.need:
            reply = Reply(turn.need, turn.picks, turn.sentences, turn.note, turn.nearest)
            profile = visit.talk.profile
            reply = raw(reply, believed.said, profile) if believed else reply
            basket = visit.talk.basket
            earlier |= {basket.total, *(line.price or 0 for line in basket.lines)}
            faults += reader.broken(reply, profile, earlier)
            earlier |= amounts(reply, profile)
        markup = _pasted(turn) if believed else screen.talk + screen.shelf
        faults += [f"markup: {fault}" for fault in strange(markup)]
        tally.count(f"{said[:SHOWN]!r} ({len(said)} characters)", faults)
        if believed and tally.lost > TALK:
            break
    return tally


def _pasted(turn: Turn) -> str:
    """A page that pastes what it is given: the control."""
    cards = "".join(f"<h3>{pick.candidate.product.title}</h3>" for pick in turn.picks)
    return f"<p>{turn.message}</p><p>{turn.note}</p>{cards}"


@contextmanager
def _heard() -> Iterator[list[BaseException]]:
    """Failures that the boundary turned into a polite sentence meanwhile."""
    found: list[BaseException] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.exc_info and record.exc_info[1]:
                found.append(record.exc_info[1])

    log, listener = logging.getLogger("shelftalk.ui"), Listener()
    before, log.propagate = log.propagate, False
    log.addHandler(listener)
    try:
        yield found
    finally:
        log.removeHandler(listener)
        log.propagate = before
