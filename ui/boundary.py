"""The one place that turns any failure into a polite sentence and a log line."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from index.errors import TellPerson

log = logging.getLogger("shelftalk.ui")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A failure as a person reads it: what is wrong, and what to do."""

    what: str
    remedy: str = ""
    number: str = ""
    """Names the log line, where the failure was not foreseen."""


def polite(error: Exception) -> Trouble:
    """Words for a failure; what was not foreseen is logged with its trace and a number."""
    if isinstance(error, TellPerson):
        return Trouble(error.what, error.remedy)
    number = secrets.token_hex(3)
    log.error("unforeseen failure %s", number, exc_info=error)
    return Trouble(
        "Something went wrong on our side, and this could not be answered.",
        f"Please ask again. If it happens twice, tell the shop this number: {number}.",
        number,
    )


def attempt(call: Callable[[], T]) -> T | Trouble:
    """Return what ``call`` returns, or its failure in words."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - the boundary of the design, section 3
        return polite(error)


def guarded(start: Callable[[], Iterator[T]]) -> Iterator[T | Trouble]:
    """Yield what ``start()`` yields; a failure ends it with one ``Trouble``."""
    try:
        yield from start()
    except Exception as error:  # noqa: BLE001 - the boundary of the design, section 3
        yield polite(error)
