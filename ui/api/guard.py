"""Who is asking, and whether they may: at the door of every route."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from ui.api.clients import Client, Clients, Scope
from ui.api.refusals import Refused

REMEMBERED = 1000
"""Tokens whose proof is remembered, as SHA-256, and addresses that are watched."""
WRONG_PER_MINUTE = 20
"""Wrong tokens from one address before it has to wait."""


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float


class Buckets:
    """So many a minute for each key, saved up to a minute's worth; the least used are forgotten."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, key: str, per_minute: int, take: float = 1.0) -> float:
        """Take one and return 0, or take none and return the seconds until there is one."""
        now, rate = self._clock(), per_minute / 60
        with self._lock:
            bucket = self._buckets.setdefault(key, _Bucket(per_minute, now))
            self._buckets.move_to_end(key)
            bucket.level = min(per_minute, bucket.level + (now - bucket.at) * rate)
            bucket.at = now
            if len(self._buckets) > REMEMBERED:
                self._buckets.popitem(last=False)
            if bucket.level >= 1:
                bucket.level -= take
                return 0.0
            return (1 - bucket.level) / rate


class Guard:
    """Knows clients by their tokens, and keeps each to its pace."""

    def __init__(self, clients: Clients, clock: Callable[[], float] = time.monotonic) -> None:
        self._clients = clients
        self._paces, self._wrong = Buckets(clock), Buckets(clock)
        self._proven: OrderedDict[bytes, str] = OrderedDict()
        self._lock = threading.Lock()

    def admit(self, header: str | None, address: str, scope: Scope) -> Client:
        """Return the client, or refuse: 401 unknown, 403 not its scope, 429 too fast.

        Every unknown, expired or revoked token is told the same.
        """
        client = self._known(header, address)
        if scope not in client.scopes:
            raise Refused(
                403, f"The token {client.name!r} does not open this.", f"It needs {scope!r}."
            )
        if wait := self._paces.wait(client.id, client.per_minute):
            raise _slower(f"That is more than {client.per_minute} requests a minute.", wait)
        return client

    def _known(self, header: str | None, address: str) -> Client:
        if wait := self._wrong.wait(address, WRONG_PER_MINUTE, take=0):
            raise _slower("Too many wrong tokens came from this address.", wait)
        scheme, _, token = (header or "").partition(" ")
        if scheme.lower() == "bearer" and token:
            id_ = self._proof(token.strip())
            if id_ and (client := self._clients.get(id_)):
                return client
            self._wrong.wait(address, WRONG_PER_MINUTE)
        raise Refused(
            401,
            "This needs a token that is known here.",
            "Send it as 'Authorization: Bearer …'; the shop makes one with 'shelftalk tokens'.",
            {"www-authenticate": "Bearer"},
        )

    def _proof(self, token: str) -> str | None:
        """The id behind a token; proven once, then remembered by its hash in this process."""
        digest = hashlib.sha256(token.encode()).digest()
        with self._lock:
            if digest in self._proven:
                return self._proven[digest]
        id_ = self._clients.prove(token)
        if id_:
            with self._lock:
                self._proven[digest] = id_
                if len(self._proven) > REMEMBERED:
                    self._proven.popitem(last=False)
        return id_


def _slower(what: str, wait: float) -> Refused:
    seconds = int(wait) + 1
    return Refused(429, what, f"Ask again in {seconds} s.", {"retry-after": str(seconds)})
