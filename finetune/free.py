"""``shelftalk finetune evaluate --free``: what the tuned model writes by itself, very often.

Whether a model is varied shows only over many sentences. They are written with the grammar off,
side by side, and each lies in a file before the next ones are asked for: killed and asked again,
it goes on there.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from assistant.explain import render_explain
from assistant.interfaces import ChatModel, Prompt, Request
from assistant.plan import plan_for
from assistant.prompts import PromptTemplate
from assistant.references import Resolver
from eval.report import Row, code_hash
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
    names = [_name(prompt) for prompt in prompts]
    by = hashlib.sha256(f"{code_hash(('assistant',))} {model.fingerprint} {MAX_TOKENS}".encode())
    path = runs / f"free-{by.hexdigest()[:8]}.jsonl"
    said = _read(path)
    missing = list({n: p for n, p in zip(names, prompts, strict=True) if n not in said}.items())
    began = time.monotonic()
    with path.open("a", encoding="utf-8") as file:
        for start in range(0, len(missing), TOGETHER):
            some = missing[start : start + TOGETHER]
            answers = model.complete([Request(prompt, None, MAX_TOKENS) for _, prompt in some])
            for (name, _), answer in zip(some, answers, strict=True):
                said[name] = answer.text
                file.write(json.dumps({"asked": name, "raw": answer.text}) + "\n")
            file.flush()
            if tell:
                done, left = start + len(some), len(missing) - start - len(some)
                seconds = (time.monotonic() - began) / done * left
                tell(len(contexts) - left, len(contexts), seconds)
    return [judge(c, said[name]) for c, name in zip(contexts, names, strict=True)]


def figures(said: Sequence[Said], system: str = "tuned") -> Iterator[Row]:
    """Yield the table: how true and how varied, with intervals over shoppers."""
    yield Row("sentences", float(len(said)), system, TABLE, n=len(said))
    yield from truth(said, system, TABLE)
    yield held_plans(said, system, TABLE)
    yield from varied(said, system, TABLE)


def _name(prompt: Prompt) -> str:
    return hashlib.sha256(repr(prompt.messages).encode()).hexdigest()[:16]


def _read(path: Path) -> dict[str, str]:
    """Sentences by what was asked; the line that a kill cut is taken out of the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file():
        return {}
    whole, newline, cut = path.read_text(encoding="utf-8").rpartition("\n")
    if cut:
        aside = path.with_name(path.name + ".part")
        aside.write_text(whole + newline, encoding="utf-8")
        aside.replace(path)
    lines = [json.loads(line) for line in whole.splitlines()]
    return {line["asked"]: line["raw"] for line in lines}
