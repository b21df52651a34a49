"""Logins: a random cookie for whoever proved who they are, kept as its hash; it ends by itself."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

IDLE_S, LONGEST_S = 3600.0, 12 * 3600.0


@dataclass(slots=True)
class _Login:
    who: str
    proof: str
    born: float
    seen: float


class Logins:
    """Logins under one cookie; they end idle, old, or with what proved them.

    Parameters
    ----------
    cookie
        Its name.
    path
        Under which a browser sends it.
    stands
        Whether what somebody proved themselves by still opens; asked at every request.
    clock
        Monotonic seconds.
    """

    def __init__(
        self,
        cookie: str,
        path: str,
        stands: Callable[[str, str], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._cookie, self._path = cookie, path
        self._stands = stands
        self._clock = clock
        self._lock = threading.Lock()
        self._logins: dict[str, _Login] = {}

    def begin(self, who: str, proof: str = "") -> str:
        """Return a new cookie for somebody."""
        cookie, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            for key in [key for key, login in self._logins.items() if _is_over(login, now)]:
                del self._logins[key]
            self._logins[_digest(cookie)] = _Login(who, proof, now, now)
        return cookie

    def find(self, connection: HTTPConnection) -> str | None:
        """Who a request comes from, now seen; ``None`` where nobody is logged in."""
        key, now = _digest(connection.cookies.get(self._cookie, "")), self._clock()
        with self._lock:
            login = self._logins.get(key)
            if login is None:
                return None
            if _is_over(login, now) or not self._stands(login.who, login.proof):
                del self._logins[key]
                return None
            login.seen = now
            return login.who

    def end(self, connection: HTTPConnection) -> str | None:
        """End a login; returns whose it was."""
        with self._lock:
            login = self._logins.pop(_digest(connection.cookies.get(self._cookie, "")), None)
        return login.who if login else None

    def give(self, response: Response, cookie: str, request: Request) -> Response:
        """Send a cookie along: to this site alone, and no script reads it."""
        response.set_cookie(
            self._cookie, cookie, max_age=int(LONGEST_S), path=self._path, httponly=True,
            samesite="strict", secure=request.url.scheme == "https",
        )  # fmt: skip
        return response

    def take(self, response: Response) -> Response:
        """Take the cookie away again."""
        response.delete_cookie(self._cookie, path=self._path)
        return response


def _is_over(login: _Login, now: float) -> bool:
    return now - login.seen > IDLE_S or now - login.born > LONGEST_S


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
