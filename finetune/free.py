"""``shelftalk finetune evaluate --free``: what the tuned model writes by itself, very often.

Whether a model is varied shows only over many sentences. They are written with the grammar off,
side by side, and each lies in a file before the next ones are asked for: killed and asked again,
it goes on there.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from assistant.explain import render_explain
from assistant.interfaces import ChatModel, Request
from assistant.plan import plan_for
from assistant.prompts import PromptTemplate
from assistant.references import Resolver
from eval.report import Row, code_hash
from finetune.answers import Answers
from finetune.evaluate import MAX_TOKENS, Said, held_plans, judge, spoken_of, truth, varied

TABLE = "free"
TOGETHER = 16
"""Sentences asked for at once; a model whose rows depend on their neighbours takes them singly."""
Tell = Callable[[int, int, float], None]
"""Sentences that are there, of how many, and seconds left."""


def write(
    model: ChatModel,
    template: PromptTemplate,
    asked: Iterable[Resolver],
    count: int,
    runs: Path,
    tell: Tell | None = None,
) -> list[Said]:
    """Let the model word the first ``count`` picks that something can be said of.

    Parameters
    ----------
    asked
        Replies of enough picks.
    runs
        A folder for the sentences, in a file of these weights and this code. It stays: what the
        same model was asked before is not asked again.
    """
    contexts = list(islice(chain.from_iterable(map(spoken_of, asked)), count))
    prompts = [render_explain(template, plan_for(c), c) for c in contexts]
    by = hashlib.sha256(f"{code_hash(('assistant',))} {model.fingerprint} {MAX_TOKENS}".encode())
    said = Answers(runs / f"free-{by.hexdigest()[:8]}.jsonl")
    missing = said.missing(prompts)
    began = time.monotonic()
    for start in range(0, len(missing), TOGETHER):
        some = missing[start : start + TOGETHER]
        answers = model.complete([Request(prompt, None, MAX_TOKENS) for prompt in some])
        for prompt, answer in zip(some, answers, strict=True):
            said.keep(prompt, answer.text)
        if tell:
            done, left = start + len(some), len(missing) - start - len(some)
            seconds = (time.monotonic() - began) / done * left
            tell(len(contexts) - left, len(contexts), seconds)
    return [judge(c, said[prompt]) for c, prompt in zip(contexts, prompts, strict=True)]


def figures(said: Sequence[Said], system: str = "tuned") -> Iterator[Row]:
    """Yield the table: how true and how varied, with intervals over shoppers."""
    yield Row("sentences", float(len(said)), system, TABLE, n=len(said))
    yield from truth(said, system, TABLE)
    yield held_plans(said, system, TABLE)
    yield from varied(said, system, TABLE)
