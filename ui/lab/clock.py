"""A trial of the lab under the clock, killed on its way: what it takes, and what a kill costs."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from assistant.prompts import load
from assistant.wiring import Assistant
from eval.report import Row
from index.errors import TellPerson
from ui.lab.drafts import draft
from ui.lab.scenarios import from_shoppers
from ui.lab.trial import Variant, run

Open = Callable[[], Assistant]
"""A function of a module, so that the process that is killed can find it."""
LOOK_S = 0.02


def variants() -> list[Variant]:
    """Three prompts: both released ones, and a draft that differs in what the model is told."""
    one, two = load("explain/1"), load("explain/2")
    changed = one.source.replace("in plain words", "warmly and in plain words")
    return [Variant("A", one), Variant("B", two), Variant("C", draft(changed))]


def measure(open_: Open, scenarios: int, folder: Path) -> list[Row]:
    """Run three prompts over so many scenarios; a SIGKILL comes at a third, then it goes on.

    Rows: ``seconds`` of both stretches together, without what opening the shop took; ``cells``
    that stand in the end; ``cells_lost`` of those that stood when it was killed;
    ``asked_twice``.

    Raises
    ------
    TellPerson
        The process that was to be killed ended by itself.
    """
    of = len(variants()) * scenarios
    before_s = _killed_at(of // 3, open_, scenarios, folder)
    stood = [line for line in _lines(folder) if line.endswith(b"}")]
    with open_() as assistant:
        asked = from_shoppers(assistant, scenarios)
        began = time.perf_counter()
        done = sum(1 for _ in run(assistant, variants(), asked, folder))
        seconds = before_s + time.perf_counter() - began
    lines = _lines(folder)
    return [
        Row("seconds", seconds, n=of),
        Row("cells", done, n=of),
        Row("cells_lost", len(set(stood) - set(lines)), n=len(stood)),
        Row("asked_twice", len(lines) - len(set(lines)), n=of),
    ]


def _work(open_: Open, scenarios: int, folder: Path, ready: Connection) -> None:
    with open_() as assistant:
        asked = from_shoppers(assistant, scenarios)
        ready.send(True)
        for _ in run(assistant, variants(), asked, folder):
            pass


def _killed_at(cells: int, open_: Open, scenarios: int, folder: Path) -> float:
    """Seconds that a process worked until it was killed, with so many cells written."""
    fresh = multiprocessing.get_context("spawn")
    ready, told = fresh.Pipe(duplex=False)
    worker = fresh.Process(target=_work, args=(open_, scenarios, folder, told))
    worker.start()
    try:
        _until(ready.poll, worker)
        began = time.perf_counter()
        _until(lambda: len(_lines(folder)) >= cells, worker)
        return time.perf_counter() - began
    finally:
        worker.kill()
        worker.join()


def _until(holds: Callable[[], bool], worker: multiprocessing.process.BaseProcess) -> None:
    while not holds():
        if not worker.is_alive():
            raise TellPerson("The trial ended before it could be killed.", "Take more scenarios.")
        time.sleep(LOOK_S)


def _lines(folder: Path) -> list[bytes]:
    files = sorted(folder.glob("*.jsonl"))
    return [line for file in files for line in file.read_bytes().split(b"\n") if line]
