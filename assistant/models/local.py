"""The language model on this machine: transformers, an optional adapter, a grammar per row."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import torch
from llguidance.hf import from_tokenizer

from assistant.errors import ModelFailed
from assistant.interfaces import Completion, Prompt, Request, Stop
from assistant.models import local_weights
from assistant.models.grammar import Grammars
from assistant.models.local_decode import Engine, Line
from assistant.models.local_int8 import Switch
from assistant.models.local_precision import Precision, Verdict, settle
from assistant.models.local_prefix import PrefixCache
from assistant.models.local_prompt import Rendered, render
from assistant.models.local_rows import Row
from assistant.models.local_score import answer_tokens, log_odds

WIDTH = 8
"""Most rows side by side: each holds an attention cache of its own."""


def open_local(
    folder: Path,
    adapter: Path | None = None,
    precision: Precision | Literal["auto"] = "auto",
    threads: int | None = None,
) -> LocalModel:
    """Load a model folder, merge the adapter, and settle on a number format.

    Parameters
    ----------
    folder
        config.json, tokenizer.json, a chat template and safetensors.
    adapter
        A PEFT LoRA folder for the same base.
    precision
        ``auto`` is the fastest that agrees with float32 on this machine.
    threads
        Of torch, for the whole process; ``None`` leaves them.

    Raises
    ------
    BadModel
        A folder or an adapter that can't serve, with the reason.
    """
    if threads:
        torch.set_num_threads(threads)
    tokenizer, model = local_weights.load(folder, adapter)
    weights = local_weights.fingerprint(folder, adapter)
    probe = tokenizer(local_weights.PROBE, add_special_tokens=False)["input_ids"]
    model, switch, verdict = settle(model, precision, probe, folder, weights)
    name = f"{folder.name}+{adapter.name}" if adapter else folder.name
    return LocalModel(name, weights, tokenizer, model, switch, verdict)


class LocalModel:
    """A ``ChatModel`` over a merged model in memory. Build it with :func:`open_local`."""

    def __init__(
        self,
        name: str,
        weights: str,
        tokenizer: Any,
        model: Any,
        switch: Switch,
        verdict: Verdict,
    ) -> None:
        self.name = name
        self.fingerprint = f"{weights}-{verdict.precision}"
        self.verdict = verdict
        self.model = model
        """The merged model, for those who measure it."""
        self.tokenizer = tokenizer
        self.switch = switch
        ends = _ends(model, tokenizer)
        lltokenizer = from_tokenizer(tokenizer, eos_token=sorted(ends))
        self._grammars = Grammars(lltokenizer, ends)
        self._prefixes = PrefixCache()
        self._engine = Engine(model, switch)
        self._context = _context(model.config)
        self._width = WIDTH if verdict.side_by_side else 1

    def complete(self, requests: Sequence[Request], stop: Stop | None = None) -> list[Completion]:
        """Answer the requests side by side, in order."""
        found: list[Completion] = []
        for start in range(0, len(requests), self._width):
            found += self._together(requests[start : start + self._width], stop)
        return found

    def stream(self, request: Request, stop: Stop | None = None) -> Iterator[str]:
        """Yield pieces of text as they are decided; whole characters only."""
        line = self._begin(request, stop)
        said = ""
        while line.open and not stop:
            self._engine.step([line], stop)
            text = self._text(line.tokens)
            if len(text) > len(said) and not text.endswith("\ufffd"):
                yield text[len(said) :]
                said = text
        if rest := self._text(line.tokens)[len(said) :]:
            yield rest

    def score(self, prompts: Sequence[Prompt]) -> list[float]:
        """Log-odds of yes over no; see ``assistant.interfaces.Scorer``."""
        answers = answer_tokens(self.tokenizer)
        found: list[float] = []
        for start in range(0, len(prompts), self._width):
            rendered = [self._rendered(p, 1) for p in prompts[start : start + self._width]]
            rows = [self._prefix(r, None)[0].fork(r.length) for r in rendered]
            states = self._engine.read(rows, [r.suffix for r in rendered])
            found += log_odds(self.model, states, answers)
        return found

    def close(self) -> None:
        """Let go of the cached prefixes; the weights go with the object."""
        self._prefixes.clear()

    def _together(self, requests: Sequence[Request], stop: Stop | None) -> list[Completion]:
        start = time.perf_counter()
        lines = [self._begin(request, stop) for request in requests]
        seconds = [0.0] * len(lines)
        while any(line.open for line in lines) and not stop:
            running = [index for index, line in enumerate(lines) if line.open]
            self._engine.step(lines, stop)
            for index in running:
                seconds[index] = time.perf_counter() - start
        return [
            Completion(
                text=self._text(line.tokens),
                tokens=len(line.tokens),
                forced=line.forced,
                prompt_tokens=line.prompt_tokens,
                cached_tokens=line.cached_tokens,
                seconds=spent,
                finished=line.finished,
            )
            for line, spent in zip(lines, seconds, strict=True)
        ]

    def _begin(self, request: Request, stop: Stop | None) -> Line:
        """Feed a prompt but for its last token, which the first step feeds."""
        matcher = self._grammars.matcher(request.grammar)
        rendered = self._rendered(request.prompt, request.max_tokens)
        prefix, cached = self._prefix(rendered, stop)
        row = prefix.fork(rendered.length + request.max_tokens)
        self._engine.prefill(row, rendered.suffix[:-1], stop)
        return Line(
            row,
            [rendered.suffix[-1]],
            matcher,
            request.max_tokens,
            prompt_tokens=rendered.length,
            cached_tokens=len(rendered.prefix) if cached else 0,
        )

    def _rendered(self, prompt: Prompt, room: int) -> Rendered:
        """Turn a prompt into tokens, and refuse it where ``room`` for an answer is not left."""
        rendered = render(self.tokenizer, prompt)
        if rendered.length + room > self._context:
            raise ModelFailed(
                f"Prompt {prompt.name} has {rendered.length} tokens; with {room} for "
                f"the answer that is more than the {self._context} that {self.name} can read."
            )
        return rendered

    def _prefix(self, rendered: Rendered, stop: Stop | None) -> tuple[Row, bool]:
        """Return a row that holds the stable messages, and whether it was there already."""
        if found := self._prefixes.get(self.fingerprint, rendered.prefix_text):
            return found, True
        row = Row(len(rendered.prefix))
        self._engine.prefill(row, rendered.prefix, stop)
        if rendered.prefix and row.length == len(rendered.prefix):
            self._prefixes.put(self.fingerprint, rendered.prefix_text, row)
        return row, False

    def _text(self, tokens: Sequence[int]) -> str:
        text: str = self.tokenizer.decode(
            tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return text


def _ends(model: Any, tokenizer: Any) -> frozenset[int]:
    """Tokens that end an answer, by the tokenizer and by the generation settings."""
    ends = model.generation_config.eos_token_id
    listed = ends if isinstance(ends, list) else [ends]
    return frozenset(t for t in (*listed, tokenizer.eos_token_id) if t is not None)


def _context(config: Any) -> int:
    """Most tokens a row may hold; inside a sliding window attention is the full one."""
    longest: int = config.max_position_embeddings
    return min(longest, getattr(config, "sliding_window", None) or longest)
