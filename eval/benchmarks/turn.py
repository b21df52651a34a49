"""A hundred real turns of twenty shoppers: how soon the cards stand, how soon words follow.

What is said is read in the same run by ``eval.said``, so that a model that says nothing, or
nonsense, can't look fast; and how many sentences the templates wrote is the first figure.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import psutil

from assistant.config import Settings
from assistant.session import Session
from assistant.types import Pick, Reply
from assistant.wiring import Assistant, open_assistant
from eval.benchmarks.turn_messages import CONVERSATIONS
from eval.intervals import wilson_interval
from eval.report import Measurement, Row
from eval.said import Receipts, Shown, unknown_facts


@dataclass(slots=True)
class Tally:
    """What was seen over all turns."""

    cards_ms: list[float] = field(default_factory=list)
    first_ms: list[float] = field(default_factory=list)
    by_template: list[int] = field(default_factory=list)
    """One entry a sentence: 1 where the template wrote it."""
    rejected: int = 0
    unknown: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    empty_turns: int = 0


def start_seconds() -> float:
    """Seconds since this process was created: imports, weights and probes included."""
    return time.time() - psutil.Process().create_time()


def sample_shoppers(assistant: Assistant, count: int, seed: int) -> list[str]:
    """Shoppers with at least 30 baskets, drawn with a seed."""
    known = sorted(assistant.search.purchases.shoppers(min_events=30))
    return random.Random(seed).sample(known, count)


def turns(assistant: Assistant, limit: int, seed: int) -> Iterator[tuple[Session, str]]:
    """Yield (session, message), conversation by conversation."""
    shoppers = sample_shoppers(assistant, len(CONVERSATIONS), seed)
    done = 0
    for shopper, messages in zip(shoppers, CONVERSATIONS, strict=True):
        session = assistant.session(shopper)
        for message in messages:
            if done == limit:
                return
            done += 1
            yield session, message


def run(limit: int = 100, seed: int = 7, decode: bool = True) -> Measurement:
    """Run the turns and, with ``decode``, the decoding peer in the same process."""
    settings = Settings()
    with open_assistant(settings) as assistant:
        started = start_seconds()
        assistant.warm()
        guest = assistant.session()
        tally = Tally()
        for session, message in turns(assistant, limit, seed):
            note_turn(tally, assistant, session, session.ask(message))
        count = len(tally.cards_ms)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        rows = summarise(tally, started, peak, count)
        if decode and settings.model.backend == "local":
            from assistant.models.local import LocalModel
            from eval.benchmarks.decode import decode_ratio

            assert isinstance(assistant.model, LocalModel)
            rows += decode_ratio(assistant.model)
        return Measurement(
            command="bench turn",
            rows=rows,
            protocol={
                "turns": count,
                "shoppers": len(CONVERSATIONS),
                "as_of": str(guest.profile.as_of),
            },
            dataset=assistant.search.catalogue.dataset(),
            seed=seed,
            hashes=dict(guest.parts.hashes),
            notes=notes(tally),
        )


def note_turn(tally: Tally, assistant: Assistant, session: Session, reply: Reply) -> None:
    """Add one finished turn to the tally."""
    tally.cards_ms.append(1000 * reply.timings["cards"])
    if "first_sentence" in reply.timings:
        tally.first_ms.append(1000 * reply.timings["first_sentence"])
    if not reply.picks and reply.nearest is None and not reply.note:
        tally.empty_turns += 1
    receipts = receipts_of(assistant, session)
    by_id = {pick.id: pick for pick in reply.picks}
    for sentence in reply.sentences:
        tally.by_template.append(int(not sentence.by_model))
        tally.rejected += len(sentence.rejected)
        shown = shown_with(by_id[sentence.pick_id], reply)
        tally.unknown += [
            f"{w!r} in {sentence.text!r}" for w in unknown_facts(sentence.text, shown, receipts)
        ]
    tally.violations += violations(reply)


def receipts_of(assistant: Assistant, session: Session) -> Receipts | None:
    """Count the shopper's receipts anew, from the events table."""
    profile = session.profile
    if profile.shopper_id is None:
        return None
    history = assistant.search.purchases.history(profile.shopper_id, profile.as_of)
    products = assistant.search.catalogue.many({e.product_id for e in history})
    return Receipts.of(history, {p.id: p for p in products}, profile.as_of)


def shown_with(about: Pick, reply: Reply) -> Shown:
    """What stood on the page beside one sentence."""
    need = reply.need
    limits = tuple(m for m in (need.min_price, need.max_price) if m is not None)
    asked = (need.asked, need.search_text, *need.must_not, *need.categories, *need.kinds)
    others = tuple(p.candidate for p in reply.picks if p.id != about.id)
    return Shown(about.candidate, others, about.buyers, limits, tuple(filter(None, asked)))


def violations(reply: Reply) -> list[str]:
    """Hard conditions that a shown card breaks, read off the card and the need alone."""
    need, wrong = reply.need, []
    for pick in reply.picks:
        product, price = pick.candidate.product, pick.candidate.price_today
        if need.max_price is not None and (price is None or price > need.max_price):
            wrong.append(f"{product.title}: {price} over {need.max_price}")
        if need.min_price is not None and (price is None or price < need.min_price):
            wrong.append(f"{product.title}: {price} below {need.min_price}")
        if need.store_brand is not None and product.store_brand is not need.store_brand:
            wrong.append(f"{product.title}: store brand is {product.store_brand}")
        for word in need.must_not:
            if f" {word.casefold()} " in f" {product.title.casefold()} ":
                wrong.append(f"{product.title}: {word}")
    return wrong


def summarise(tally: Tally, started: float, peak_gb: float, count: int) -> list[Row]:
    """The rows, the template share first."""
    share = np.array(tally.by_template, dtype=float)
    interval = wilson_interval(int(share.sum()), share.size) if share.size else None
    by_template = float(share.mean()) if share.size else 1.0
    rows = [Row("template_share", by_template, ci95=interval, n=share.size)]
    for name, values in (("cards", tally.cards_ms), ("first_sentence", tally.first_ms)):
        for q in (50, 95):
            rows.append(Row(f"{name}_p{q}_ms", float(np.percentile(values, q)), n=len(values)))
    return [
        *rows,
        Row("peak_rss_gb", peak_gb),
        Row("start_s", started),
        Row("unknown_facts", len(tally.unknown), n=share.size),
        Row("hard_violations", len(tally.violations), n=count),
        Row("empty_turns", tally.empty_turns, n=count),
        Row("rejected_tries", tally.rejected, n=share.size),
    ]


def notes(tally: Tally) -> list[str]:
    """What a reader must know beside the figures."""
    found = [f"unknown: {line}" for line in tally.unknown[:20]]
    found += [f"violated: {line}" for line in tally.violations[:20]]
    if tally.by_template and sum(tally.by_template) > len(tally.by_template) / 2:
        found.append(
            "Templates wrote more than half of the sentences: this run does not count as "
            "answered by the model."
        )
    return found
