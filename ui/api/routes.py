"""The routes under /v1 and their documentation; what they do is in ``talks`` and ``backroom``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response, StreamingResponse

from assistant.types import CardsReady, TurnDone, TurnEvent
from ui.api.backroom import Backroom
from ui.api.bodies import Ask, Events, Feedback, Recommend
from ui.api.clients import Client, Scope
from ui.api.figures import TYPE, Figures
from ui.api.guard import Guard
from ui.api.line import Line
from ui.api.refusals import Refused, body_of
from ui.api.talks import Talks, answer, cards_alone, cards_json, event_json, frame
from ui.feedback import FeedbackLog, Thought
from ui.serialise import product_json
from ui.visits import Visit


@dataclass(frozen=True, slots=True)
class Api:
    """What the routes work with; one for an application."""

    guard: Guard
    talks: Talks
    backroom: Backroom
    line: Line
    figures: Figures
    feedback: FeedbackLog


def api_of(request: Request) -> Api:
    found: Api = request.app.state.api
    return found


def needs(scope: Scope) -> Callable[[Request], Client]:
    """Return what admits a request to a route of this scope."""

    def admit(request: Request) -> Client:
        address = request.client.host if request.client else ""
        header = request.headers.get("authorization")
        return api_of(request).guard.admit(header, address, scope)

    return admit


Shop = Annotated[Api, Depends(api_of)]
Asker = Annotated[Client, Depends(needs(Scope.ASK))]
Recommender = Annotated[Client, Depends(needs(Scope.RECOMMEND))]
Reader = Annotated[Client, Depends(needs(Scope.PRODUCTS))]
Teller = Annotated[Client, Depends(needs(Scope.FEEDBACK))]
Till = Annotated[Client, Depends(needs(Scope.EVENTS))]
Watcher = Annotated[Client, Depends(needs(Scope.METRICS))]

_TOLD = {"application/json": {"example": body_of("What is wrong.", "What to do.")}}
REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"description": "No token that is known here.", "content": _TOLD},
    403: {"description": "The token does not open this.", "content": _TOLD},
    404: {"description": "There is no such thing.", "content": _TOLD},
    422: {"description": "The request can't be read or met.", "content": _TOLD},
    429: {"description": "Too many requests; see retry-after.", "content": _TOLD},
    503: {"description": "The shop is full; see retry-after.", "content": _TOLD},
}
LEFT = 499
"""Of an answer that nobody waits for any more; as nginx logs it."""
v1 = APIRouter(responses=REFUSALS)
watched = APIRouter(include_in_schema=False)


@v1.post("/ask", summary="Ask in a conversation")
async def ask(body: Ask, client: Asker, api: Shop, request: Request) -> Response:
    """Return the reply with its evidence, or its events as they come with ``stream``.

    Events are ``need``, ``cards``, ``sentence`` (each verified), then ``done`` with what the
    JSON answer holds.
    """
    key, visit = await run_in_threadpool(api.talks.of, body, client)
    events = api.line.run(lambda stop: answer(visit, body, stop))
    if body.stream:
        first = await anext(events)
        stream = _frames(key, visit, first, events, api)
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)
    async for event in attended(request, events):
        if isinstance(event, TurnDone):
            api.figures.turn(event.reply)
            _, data = event_json(event, visit)
            return JSONResponse({"session": key, "reply": data})
    return Response(status_code=LEFT)


async def attended(
    request: Request, events: AsyncGenerator[TurnEvent, None]
) -> AsyncGenerator[TurnEvent, None]:
    """Yield the events while the client is there; once it has left, its turn is stopped."""
    leaving = asyncio.create_task(_left(request))
    try:
        while True:
            coming = asyncio.ensure_future(anext(events))
            await asyncio.wait({coming, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not coming.done():
                coming.cancel()
                await asyncio.wait({coming})
                return
            try:
                yield coming.result()
            except StopAsyncIteration:
                return
    finally:
        leaving.cancel()
        await events.aclose()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _frames(
    key: str, visit: Visit, first: TurnEvent, rest: AsyncIterator[TurnEvent], api: Api
) -> AsyncIterator[str]:
    yield frame("session", {"session": key})
    yield frame(*event_json(first, visit))
    try:
        async for event in rest:
            if isinstance(event, TurnDone):
                api.figures.turn(event.reply)
            yield frame(*event_json(event, visit))
    except Refused as trouble:
        yield frame("trouble", body_of(trouble.what, trouble.remedy))


@v1.post("/recommend", summary="Picks without words")
async def recommend(body: Recommend, client: Recommender, api: Shop, request: Request) -> Response:
    """Return the picks for one shopper or a guest, each with its sources and evidence."""
    talk = await run_in_threadpool(api.talks.begin, body.shopper, client)
    events = api.line.run(lambda stop: cards_alone(talk, body, stop))
    async for event in attended(request, events):
        if isinstance(event, CardsReady):
            return JSONResponse({"shopper": body.shopper, **cards_json(event)})
    return Response(status_code=LEFT)


@v1.get("/products", summary="Products by word")
def products(
    _: Reader,
    api: Shop,
    q: Annotated[str, Query(max_length=200, examples=["greek yogurt"])] = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> dict[str, Any]:
    """Return products for words, best first; without words the most bought."""
    return {"products": [product_json(p) for p in api.backroom.products(q, limit)]}


@v1.get("/products/{product_id}", summary="One product")
def product(product_id: str, _: Reader, api: Shop) -> dict[str, Any]:
    """Return everything that the catalogue says of a product; unknown is null."""
    found = api.backroom.product(product_id)
    if found is None:
        raise Refused(404, "There is no such product.", "GET products?q=… finds some.")
    return product_json(found)


@v1.post("/feedback", summary="What a shopper thought", status_code=201)
def feedback(body: Feedback, client: Teller, api: Shop) -> dict[str, bool]:
    """Note a thumb, an add, a dismissal or a dwell, with the hashes of what answered."""
    visit = api.talks.find(body.session, client)
    said = visit.talk.said if body.kind in (Thought.UP, Thought.DOWN) else None
    api.feedback.add(
        body.kind, visit.hashes, visit.shopper, body.product_id, body.seconds, said=said
    )
    return {"noted": True}


@v1.post("/events", summary="Purchases, live", status_code=201)
def events(body: Events, client: Till, api: Shop) -> dict[str, Any]:
    """Write receipt lines, all or none; the next question of every conversation sees them."""
    lines = [purchase.line() for purchase in body.events]
    if not all(client.may_speak_for(line.shopper_id) for line in lines):
        raise Refused(403, f"The token {client.name!r} may not write for this shopper.")
    report = api.backroom.purchases(lines)
    return {"written": len(lines), "today": report.today.isoformat()}


@watched.get("/metrics")
def metrics(_: Watcher, api: Shop) -> Response:
    """Return the counters in Prometheus's text format."""
    return Response(api.figures.text(), media_type=TYPE)
