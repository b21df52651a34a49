"""What a client is told instead of an answer: a status, a sentence, a remedy."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from index.errors import TellPerson
from ui.boundary import Trouble, polite


class Refused(TellPerson):
    """A request that is not answered, with its HTTP status and headers."""

    def __init__(
        self, status: int, what: str, remedy: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(what, remedy)
        self.status = status
        self.headers = dict(headers or {})


def refused_by(trouble: Trouble) -> Refused:
    """Return the refusal for a failure in words: ours is 500, the request's is 422."""
    return Refused(500 if trouble.number else 422, trouble.what, trouble.remedy)


def body_of(what: str, remedy: str = "") -> dict[str, dict[str, str]]:
    """The one shape of every refusal."""
    return {"error": {"what": what, "remedy": remedy}}


def answer_refused(_: Request, error: Exception) -> JSONResponse:
    """Any failure as the shape of ``body_of``; what was not foreseen is logged, not told."""
    if isinstance(error, Refused):
        return JSONResponse(body_of(error.what, error.remedy), error.status, error.headers)
    if isinstance(error, RequestValidationError):
        return JSONResponse(body_of(_first_wrong(error), "See openapi.json for the shape."), 422)
    if isinstance(error, HTTPException):
        return JSONResponse(body_of(str(error.detail)), error.status_code, error.headers)
    refused = refused_by(polite(error))
    return JSONResponse(body_of(refused.what, refused.remedy), refused.status)


def _first_wrong(error: RequestValidationError) -> str:
    """Name the field that is wrong; what was sent is not sent back."""
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"] if part not in ("body", "query"))
    return f"{field or 'The body'}: {first['msg']}."
