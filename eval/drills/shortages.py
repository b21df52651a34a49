"""A shop that serves without handles, without disk, without memory; and with them again."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from assistant.memory import Diary
from assistant.wiring import Assistant
from eval.drills.children import run
from eval.drills.jobs import Tell
from eval.drills.stage import Stage, clear
from eval.drills.tally import UNDEFENDED, Tally
from eval.drills.writes import opened
from index.config import IndexConfig
from index.errors import TellPerson

LATE_S = 1.0
ASKED = ("warm jacket", "cheaper")
BLOCK = 1 << 16
SPARE = 1 << 20
"""Bytes that are left of the memory; a turn takes more."""
DISK, HANDLES, MEMORY = "no disk", "no handle", "no memory"
TOLD = "told: "
"""Begins what a person reads as it is."""
SHORTAGES = (DISK, HANDLES, MEMORY)


def starve_serving(stage: Stage, tries: int, defended: bool) -> Tally:
    """A serving process runs short, goes on as far as it can, and recovers without a restart."""
    tally = Tally("starve-serving") if defended else Tally("starve-serving", UNDEFENDED)
    for number in range(tries):
        what = SHORTAGES[number % len(SHORTAGES)]
        home = stage.home("new")
        ended = run(serve_short, home, what=what, shielded=defended)
        tally.count(what, [ended.trouble] if ended.trouble else ended.result)
        clear(home)
        if not defended:
            break
    return tally


def serve_short(
    config: IndexConfig, tell: Tell, _: Connection, what: str, shielded: bool
) -> list[str]:
    """Serve before, during and after a shortage; what went wrong.

    Not ``shielded``: what the diary can't write fails the turn.
    """
    if not shielded:
        Diary._try = lambda self, write: write()  # type: ignore[method-assign]
    with opened(config) as assistant, ThreadPoolExecutor(1) as fresh:
        fresh.submit(str).result()  # it runs, but has opened nothing yet
        faults = [f"before: {fault}" for fault in _turns(assistant)]
        with short(what):
            here = _turns(assistant)
            there = fresh.submit(_turns, assistant).result()
            state = assistant.status
        if what != MEMORY:
            faults += [f"short of it: {fault}" for fault in here]
        if what == DISK:
            faults += [f"short of it, a new thread: {fault}" for fault in there]
            faults += [] if "can't be kept" in state else [f"its state does not say so: {state}"]
        if what == HANDLES:
            faults += [f"no sentence: {fault}" for fault in there if not fault.startswith(TOLD)]
        again = _turns(assistant) + fresh.submit(_turns, assistant).result()
        faults += [f"after: {fault}" for fault in again]
        if "can't" in assistant.status:
            faults.append(f"after: {assistant.status}")
    return faults


@contextmanager
def short(what: str) -> Iterator[None]:
    """Take something away from this process, and give it back."""
    limited = {
        DISK: resource.RLIMIT_FSIZE, HANDLES: resource.RLIMIT_NOFILE, MEMORY: resource.RLIMIT_AS,
    }[what]  # fmt: skip
    before, most = resource.getrlimit(limited)
    hog: list[bytearray] = []
    held = {
        DISK: 0, HANDLES: sum(1 for _ in Path("/proc/self/fd").iterdir()) - 1,
        MEMORY: _pages() * os.sysconf("SC_PAGE_SIZE"),
    }[what]  # fmt: skip
    resource.setrlimit(limited, (held, most))
    try:
        if what == MEMORY:
            try:
                while True:
                    hog.append(bytearray(BLOCK))
            except MemoryError:
                del hog[-SPARE // BLOCK :]
        yield
    finally:
        hog.clear()
        resource.setrlimit(limited, (before, most))


def _pages() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0])


def _turns(assistant: Assistant) -> list[str]:
    """What is wrong with a kept conversation that begins now."""
    faults = []
    try:
        session = assistant.session(None, keep=True)
        for message in ASKED:
            began = time.monotonic()
            reply = session.ask(message)
            took = time.monotonic() - began
            faults += [f"{message!r}: no cards"] if not reply.picks else []
            faults += [f"{message!r}: no reasons"] if not reply.sentences else []
            faults += [f"{message!r}: took {took:.1f} s"] if took > LATE_S else []
    except TellPerson as told:
        faults.append(f"{TOLD}{told}")
    except Exception as failed:  # noqa: BLE001 - what a person would be shown as "our side"
        faults.append(f"{type(failed).__name__}: {failed}")
    return faults
