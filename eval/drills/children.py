"""Child processes that do a job and can be killed in the middle of it."""

from __future__ import annotations

import contextlib
import multiprocessing
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.drills import jobs

PATIENCE_S = 180.0
"""A child that takes longer counts as hanging and is ended."""
PRELOADED = ["eval.drills.jobs", "chromadb"]
"""Imported once, before the children are forked: a drill measures jobs, not imports."""


def preload(modules: Iterable[str]) -> None:
    """Have these imported too; before the first child, or it does nothing."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*PRELOADED, *modules])


@dataclass(slots=True)
class Ended:
    """What a child said and how it ended."""

    exitcode: int | None
    seconds: float
    """From its first word to its end."""
    said: list[tuple[str, Any]] = field(default_factory=list)

    @property
    def done(self) -> bool:
        return any(what == "done" for what, _ in self.said)

    @property
    def result(self) -> Any:
        """What the job returned; ``None`` where it did not get to its end."""
        return next((value for what, value in self.said if what == "done"), None)

    @property
    def told(self) -> bool:
        """Whether it ended in a sentence for a person."""
        return any(what == "trouble" for what, _ in self.said)

    @property
    def trouble(self) -> str:
        """How it ended, in a sentence; empty where it ended well."""
        if self.done and self.exitcode == 0:
            return ""
        told = next((value for what, value in self.said if what == "trouble"), "")
        if told:
            return str(told)
        if self.exitcode is not None and self.exitcode < 0:
            return f"ended by signal {-self.exitcode}"
        printed = next(value for what, value in self.said if what == "ready")
        last = Path(printed).read_text(errors="replace").strip().rpartition("\n")[2]
        return f"exit code {self.exitcode} ({last[:200]})"


class Child:
    """One running job. Ends with ``finish``, ``kill_after``, ``kill_when`` or ``stop``."""

    def __init__(
        self,
        job: str | jobs.Job,
        home: Path,
        limits: Mapping[str, int] | None = None,
        since: str = "ready",
        **options: Any,
    ) -> None:
        """Start it; its seconds are counted from the word ``since``."""
        context = multiprocessing.get_context("forkserver")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=jobs.work,
            args=(theirs, job, home, options, dict(limits or {})),
            daemon=True,
        )
        self._said: list[tuple[str, Any]] = []
        self._process.start()
        theirs.close()
        self.wait_for(since)
        self._start = time.monotonic()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def said(self, word: str) -> Any:
        """What it said with a word, the last time; ``None`` where it has not."""
        return next((value for what, value in reversed(self._said) if what == word), None)

    def wait_for(self, word: str, patience_s: float = PATIENCE_S) -> None:
        """Return once the child has said a word, or has ended."""
        until = time.monotonic() + patience_s
        while word not in (what for what, _ in self._said):
            if not self._hear(max(0.0, until - time.monotonic())):
                return

    def finish(self, patience_s: float = PATIENCE_S) -> Ended:
        """Let it come to its end."""
        until = time.monotonic() + patience_s
        while self._hear(max(0.0, until - time.monotonic())):
            pass
        return self._end()

    def kill_after(self, seconds: float) -> Ended:
        """SIGKILL it so many seconds after it began, unless it has ended by then."""
        until = self._start + seconds
        while self._hear(max(0.0, until - time.monotonic())):
            pass
        self._process.kill()
        while self._hear(0):
            pass
        return self._end()

    def kill_when(self, ripe: Callable[[], bool], patience_s: float = PATIENCE_S) -> Ended:
        """SIGKILL it at the moment that something is so, or when the patience ends."""
        until = time.monotonic() + patience_s
        while not ripe() and self._process.is_alive() and time.monotonic() < until:
            time.sleep(0.0005)
        return self.kill_after(0)

    def tell(self, word: str) -> None:
        """Say a word to it."""
        with contextlib.suppress(OSError):  # it is gone: its exit code says the rest
            self._pipe.send(word)

    def stop(self) -> Ended:
        """Tell a serving child to stop."""
        self.tell("stop")
        return self.finish()

    def _hear(self, seconds: float) -> bool:
        """Take in one word; false where none came in time or the child is gone."""
        try:
            if not self._pipe.poll(seconds):
                return False
            self._said.append(self._pipe.recv())
        except (EOFError, OSError):
            return False
        return True

    def _end(self) -> Ended:
        self._process.join(0.5)
        if self._process.exitcode is None:
            self._process.join(2)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()
        self._pipe.close()
        return Ended(self._process.exitcode, time.monotonic() - self._start, self._said)


def run(
    job: str | jobs.Job,
    home: Path,
    limits: Mapping[str, int] | None = None,
    since: str = "ready",
    **options: Any,
) -> Ended:
    """Run a job to its end in a child, under limits of the system where given."""
    return Child(job, home, limits, since, **options).finish()
