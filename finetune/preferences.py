"""Pairs for DPO, made by the verifier: what may be shown against what may not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import combinations, islice
from typing import Any

from assistant.claims import Context
from assistant.explain import render_explain
from assistant.plan import Plan, plan_for
from assistant.prompts import PromptTemplate
from assistant.references import parse, render
from assistant.types import Reference, Verdict
from assistant.verify import verify
from finetune.examples import HELD_PLANS, MOST_TRIES, best_wording, kinds, prompt_text
from finetune.forms import Style, sentences

HALF = "one reason of two"
_VAGUE = "This {noun} is a {taste} one for you."


@dataclass(frozen=True, slots=True)
class Pair:
    """One prompt with a better and a worse completion."""

    prompt: str
    chosen: str
    rejected: str
    why: str
    """"contradicted", "mixed up", "uncited", "one reason of two" or "vague": what the worse one
    lacks; or whose thumb says so, see ``finetune.likes``."""
    shoppers: tuple[str, ...] = ()
    """Of whom it tells: where one is erased, so is this."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def pairs(
    tokenizer: Any, template: PromptTemplate, source: Iterable[Context], count: int
) -> Iterator[Pair]:
    """Yield so many pairs, the reasons for rejection by turns where they can be had."""
    made = 0
    for context in source:
        plan = plan_for(context)
        if not plan.reasons or kinds(plan) in HELD_PLANS:
            continue
        style = Style.of(render_explain(template, plan, context))
        chosen = best_wording(plan, context, style)
        if chosen is None:
            continue
        lesser = list(worse(plan, context, style, chosen))
        why, rejected = lesser[made % len(lesser)]
        of = tuple(filter(None, [context.resolver.profile.shopper_id]))
        yield Pair(prompt_text(tokenizer, template, plan, context), chosen, rejected, why, of)
        made += 1
        if made == count:
            return


def worse(plan: Plan, context: Context, style: Style, chosen: str) -> Iterator[tuple[str, str]]:
    """Yield worse ways to say it, each after what it lacks.

    A form that is false of the pick; the same words with two references in each other's place, as
    models mix them up; the values themselves in place of references; half of it; nothing at all.
    """
    false = (s for s, _ in islice(sentences(plan, context, style), MOST_TRIES) if _lies(s, context))
    for raw in islice(false, 1):
        yield "contradicted", raw
    for raw in islice(_mixed_up(chosen, context), 1):
        yield "mixed up", raw
    yield "uncited", context.resolver.text(parse(chosen))
    if len(plan.reasons) > 1:
        alone = best_wording(plan.without(frozenset(plan.reasons[1].references)), context, style)
        if alone and alone != chosen:
            yield HALF, alone
    yield "vague", _VAGUE.format(noun=style.noun, taste=style.taste)


def _mixed_up(raw: str, context: Context) -> Iterator[str]:
    """The sentence with two of its references swapped, where that may not be shown."""
    parts = parse(raw)
    references = dict.fromkeys(part for part in parts if isinstance(part, Reference))
    for one, other in combinations(references, 2):
        places: dict[str | Reference, str | Reference] = {one: other, other: one}
        swapped = tuple(places.get(part, part) for part in parts)
        if not verify(swapped, context).ok:
            yield render(swapped)


def _lies(raw: str, context: Context) -> bool:
    claims = verify(parse(raw), context).claims
    return any(claim.verdict is Verdict.CONTRADICTED for claim in claims)
