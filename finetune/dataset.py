"""Examples on disk to tokens, in an order that is written down before training begins."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from assistant.prompts import load
from assistant.tuned import as_now
from index.errors import BadData

IGNORED = -100
"""Label of a token that does not count."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """One example: what is read, and which of it counts."""

    input_ids: list[int]
    labels: list[int]

    def __len__(self) -> int:
        return len(self.input_ids)

    def as_dict(self) -> dict[str, list[int]]:
        return {"input_ids": self.input_ids, "labels": self.labels}


def open_tokenizer(folder: Path) -> Any:
    """Return the tokenizer of a model folder."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(folder, local_files_only=True)


def read_examples(folder: Path, prompts: Collection[str]) -> list[dict[str, Any]]:
    """Read the examples that ``shelftalk finetune data`` wrote; see :func:`read_rows`."""
    return read_rows(folder, prompts, "train")


def read_rows(folder: Path, prompts: Collection[str], split: str) -> list[dict[str, Any]]:
    """Read one file of a data folder: "train", or "pairs".

    Raises
    ------
    BadData
        It is not there, a line is no example, or it was rendered with other templates.
    """
    card = folder / "card.json"
    if not card.is_file():
        raise BadData(f"{folder} holds no training data.", "Run: shelftalk finetune data")
    told = as_now(json.loads(card.read_text()))
    wanted = {name: load(name).hash for name in prompts}
    if told["prompts"] != wanted:
        raise BadData(
            f"The data in {folder} was rendered with {_listed(told['prompts'])}, "
            f"the recipe trains for {_listed(wanted)}.",
            "Build the data again, or set the recipe's prompts.",
        )
    path = folder / f"{split}.jsonl"
    if path.name not in told["files"]:
        raise BadData(f"{folder} holds no {split}.", "Build the data again: it is of before.")
    if hashlib.sha256(path.read_bytes()).hexdigest() != told["files"][path.name]:
        raise BadData(f"{path} is not what its card says.", "Build the data again.")
    return list(_lines(path))


def _listed(prompts: Mapping[str, str]) -> str:
    return ", ".join(f"{name} ({digest})" for name, digest in prompts.items())


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        row = json.loads(line)
        if not row.get("prompt") or not (row.get("completion") or row.get("chosen")):
            raise BadData(
                f"{path}, line {number} has no prompt or no completion.", "Build it again."
            )
        yield row


def tokenised(tokenizer: Any, rows: Sequence[dict[str, Any]], longest: int) -> list[Tokens]:
    """Turn examples into tokens; the completion and the end token count, the prompt does not.

    Prompt and completion are turned separately, as they are when the model serves.

    Raises
    ------
    BadData
        An example is longer than ``longest`` tokens.
    """
    found = []
    for number, row in enumerate(rows, start=1):
        prompt = tokenizer(row["prompt"], add_special_tokens=False)["input_ids"]
        answer = tokenizer(row["completion"], add_special_tokens=False)["input_ids"]
        answer = [*answer, tokenizer.eos_token_id]
        if len(prompt) + len(answer) > longest:
            raise BadData(
                f"Example {number} has {len(prompt) + len(answer)} tokens, more than {longest}.",
                "Raise 'longest' in the recipe; examples are never cut.",
            )
        found.append(Tokens([*prompt, *answer], [IGNORED] * len(prompt) + answer))
    return found


def ordered(items: Sequence[Tokens], batch: int, steps: int, seed: int) -> list[Tokens]:
    """Return ``batch * steps`` examples in batches of like length, pass after pass.

    Every pass shuffles, sorts within pools of twenty batches, cuts, and shuffles the batches;
    the order depends on the seed alone, so a resumed run sees what it would have seen.
    """
    random = Random(seed)
    found: list[Tokens] = []
    while len(found) < batch * steps:
        order = list(range(len(items)))
        random.shuffle(order)
        pools = [order[i : i + batch * 20] for i in range(0, len(order), batch * 20)]
        lined = [i for pool in pools for i in sorted(pool, key=lambda i: len(items[i]))]
        batches = [lined[i : i + batch] for i in range(0, len(lined), batch)]
        whole = [b for b in batches if len(b) == batch] or [(lined * batch)[:batch]]
        random.shuffle(whole)
        found += [items[i] for b in whole for i in b]
    return found[: batch * steps]
