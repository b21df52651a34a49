"""A language model behind an OpenAI-compatible server."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import httpx

from assistant.errors import BadModel, ModelFailed
from assistant.interfaces import Completion, Request, Stop
from assistant.models.grammar import follows
from assistant.models.openai_answer import Answer
from assistant.models.openai_rest import FIRST_S, Refused, Rest
from index.offline import is_here

SIDE_BY_SIDE = 8
"""Requests in flight at once."""


class OpenAIModel:
    """A ``ChatModel`` over ``/v1/chat/completions``. Build it with :meth:`from_url`.

    A grammar travels as vLLM's ``structured_outputs``. A server that does not know the option
    refuses (``transformers serve``: 422) or ignores it with HTTP 200, so every finished answer is
    matched against the grammar here, and one that was cut off is not held to it.

    A server that is away, hanging or lying is left alone for a while, so that it costs one
    shopper one timeout and the next ones nothing; then one request tries again.
    """

    def __init__(
        self,
        client: httpx.Client,
        base: str,
        name: str,
        timeout_s: float,
        rest_s: float = FIRST_S,
        temperature: float = 0.0,
    ) -> None:
        self.name = name
        self.fingerprint = hashlib.sha256(f"{base} {name}".encode()).hexdigest()[:16]
        self._client = client
        self._base = base
        self._timeout_s = timeout_s
        self._temperature = temperature
        self._rest = Rest(rest_s)
        self._pool = ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="openai")

    @classmethod
    def from_url(
        cls,
        url: str,
        name: str,
        *,
        api_key: str | None = None,
        timeout_s: float = 20.0,
        rest_s: float = FIRST_S,
        temperature: float = 0.0,
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
        rest_s
            Seconds that a server is left alone after it failed; doubled while it goes on failing.
        temperature
            Of the sampling; 0 always takes the likeliest token, as a shop does.

        Raises
        ------
        BadModel
            Where the address is none.
        """
        if not _is_address(url):
            raise BadModel(
                f"{url!r} is not the address of a model server.",
                "Give one such as http://127.0.0.1:8000/v1.",
            )
        base = url.rstrip("/")
        base = base if base.endswith("/v1") else base + "/v1"
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        client = httpx.Client(headers=headers, timeout=timeout_s)
        return cls(client, base, name, timeout_s, rest_s, temperature)

    @property
    def is_here(self) -> bool:
        """Whether the server is this very machine."""
        return is_here(urlsplit(self._base).hostname or "")

    @property
    def away(self) -> bool:
        """Whether the server failed when it was last asked."""
        return self._rest.away

    def complete(self, requests: Sequence[Request], stop: Stop | None = None) -> list[Completion]:
        """Ask for all at once and return the answers in order."""
        jobs = [self._pool.submit(self._one, request, stop) for request in requests]
        return [job.result() for job in jobs]

    def stream(self, request: Request, stop: Stop | None = None) -> Iterator[str]:
        """Yield pieces as they come; raises at the end where the grammar was not kept."""
        if stop:
            return
        answer = Answer()
        with self._rest.watch():
            yield from self._pieces(request, stop, answer)
            self._check(request, answer)

    def close(self) -> None:
        """Close the connections."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._client.close()

    def _one(self, request: Request, stop: Stop | None) -> Completion:
        if stop:
            return Completion("", 0, finished=False)
        start = time.perf_counter()
        answer = Answer()
        with self._rest.watch():
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

    def _check(self, request: Request, answer: Answer) -> None:
        kept = request.grammar is None or not answer.finished
        if not kept and not follows(request.grammar or "", answer.text):
            raise ModelFailed(
                f"{self.name} at {self._base} answered outside the grammar "
                f"({answer.text[:60]!r}): the server does not apply structured_outputs."
            )

    def _pieces(self, request: Request, stop: Stop | None, answer: Answer) -> Iterator[str]:
        deadline = time.monotonic() + self._timeout_s
        url = f"{self._base}/chat/completions"
        try:
            with self._client.stream("POST", url, json=self._body(request)) as response:
                for text in response.iter_text():
                    if stop:
                        return
                    if time.monotonic() > deadline:
                        raise ModelFailed(f"{self._base} took over {self._timeout_s:g} seconds.")
                    if response.status_code != httpx.codes.OK:
                        self._refuse(response.status_code, text)
                    for piece in answer.take(text):
                        yield piece
                        if stop:
                            return
                self._refuse(response.status_code, "")
        except httpx.TimeoutException as error:
            raise ModelFailed(f"{self._base} took over {self._timeout_s:g} seconds.") from error
        except httpx.HTTPError as error:
            raise ModelFailed(f"{self._base} can't be reached: {error}") from error
        if not answer.complete:
            raise ModelFailed(f"{self._base} broke off, or does not stream chat completions.")

    def _refuse(self, status: int, text: str) -> None:
        """Raise where the server did not take the request."""
        if status == httpx.codes.OK:
            return
        said = f"{self._base} answered {status}: {text[:200]}"
        # Of one request, not of the server: the next one may be taken.
        fault = httpx.codes.is_client_error(status) and status != httpx.codes.TOO_MANY_REQUESTS
        raise Refused(said, status) if fault else ModelFailed(said)

    def _body(self, request: Request) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.name,
            "messages": [{"role": m.role, "content": m.content} for m in request.prompt.messages],
            "max_tokens": request.max_tokens,
            "temperature": self._temperature,
            "seed": 0,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if request.grammar is not None:
            body["structured_outputs"] = {"grammar": request.grammar}
        return body


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(
            parts.scheme in {"http", "https"}
            and parts.hostname
            and parts.port != 0
            and not parts.query
        )
    except ValueError:  # a port or an IPv6 address that is none
        return False
