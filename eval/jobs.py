"""A run answered by several processes at once: each opens the task and takes its own chunks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from eval.runs import Plan, RunFolder, answer
from eval.tasks.registry import find
from index.errors import TellPerson

POLL_S = 0.5
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")
"""Shared out among the processes, so that they do not wait for each other's cores."""


def answer_together(
    plan: Plan,
    folder: RunFolder,
    jobs: int,
    systems: Sequence[str] | None = None,
    watch: Callable[[int], None] | None = None,
) -> None:
    """Let ``jobs`` processes answer what the folder lacks.

    A worker that is killed leaves its chunks to whoever runs the task next; the finished
    report is the same, but for times.

    Parameters
    ----------
    watch
        Called now and then with how many chunks lie in the folder.

    Raises
    ------
    TellPerson
        A worker failed; what it said went to the error stream.
    """
    each = str(max(1, (os.cpu_count() or 1) // jobs))
    environment = {**os.environ, **dict.fromkeys(THREADS, each)}
    work = [plan.task, plan.seed, plan.limit, str(folder.path), list(systems or ()), jobs]
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "eval.jobs", json.dumps([*work, job])], env=environment
        )
        for job in range(jobs)
    ]
    try:
        while any(worker.poll() is None for worker in workers):
            time.sleep(POLL_S)
            if watch:
                watch(len(list(folder.path.glob("cases/*/*.parquet"))))
    finally:
        for worker in workers:
            worker.terminate()
            worker.wait()
    if failed := sum(worker.returncode != 0 for worker in workers):
        raise TellPerson(
            f"{failed} of {jobs} processes came to no end; what is answered is kept.",
            "Run the same again: it goes on from there.",
        )


def work(given: str) -> None:
    """Be one of the processes."""
    task, seed, limit, path, systems, jobs, job = json.loads(given)
    opened = find(task).open(seed)
    plan = Plan.of(task, opened, seed, limit)
    answer(opened, plan, RunFolder(Path(path), job, jobs), systems or None)


if __name__ == "__main__":
    try:
        work(sys.argv[1])
    except TellPerson as told:
        sys.exit(str(told))
