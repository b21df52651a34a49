"""A turn of the page in the line of turns: who waits sees their place, who can't is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator

from assistant.interfaces import Stop
from ui.api.line import Line
from ui.api.refusals import Refused
from ui.boundary import Trouble
from ui.counter import Counter
from ui.events import Stage, Turn
from ui.language import language
from ui.screen import Screen, trouble

FULL = 503


async def in_line(
    line: Line, counter: Counter, key: str, message: str, turn: Callable[[], Iterator[Screen]]
) -> AsyncIterator[Screen]:
    """Yield the screens of ``turn()`` once its place has come, and until then those of the wait.

    A conversation has one place at a time; its Stop button gives the place up.
    """
    visit = counter.visits.find(key)
    if visit is None:  # a conversation that was put away has no page to show a place on
        async for screen in line.run(lambda _: turn()):
            yield screen
        return
    if visit.is_busy:
        yield counter.not_taken(key, visit, trouble("busy", language(visit.language)))
        return
    visit.waiting, visit.stop, begun = Turn(message, Stage.WAITING), Stop(), False

    def begin(_: Stop) -> Iterator[Screen]:
        nonlocal begun
        begun, visit.waiting = True, None
        return turn()

    def wait(ahead: int) -> Screen:
        visit.waiting = Turn(message, Stage.WAITING, ahead=ahead)
        return counter.as_it_stands(key, visit)

    try:
        async for screen in line.run(begin, wait, visit.stop):
            yield screen
        if not begun:
            visit.waiting, visit.turns = None, (*visit.turns, Turn(message, Stage.STOPPED))
            yield counter.as_it_stands(key, visit)
    except Refused as refused:
        visit.waiting = None
        yield counter.not_taken(key, visit, _why(refused, line, visit.language))
    finally:
        visit.waiting = None


def _why(refused: Refused, line: Line, tongue: str) -> Trouble:
    if refused.status == FULL:
        return trouble("full", language(tongue), waiting=line.waiting)
    return Trouble(refused.what, refused.remedy)
