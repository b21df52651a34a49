"""Events of the looking tab: a product as the index knows it, a shopper, and a turn in full."""

from __future__ import annotations

import time
from typing import Any

from assistant.consent import WishBook
from assistant.following import known_of
from assistant.prompts import PromptTemplate
from assistant.references import Resolver
from assistant.types import Need, Reference
from eval.lists import ask
from index.errors import BadData
from index.search import SearchRequest
from index.text import product_text
from index.types import Candidate, Filters
from ui.lab.drafts import draft
from ui.lab.matrix import show
from ui.lab.prompts import IN_FORCE, source_of
from ui.lab.room import Room
from ui.lab.trial import Asker, Variant
from ui.serialise import need_json, product_json, reply_json
from ui.words import fact

ADULT = 99
"""Merchandisers see everything that is sold."""
FOUND, NEAR = 20, 8


def searched(room: Room, words: str) -> tuple[str, list[tuple[str, str]]]:
    """Return what the sources find for words, and the finds as choices."""
    search = room.serving.assistant.search
    search.follow()
    began = time.perf_counter()
    request = SearchRequest(
        text=words[:200], filters=Filters(max_age_rule=ADULT), history=(),
        as_of=search.as_of, k=FOUND,
    )  # fmt: skip
    found = search.retrieve(request)[:FOUND]
    one = search.catalogue.get(words.strip())
    choices = [(one.title, one.id)] if one else []
    choices += [(c.product.title, c.product.id) for c in found]
    ms = 1000 * (time.perf_counter() - began)
    return show("found", rows=[_candidate(c) for c in found], ms=ms), choices


def product(room: Room, product_id: str | None) -> str:
    """One product's record: its fields, the text that is embedded, demand, neighbours."""
    assistant = room.serving.assistant
    search, settings = assistant.search, assistant.settings
    found = search.catalogue.get(product_id or "")
    if found is None:
        raise BadData("There is no such product.", "Search for it above.")
    near = {s.id: s.score for s in search.similar(found.id, NEAR)}
    titles = {p.id: p.title for p in search.catalogue.many(near)}
    return show(
        "product",
        fields=product_json(found),
        text=product_text(found, settings.index.text_template),
        promotion=search.catalogue.promotion(found.id, None, search.as_of),
        buyers=search.buyers(found.id),
        near=[(titles[i], score) for i, score in near.items() if i in titles],
    )


def shopper(room: Room, shopper_id: str | None) -> str:
    """One shopper's summary: every fact in words, and its references as the model reads them."""
    assistant = room.serving.assistant
    search = assistant.search
    if not shopper_id or not search.purchases.exists(shopper_id):
        raise BadData(f"Nothing is known of a shopper {shopper_id!r}.", "Choose one of the list.")
    wishes = WishBook(search.purchases.database).of(shopper_id)
    profile, history = known_of(search, shopper_id, assistant.settings.index.adult, wishes)
    resolver = Resolver((), profile, Need(""), profile.as_of)
    rows = [
        {
            "id": one.id,
            "words": fact(one, search.catalogue.currency),
            "marks": [(str(r), text) for r, text in _readable(resolver, one.id)],
            "lines": len(one.event_ids),
        }
        for one in profile.facts
    ]
    return show("shopper", profile=profile, lines=len(history), rows=rows, off=sorted(wishes.off))


def _readable(resolver: Resolver, fact_id: str) -> list[tuple[Reference, str]]:
    found = []
    for field in ("", "count", "every", "last", "share", "low", "high"):
        reference = Reference(fact_id, field)
        try:
            found.append((reference, resolver.resolve(reference)))
        except KeyError:
            continue
    return found


def traced(room: Room, shopper_id: str | None, message: str) -> str:
    """Take one turn as it would be served now and show all of it, raw texts and prompts too.

    Nothing is kept: the shopper's conversations do not know of it.
    """
    assistant = room.serving.assistant
    variant = Variant(IN_FORCE, _in_force(room))
    session, meter = Asker(assistant).session(variant, shopper_id or None)
    reply = session.ask(message)
    asked = ask(assistant, shopper_id or None, message)
    shown = {pick.candidate.product.id: pick.id for pick in reply.picks}
    ranked = asked.ranked() if asked.candidates else []
    rows = [
        _candidate(pick.candidate)
        | {
            "place": place,
            "score": pick.score,
            "parts": sorted(pick.contributions.items(), key=lambda kv: -abs(kv[1])),
            "shown": shown.get(pick.candidate.product.id, ""),
        }
        for place, pick in enumerate(ranked, start=1)
    ]
    calls = [
        {
            "messages": request.prompt.messages,
            "name": request.prompt.name,
            "raw": answer.text,
            "tokens": answer.tokens,
            "forced": answer.forced,
            "prompt_tokens": answer.prompt_tokens,
            "cached": answer.cached_tokens,
            "seconds": answer.seconds,
        }
        for request, answer in (meter.calls if meter else [])
    ]
    told: dict[str, Any] = reply_json(reply, session.profile)
    need = {k: v for k, v in need_json(reply.need).items() if v not in (None, "", [], {}, False)}
    return show("trace", reply=told, need=need, rows=rows, calls=calls)


def _in_force(room: Room) -> PromptTemplate:
    return draft(source_of(room, IN_FORCE), "explain/served")


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {
        "title": candidate.product.title,
        "id": candidate.product.id,
        "price": candidate.price_today,
        "fused": candidate.fused,
        "hits": {source.value: (hit.rank, hit.score) for source, hit in candidate.hits.items()},
    }
