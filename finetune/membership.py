"""Does an adapter betray who taught it? Membership inference, by what it finds likely.

The attacker holds examples (prompt and sentence) and bets that those which the model finds
likely have taught it (Yeom et al. 2018, *by loss*); or those which it finds likelier than its
base does (Watson et al. 2022, *against the base*), which takes away how easy a sentence is.
Examples that taught stand against those of shoppers who were held out, made in the same way.

Where the folder that taught is not there any more, the attack is on *shoppers*: sentences are
made anew about those who taught, who are drawn again by the seed of the adapter's card.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy

from assistant.claims import Context
from assistant.models import local_weights
from assistant.prompts import load
from assistant.tuned import SPEAKING, prompts_of
from eval.intervals import RESAMPLES, percentile_interval
from eval.metrics.auc import auc
from eval.report import Measurement, Row
from finetune.adapter import counts_of
from finetune.adapters import Adapter
from finetune.dataset import IGNORED, Tokens, open_tokenizer, ordered, read_examples, tokenised
from finetune.examples import MOST_OF_A_SHAPE, contexts, explain_examples
from finetune.recipe import SftRecipe
from finetune.scenes import Shop
from finetune.trainer import wants_bfloat16
from index.config import IndexConfig
from index.errors import BadData
from index.weights import locate

Floats = NDArray[np.float64]
Example = dict[str, Any]
Tell = Callable[[str, int, int], None]
BATCH = 8
EACH = 8
"""Picks looked at of a shopper, of which about two make an example."""
SURE = 0.9
"""Of the shoppers who taught, in the order in which they were drawn: the last are uncertain,
since other code skips other shoppers."""
TAUGHT = "train.jsonl"
ATTACKS = ("by loss", "against the base")


@dataclass(frozen=True, slots=True)
class Sides:
    """Examples that taught, and as many that did not."""

    taught: Sequence[Example]
    held: Sequence[Example]

    @property
    def all(self) -> list[Example]:
        return [*self.taught, *self.held]


def measure(
    adapter: Adapter, shop: Shop, config: IndexConfig, data: Path | None, count: int, seed: int,
    tell: Tell | None = None,
) -> Measurement:  # fmt: skip
    """Attack an adapter with so many examples a side.

    Parameters
    ----------
    data
        The folder that taught it, as ``shelftalk finetune data`` wrote it; ``None`` attacks the
        shoppers who taught instead.

    Raises
    ------
    BadData
        The folder is not the one that the adapter's card names, or it writes no sentences.
    """
    told = adapter.told
    if SPEAKING not in adapter.jobs:
        raise BadData(
            f"The adapter {adapter.name!r} was not taught to explain.",
            "The attack is on sentences; name an adapter that writes some.",
        )
    base = locate(str(told["base"]), config)
    tokenizer = open_tokenizer(base)
    sides = _sides(told, tokenizer, shop, data, count, seed)
    tokens = tokenised(tokenizer, sides.all, int(told["recipe"]["longest"]))
    in_bf16 = wants_bfloat16(SftRecipe(precision=told["recipe"]["precision"]))
    found = {}
    for system, folder in (("base", None), ("tuned", adapter.path)):
        _, model = local_weights.load(base, folder)
        model.to(torch.bfloat16 if in_bf16 else torch.float32)
        found[system] = losses(model, tokens, tokenizer.pad_token_id, _of(tell, system))
        del model
    return Measurement(
        "finetune membership",
        list(rows(sides, found["base"], found["tuned"])),
        protocol={
            "taught": f"{len(sides.taught)} examples "
            + ("that training read" if data else "made anew about shoppers who taught"),
            "held": f"{len(sides.held)} examples of shoppers held out by hash, of the same days",
            "attacks": dict(zip(ATTACKS, ("Yeom et al. 2018", "Watson et al. 2022"), strict=True)),
            "interval": "95%, whole shoppers drawn on both sides",
            "base": "the model before it was taught: what it shows above .5 is that the two "
            "sides differ, not that anything was remembered",
        },
        dataset=shop.catalogue.dataset(),
        seed=seed,
        hashes={
            "adapter": adapter.name,
            "prompt": str(told["data"]["prompts"][adapter.prompts[SPEAKING]]),
        },
    )


def _of(tell: Tell | None, system: str) -> Callable[[int, int], None] | None:
    return (lambda done, of: tell(system, done, of)) if tell else None


def _sides(
    told: Mapping[str, Any], tokenizer: Any, shop: Shop, data: Path | None, count: int, seed: int
) -> Sides:
    template = load(prompts_of(told)[SPEAKING])
    counts = counts_of(told["data"], SPEAKING)
    days = [date.fromisoformat(day) for day in counts["days"]]

    def made(source: Iterable[Context], count: int) -> list[Example]:
        found = explain_examples(tokenizer, template, source, count, MOST_OF_A_SHAPE)
        return [one.as_dict() for one in found]

    if data is not None:
        known = read_sentences(told, tokenizer, data)
        ours = Random(f"{seed}/membership").sample(known, min(count, len(known)))
    else:
        theirs = contexts(shop, days, held=False, seed=int(told["data"]["seed"]))
        ours = made(_a_few_each(theirs, SURE * int(counts["shoppers"])), count)
    others = contexts(shop, days, held=True, seed=seed)
    return Sides(ours, made(_a_few_each(others, None), len(ours)))


def read_sentences(told: Mapping[str, Any], tokenizer: Any, data: Path) -> list[Example]:
    """The sentences of a folder that training read; what taught other jobs is left out."""
    examples = read_examples(data, told["data"]["prompts"])
    made = json.loads((data / "card.json").read_text())["files"][TAUGHT]
    if made != told["data"]["files"][TAUGHT]:
        raise BadData(
            f"{data} is not what taught this adapter: its {TAUGHT} is {made[:12]}…, the card "
            f"names {told['data']['files'][TAUGHT][:12]}….",
            "Give the folder that it was trained from; without --data its shoppers are attacked.",
        )
    tokens = tokenised(tokenizer, examples, int(told["recipe"]["longest"]))
    read = (examples[n] for n in sorted(taught(told, tokens)))
    return [example for example in read if example["job"] == SPEAKING]


def _a_few_each(source: Iterable[Context], shoppers: float | None) -> Iterator[Context]:
    """Pass on the first picks of each shopper in turn, of so many shoppers; of all by ``None``."""
    seen: Counter[str] = Counter()
    last = ""
    for context in source:
        whose = context.resolver.profile.shopper_id or ""
        begins = whose != last
        if begins and (whose in seen or (shoppers is not None and len(seen) >= shoppers)):
            return  # all have had their turn
        seen[whose] += 1
        last = whose
        if seen[whose] <= EACH:
            yield context


def taught(told: Mapping[str, Any], tokens: Sequence[Tokens]) -> set[int]:
    """Which examples training read, by number: those in its order, as far as its steps went.

    An adapter that went on from another was taught by both, where both read these examples;
    preferences teach by pairs, which are not counted here.
    """
    start = told.get("start")
    before: set[int] = set()
    if start and start["data"]["files"] == told["data"]["files"]:
        before = taught(start, tokens)
    if "beta" in told["recipe"]:
        return before
    recipe = SftRecipe.model_validate(told["recipe"])
    kept = tokens[recipe.validation :]
    place = {id(one): n for n, one in enumerate(tokens)}
    order = ordered(kept, recipe.batch * recipe.accumulate, int(told["steps"]), recipe.seed)
    return before | {place[id(one)] for one in order}


def losses(
    model: Any, tokens: Sequence[Tokens], pad: int, tell: Callable[[int, int], None] | None = None
) -> Floats:
    """Mean loss over the tokens of each completion, in nats. *Shape:* (examples,)."""
    found = np.zeros(len(tokens))
    by_length = sorted(range(len(tokens)), key=lambda n: len(tokens[n]))
    for start in range(0, len(by_length), BATCH):
        part = by_length[start : start + BATCH]
        found[part] = _batch(model, [tokens[n] for n in part], pad)
        if tell:
            tell(min(start + BATCH, len(tokens)), len(tokens))
    return found


def _batch(model: Any, part: Sequence[Tokens], pad: int) -> list[float]:
    longest = max(map(len, part))
    ids = torch.tensor([t.input_ids + [pad] * (longest - len(t)) for t in part])
    labels = torch.tensor([t.labels + [IGNORED] * (longest - len(t)) for t in part])[:, 1:]
    mask = torch.tensor([[1] * len(t) + [0] * (longest - len(t)) for t in part])
    with torch.inference_mode():
        hidden = model.model(input_ids=ids, attention_mask=mask, use_cache=False)
        states = hidden.last_hidden_state[:, :-1]
        counts = labels != IGNORED
        each = cross_entropy(
            model.lm_head(states[counts]).float(), labels[counts], reduction="none"
        )
    pieces = torch.split(each, counts.sum(dim=1).tolist())
    return [float(piece.mean()) for piece in pieces]


def rows(sides: Sides, base: Floats, tuned: Floats) -> Iterator[Row]:
    """AUC of both attacks by example and by shopper, and of the base that knows nothing."""
    groups = [str(one["shopper"]) for one in sides.all]
    n = len(sides.taught)
    scores = {"tuned": (-tuned, base - tuned), "base": (-base,)}
    for system, given in scores.items():
        for attack, values in zip(ATTACKS, given, strict=False):
            yield _row(f"{attack}, by example", system, values, groups, n)
            who, means = _by_shopper(values, groups)
            taught_ones = len(set(groups[:n]))
            yield _row(f"{attack}, by shopper", system, means, who, taught_ones)
    for name, part in (("taught", slice(None, n)), ("held", slice(n, None))):
        yield Row("loss", float(tuned[part].mean()), "tuned", name, n=len(tuned[part]))
    worst = max(abs(auc(v[:n], v[n:]) - 0.5) for v in scores["tuned"])
    yield Row("auc_worst", 0.5 + worst, "tuned", n=len(groups))


def _by_shopper(values: Floats, groups: Sequence[str]) -> tuple[list[str], Floats]:
    """Mean score of each shopper, those who taught first."""
    whose: dict[str, list[float]] = {}
    for value, group in zip(values, groups, strict=True):
        whose.setdefault(group, []).append(float(value))
    return list(whose), np.array([float(np.mean(found)) for found in whose.values()])


def _row(table: str, system: str, values: Floats, groups: Sequence[str], n: int) -> Row:
    """AUC of the first ``n`` against the rest, with an interval over shoppers."""
    random = np.random.default_rng(0)
    sides = [_grouped(values[:n], groups[:n]), _grouped(values[n:], groups[n:])]
    drawn = []
    for _ in range(RESAMPLES):
        ours, theirs = (
            np.concatenate([side[i] for i in random.integers(0, len(side), len(side))])
            for side in sides
        )
        drawn.append(auc(ours, theirs))
    ci = percentile_interval(drawn)
    return Row("auc", auc(values[:n], values[n:]), system, table, ci, len(values))


def _grouped(values: Floats, groups: Sequence[str]) -> list[Floats]:
    names = np.array(groups)
    return [values[names == name] for name in dict.fromkeys(groups)]
