"""How long a request may be: told by its headers or counted as it comes, never read to the end."""

from __future__ import annotations

import json

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

_TOO_LONG = "The body is longer than {:,} bytes: send it in parts."


def over(scope: Scope, limit: int) -> bool:
    """Whether the headers say already that the body is longer, or lie about it."""
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return any(not value.isdigit() or int(value) > limit for value in lengths)


def counted(receive: Receive, limit: int) -> Receive:
    """Receive no more bytes than the limit; then raise ``HTTPException`` 413."""
    left = limit

    async def more() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413, _TOO_LONG.format(limit))
        return message

    return more


async def refuse(send: Send, status: int, what: str, remedy: str = "") -> None:
    """Answer before anything of the body is read, in the shape of every refusal."""
    body = json.dumps({"error": {"what": what, "remedy": remedy}}).encode()
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def too_long(send: Send, limit: int) -> None:
    """Answer 413."""
    await refuse(send, 413, _TOO_LONG.format(limit))
