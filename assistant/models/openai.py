"""A language model behind an OpenAI-compatible server."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import httpx

from assistant.errors import BadModel, ModelFailed
from assistant.interfaces import Completion, Request, Stop
from assistant.models.grammar import follows

SIDE_BY_SIDE = 8
"""Requests in flight at once."""


class OpenAIModel:
    """A ``ChatModel`` over ``/v1/chat/completions``. Build it with :meth:`from_url`.

    A grammar travels as vLLM's ``structured_outputs``. A server that does not know the option
    ignores it with HTTP 200, so every finished answer is matched against the grammar here,
    and one that was cut off is not held to it.
    """

    def __init__(self, client: httpx.Client, base: str, name: str, timeout_s: float) -> None:
        self.name = name
        self.fingerprint = hashlib.sha256(f"{base} {name}".encode()).hexdigest()[:16]
        self._client = client
        self._base = base
        self._timeout_s = timeout_s
        self._pool = ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="openai")

    @classmethod
    def from_url(
        cls, url: str, name: str, *, api_key: str | None = None, timeout_s: float = 20.0
    ) -> OpenAIModel:
        """Prepare a client; nothing is sent yet.

        Parameters
        ----------
        url
            ``http://host:port`` or ``…/v1``.
        name
            The model's name on the server.
        timeout_s
            Seconds for a whole answer.

        Raises
        ------
        BadModel
            Where the address is none.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
            raise BadModel(
                f"{url!r} is not the address of a model server.",
                "Give one such as http://127.0.0.1:8000/v1.",
            )
        base = url.rstrip("/")
        base = base if base.endswith("/v1") else base + "/v1"
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        return cls(httpx.Client(headers=headers, timeout=timeout_s), base, name, timeout_s)

    def complete(self, requests: Sequence[Request], stop: Stop | None = None) -> list[Completion]:
        """Ask for all at once and return the answers in order."""
        jobs = [self._pool.submit(self._one, request, stop) for request in requests]
        return [job.result() for job in jobs]

    def stream(self, request: Request, stop: Stop | None = None) -> Iterator[str]:
        """Yield pieces as they come; raises at the end where the grammar was not kept."""
        answer = _Answer()
        yield from self._pieces(request, stop, answer)
        self._check(request, answer)

    def close(self) -> None:
        """Close the connections."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._client.close()

    def _one(self, request: Request, stop: Stop | None) -> Completion:
        start = time.perf_counter()
        answer = _Answer()
        for _ in self._pieces(request, stop, answer):
            pass
        self._check(request, answer)
        return Completion(
            text=answer.text,
            tokens=answer.tokens or answer.chunks,
            prompt_tokens=answer.prompt_tokens,
            cached_tokens=answer.cached_tokens,
            seconds=time.perf_counter() - start,
            finished=answer.finished,
        )

    def _check(self, request: Request, answer: _Answer) -> None:
        kept = request.grammar is None or not answer.finished
        if not kept and not follows(request.grammar or "", answer.text):
            raise ModelFailed(
                f"{self.name} at {self._base} answered outside the grammar "
                f"({answer.text[:60]!r}): the server does not apply structured_outputs."
            )

    def _pieces(self, request: Request, stop: Stop | None, answer: _Answer) -> Iterator[str]:
        if stop:
            return
        deadline = time.monotonic() + self._timeout_s
        url = f"{self._base}/chat/completions"
        try:
            with self._client.stream("POST", url, json=self._body(request)) as response:
                if response.status_code != httpx.codes.OK:
                    response.read()
                    raise ModelFailed(
                        f"{self._base} answered {response.status_code}: {response.text[:200]}"
                    )
                for line in response.iter_lines():
                    if stop:
                        return
                    if time.monotonic() > deadline:
                        raise ModelFailed(f"{self._base} took over {self._timeout_s:g} seconds.")
                    if piece := answer.read(line):
                        yield piece
        except httpx.TimeoutException as error:
            raise ModelFailed(f"{self._base} took over {self._timeout_s:g} seconds.") from error
        except httpx.HTTPError as error:
            raise ModelFailed(f"{self._base} can't be reached: {error}") from error
        if not answer.complete:
            raise ModelFailed(f"{self._base} broke off, or does not stream chat completions.")

    def _body(self, request: Request) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.name,
            "messages": [{"role": m.role, "content": m.content} for m in request.prompt.messages],
            "max_tokens": request.max_tokens,
            "temperature": 0,
            "seed": 0,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if request.grammar is not None:
            body["structured_outputs"] = {"grammar": request.grammar}
        return body


class _Answer:
    """What a stream of server-sent events has said so far."""

    def __init__(self) -> None:
        self.text = ""
        self.chunks = 0
        self.tokens = 0
        self.prompt_tokens = 0
        self.cached_tokens = 0
        self.reason: str | None = None

    @property
    def complete(self) -> bool:
        """Whether the server said that it was at its end."""
        return self.reason is not None

    @property
    def finished(self) -> bool:
        return self.reason == "stop"

    def read(self, line: str) -> str:
        """Take in one line and return the new text in it."""
        if not line.startswith("data:") or line == "data: [DONE]":
            return ""
        try:
            event = json.loads(line.removeprefix("data:"))
            self._count(event.get("usage") or {})
            piece = ""
            for choice in event.get("choices", [])[:1]:
                piece = choice["delta"].get("content") or ""
                self.reason = choice.get("finish_reason") or self.reason
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelFailed(f"The server's answer is not a chat completion: {line[:80]}") from (
                error
            )
        self.text += piece
        self.chunks += bool(piece)
        return piece

    def _count(self, usage: dict[str, Any]) -> None:
        self.tokens = usage.get("completion_tokens") or self.tokens
        self.prompt_tokens = usage.get("prompt_tokens") or self.prompt_tokens
        details = usage.get("prompt_tokens_details") or {}
        self.cached_tokens = details.get("cached_tokens") or self.cached_tokens
