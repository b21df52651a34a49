"""The one place that turns any failure into a polite sentence and a log line."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from index.errors import TellPerson
from ui.language import ENGLISH, Language

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
    return said_in(Trouble("", number=number), ENGLISH)


def said_in(trouble: Trouble, words: Language) -> Trouble:
    """The same trouble in another language; what a room told of itself stays as it was told."""
    if not trouble.number:
        return trouble
    remedy = words("trouble.unforeseen_remedy", number=trouble.number)
    return Trouble(words("trouble.unforeseen"), remedy, trouble.number)


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
