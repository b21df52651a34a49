"""Conversations of the API: begun as somebody, gone on with by whoever began them."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from assistant.interfaces import Stop
from assistant.types import CardsReady, NeedRead, SentenceReady, TurnDone, TurnEvent
from index.errors import UnknownShopper
from ui.api.bodies import Ask, Recommend
from ui.api.clients import Client
from ui.api.refusals import Refused
from ui.door import Door, Talk
from ui.serialise import need_json, pick_json, reply_json, sentence_json
from ui.visits import Visit, Visits


@dataclass(frozen=True, slots=True)
class Talks:
    """Open conversations. A key carries the mark of the client that it was given to."""

    door: Door
    visits: Visits = field(default_factory=Visits)
    _mark: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def of(self, body: Ask, client: Client) -> tuple[str, Visit]:
        """Begin or find the conversation of a message.

        Raises
        ------
        Refused
            403 a shopper that the client may not speak for, 404 no such shopper or no such
            conversation of this client, 422 another shopper for a conversation that has one.
        """
        if body.session is None:
            talk = self.begin(body.shopper, client)
            key, visit = self.visits.open(talk, body.shopper)
            return f"{key}.{self._sign(key, client)}", visit
        if body.shopper is not None:
            raise Refused(
                422, "A conversation keeps the shopper that it began with.",
                "Leave 'shopper' out, or leave 'session' out to begin another.",
            )  # fmt: skip
        return body.session, self.find(body.session, client)

    def find(self, session: str, client: Client) -> Visit:
        """The conversation behind a key that this client was given.

        Raises
        ------
        Refused
            404, whether there is none or it is another's.
        """
        key, _, mark = session.partition(".")
        own = hmac.compare_digest(mark.encode(), self._sign(key, client).encode())
        found = self.visits.find(key) if own else None
        if found is None:
            raise Refused(
                404, "There is no such conversation.", "Leave 'session' out to begin one."
            )
        return found

    def begin(self, shopper: str | None, client: Client) -> Talk:
        """Open a conversation that nobody goes on with by key.

        Raises
        ------
        Refused
            403 or 404, as ``of``.
        """
        if not client.may_speak_for(shopper):
            raise Refused(
                403, f"The token {client.name!r} may not speak for this shopper.",
                "Leave 'shopper' out to be a guest.",
            )  # fmt: skip
        try:
            return self.door.session(shopper)
        except UnknownShopper as error:
            raise Refused(404, error.what, "Leave 'shopper' out to be a guest.") from error

    def _sign(self, key: str, client: Client) -> str:
        text = f"{key}\0{client.id}".encode()
        return hmac.new(self._mark, text, hashlib.sha256).hexdigest()[:32]


def answer(visit: Visit, body: Ask, stop: Stop) -> Iterator[TurnEvent]:
    """Take a turn; one at a time in a conversation."""
    if not visit.busy.acquire(blocking=False):
        raise Refused(409, "The last message is still being answered.", "Wait for its end.")
    try:
        if body.dial is not None:
            visit.talk.dial = body.dial
        for event in visit.talk.stream(body.message, stop):
            if isinstance(event, TurnDone):
                visit.hashes = event.reply.hashes
            yield event
    finally:
        visit.busy.release()


def cards_alone(talk: Talk, body: Recommend, stop: Stop) -> Iterator[TurnEvent]:
    """Take a turn as far as its cards."""
    if body.dial is not None:
        talk.dial = body.dial
    for event in talk.stream(body.request, stop):
        yield event
        if isinstance(event, CardsReady):
            return


def event_json(event: TurnEvent, visit: Visit) -> tuple[str, Any]:
    """An event's name and data on the wire."""
    match event:
        case NeedRead(need):
            return "need", need_json(need)
        case CardsReady():
            return "cards", cards_json(event)
        case SentenceReady(sentence):
            return "sentence", sentence_json(sentence)
        case TurnDone(reply):
            return "done", reply_json(reply, visit.talk.profile)


def cards_json(event: CardsReady) -> dict[str, Any]:
    """The cards, before a word is said of them."""
    return {
        "picks": [pick_json(pick) for pick in event.picks],
        "note": event.note,
        "nearest": pick_json(event.nearest) if event.nearest else None,
    }


def frame(name: str, data: Any) -> str:
    """One server-sent event (HTML Living Standard, section 9.2)."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
