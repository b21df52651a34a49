"""A teacher: a larger model behind any OpenAI-compatible address, asked for other words.

What it answers teaches nothing before it has passed what every example must pass. It is sent
what the assistant's own model would read, and no shopper's name or number.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

from assistant.errors import BadModel, ModelFailed
from assistant.interfaces import ChatModel, Prompt, Request
from assistant.models.openai import SIDE_BY_SIDE, OpenAIModel
from assistant.models.openai_rest import Refused
from finetune.answers import Answers

KEY = "SHELFTALK_TEACHER__API_KEY"
"""The variable that holds its key: never that of the model which serves."""
MAX_TOKENS = 120
TEMPERATURE = 0.7
"""Above 0, so that like picks are not all worded alike."""
TIMEOUT_S = 120.0
NEVER = frozenset({401, 404})
"""Answered where the key or the model's name is wrong, whatever is asked."""
TRIES, WAIT_S = 4, 2.0
"""Of one request to a server that fails, and seconds before the next; each wait is twice the
one before."""
Tell = Callable[[str, int, int], None]
"""What is asked for, how much of it is there, of how much."""


@dataclass(slots=True)
class Teacher:
    """Asks for many answers side by side and keeps each: killed and asked again, it goes on."""

    model: ChatModel
    host: str
    """Where it is, without what may be secret in its address."""
    runs: Path
    """A folder for the answers, in a file of this model."""
    tell: Tell | None = None
    wait_s: float = WAIT_S

    @classmethod
    def at(cls, url: str, name: str, runs: Path, tell: Tell | None = None) -> Teacher:
        """Prepare the teacher at an address; nothing is sent yet.

        Raises
        ------
        BadModel
            The address is none, or holds a password.
        """
        if "@" in url:  # before anything may tell the address
            raise BadModel(
                "The address of the teacher holds a name or a password.",
                f"Leave them out and put its key into {KEY}.",
            )
        model = OpenAIModel.from_url(
            url,
            name,
            api_key=os.environ.get(KEY, "").strip() or None,
            timeout_s=TIMEOUT_S,
            rest_s=0.0,  # who tries again is decided here
            temperature=TEMPERATURE,
        )
        return cls(model, urlsplit(url).netloc, runs, tell)

    @property
    def is_here(self) -> bool:
        """Whether what it is asked stays on this machine."""
        return bool(getattr(self.model, "is_here", True))  # only a server's model says

    def ask(self, what: str, prompts: Sequence[Prompt]) -> list[str | None]:
        """Return the answers in order; ``None`` for a request that the server refuses.

        Raises
        ------
        BadModel
            The server is away, or refuses whatever it is asked; what it answered is kept.
        """
        by = f"{self.model.fingerprint} {TEMPERATURE} {MAX_TOKENS}"
        said = Answers(self.runs / f"teacher-{hashlib.sha256(by.encode()).hexdigest()[:8]}.jsonl")
        missing, over, refused = said.missing(prompts), Event(), 0
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            jobs = [pool.submit(self._answer, said, prompt, over) for prompt in missing]
            try:
                for left, job in zip(range(len(jobs), 0, -1), as_completed(jobs), strict=True):
                    self._told(what, len(prompts) - left, len(prompts))
                    if why := job.result():
                        refused += 1
                        self._give_up(said, refused, len(jobs), why)
            finally:
                over.set()
                pool.shutdown(cancel_futures=True)
        self._told(what, len(prompts), len(prompts))
        return [said.get(prompt) for prompt in prompts]

    def _answer(self, said: Answers, prompt: Prompt, over: Event) -> str:
        """Ask until there is an answer, and keep it; return why the server refuses this one."""
        why = ModelFailed()
        for turn in range(TRIES):
            try:
                (answer,) = self.model.complete([Request(prompt, None, MAX_TOKENS)])
                said.keep(prompt, answer.text)
                return ""
            except Refused as refused:
                if refused.status in NEVER:
                    raise _refuses(str(refused)) from refused
                return str(refused)
            except ModelFailed as failed:
                why = failed
            if turn + 1 < TRIES and over.wait(self.wait_s * 2**turn):
                return ""
        raise BadModel(
            f"The teacher is away: {why}".rstrip(".") + ".",
            "Start it and run the same command again: what it answered is kept.",
        ) from why

    def _give_up(self, said: Answers, refused: int, of: int, why: str) -> None:
        """Raise where it has refused several and never answered: it will refuse them all."""
        if not len(said) and refused >= min(of, SIDE_BY_SIDE):
            raise _refuses(why)

    def _told(self, what: str, done: int, of: int) -> None:
        if self.tell:
            self.tell(what, done, of)


def _refuses(why: str) -> BadModel:
    return BadModel(
        f"The teacher refuses what it is asked: {why}",
        f"Check the name of its model, and its key in {KEY}.",
    )
