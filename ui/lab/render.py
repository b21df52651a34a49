"""Drafts rendered in a process of its own: a line of JSON in, a line out, killed when it hangs."""

from __future__ import annotations

import json
import resource
import select
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant.errors import BadPrompt
from assistant.prompts import PromptTemplate

MEMORY = 2**30
"""Bytes of address space; Python with its libraries takes a part of it."""
START_S = 60.0
"""Until the process is up; on a busy machine the imports take a while."""
READY = "ready\n"


class Ended(Exception):
    """The process did not answer: it hung and was killed, or died."""

    def __init__(self, hung: bool) -> None:
        super().__init__("hung" if hung else "died")
        self.hung = hung


class Renderer:
    """One process that renders; started at the first request and after every fault.

    It holds nothing and ends when its standard input closes, so also with this process.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Return the answer to one request.

        Raises
        ------
        Ended
            It took longer than ``seconds``, or more memory than it may.
        """
        with self._lock:
            process = self._running()
            try:
                _pipe(process.stdin).write(json.dumps(request) + "\n")
                _pipe(process.stdin).flush()
            except BrokenPipeError:
                self._end()
                raise Ended(hung=False) from None
            answer: dict[str, Any] = json.loads(self._line(process, seconds))
            return answer

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ui.lab.render"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                text=True, cwd=Path(__file__).resolve().parents[2],
            )  # fmt: skip
            self._line(self._process, START_S)
        return self._process

    def _line(self, process: subprocess.Popen[str], seconds: float) -> str:
        out = _pipe(process.stdout)
        ready, _, _ = select.select([out], [], [], seconds)
        line: str = out.readline() if ready else ""
        if not line:
            self._end()
            raise Ended(hung=not ready)
        return line

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _pipe(pipe: Any) -> Any:
    assert pipe is not None
    return pipe


def rendered(asked: dict[str, Any]) -> dict[str, Any]:
    """Answer one request: the messages of every sample, or what is wrong."""
    template = PromptTemplate("explain/draft", asked["source"], Path("explain_draft.jinja"))
    try:
        samples = [template.render(sample).messages for sample in asked["samples"]]
    except BadPrompt as error:
        return {"wrong": error.what, "remedy": error.remedy}
    return {"rendered": [[asdict(part) for part in parts] for parts in samples]}


def main() -> None:
    """Answer requests until there are no more."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.stdout.write(READY)
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(rendered(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
