"""Examples, and those of *explain*: the prompt of a turn, a sentence that the verifier passes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from itertools import islice
from random import Random
from typing import Any

from assistant.claims import Context
from assistant.consent import Purpose, WishBook
from assistant.explain import render_explain
from assistant.grammar import sentence_grammar
from assistant.models.grammar import follows
from assistant.models.local_prompt import text_of
from assistant.plan import Plan, plan_for
from assistant.prompts import PromptTemplate
from assistant.references import parse
from assistant.types import Verdict
from assistant.verify import verify
from finetune.forms import Style, sentences
from finetune.planting import drawn
from finetune.scenes import Shop, is_held, scenes

HELD_PLANS = frozenset(
    {
        ("category", "bigger"),
        ("store_brand", "popular"),
        ("price_band", "promotion"),
        ("need_price", "repeat"),
        ("need_text", "cheaper"),
        ("promotion", "category"),
        ("popular", "need_price"),
        ("cheaper", "store_brand"),
        ("bigger", "price_band"),
        ("repeat", "bigger"),
        ("category", "need_price"),
        ("popular", "bigger"),
    }
)
"""Pairs of reasons that never teach: evaluations show whether they are said all the same."""
MOST_OF_A_SHAPE = 0.03
"""Share of the sentences, at most."""
MOST_TRIES = 24
_REFERENCE = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Example:
    """One prompt and its completion, as strings."""

    job: str
    prompt: str
    """Exactly what the serving model reads, the head of the answer included."""
    completion: str
    """Without the end token, which training adds."""
    plan: tuple[str, ...]
    """Kinds of the reasons, in order, and whether an order was planted; of a score, where the
    candidate came from."""
    claims: tuple[str, ...]
    shopper: str
    as_of: str
    source: Context | Wording | None = field(default=None, compare=False, repr=False)
    """What a teacher needs to word it anew; it is not written."""

    @property
    def shape(self) -> str:
        return shape(self.completion)

    def as_dict(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "source"}


@dataclass(frozen=True, slots=True)
class Wording:
    """The message of an example, and the example with another in its place."""

    text: str
    """Without the orders planted at its end."""
    orders: str
    """These, with the space before them."""
    done: tuple[str, ...]
    """What was done to it: "misspelt"."""
    stay: frozenset[str]
    """Stems that another wording must hold."""
    again: Callable[[str, tuple[str, ...]], Example]
    """Makes the example of a message and of what was done to that."""


def shape(sentence: str) -> str:
    """The sentence with its references masked.

    >>> shape("[P1] costs [P1.price].")
    '[] costs [].'
    """
    return _REFERENCE.sub("[]", sentence)


def prompt_text(tokenizer: Any, template: PromptTemplate, plan: Plan, context: Context) -> str:
    """The text that the serving model reads for this plan."""
    return text_of(tokenizer, render_explain(template, plan, context))


def explain_example(
    tokenizer: Any, template: PromptTemplate, context: Context, seen: Counter[str]
) -> Example | None:
    """Word what the serving plan says of a pick; ``None`` where no form passes.

    A sentence teaches only if every claim in it is supported, it gives the first reason, and
    the serving grammar could have written it.
    """
    if not plan_for(context).reasons:
        return None
    planted = drawn(context, template)
    context = planted or context
    plan = plan_for(context)
    style = Style.of(render_explain(template, plan, context))
    found = best_wording(plan, context, style)
    if found is None:
        return None
    seen[shape(found)] += 1
    profile = context.resolver.profile
    return Example(
        job="explain",
        prompt=prompt_text(tokenizer, template, plan, context),
        completion=found,
        plan=(*kinds(plan), "planted") if planted else kinds(plan),
        claims=tuple(str(c.kind) for c in verify(parse(found), context).claims),
        shopper=profile.shopper_id or "",
        as_of=profile.as_of.isoformat(),
        source=context,
    )


def best_wording(
    plan: Plan, context: Context, style: Style, unlike: Collection[str] = ()
) -> str | None:
    """The first wording that is true, gives the first reason, and the grammar could write.

    None of those whose shape is in ``unlike``.
    """
    for raw, _ in islice(sentences(plan, context, style), MOST_TRIES):
        if shape(raw) not in unlike and not fault(raw, plan, context):
            return raw
    return None


def fault(raw: str, plan: Plan, context: Context) -> str:
    """Why a sentence may not teach, in a word or two; empty where it may."""
    parts = parse(raw)
    found = verify(parts, context)
    if not found.ok:
        bad = (str(c.verdict) for c in found.claims if c.verdict is not Verdict.SUPPORTED)
        return next(bad, "says nothing")
    if not plan.says_main(parts):
        return "another reason"
    grammar = sentence_grammar(plan.pick, context.resolver, plan.references)
    return "" if follows(grammar, raw) else "outside the grammar"


def contexts(
    shop: Shop, days: Iterable[date], held: bool, seed: int, least_lines: int = 60
) -> Iterator[Context]:
    """Yield picks of real shoppers on the days, shopper by shopper in a drawn order, for ever.

    Who does not want to teach is left out.
    """
    random = Random(f"{seed}/{held}")
    known = shop.purchases.shoppers(least_lines)
    teachers = WishBook(shop.purchases.database).allowing(Purpose.LEARN, known)
    ids = [s for s in teachers if is_held(s) == held]
    on = list(days)
    while True:
        random.shuffle(ids)
        for shopper in ids:
            profile = shop.profile(shopper, random.choice(on))
            yield from scenes(shop, profile, random, promotes=True)


def explain_examples(
    tokenizer: Any, template: PromptTemplate, source: Iterable[Context], count: int, most: float
) -> Iterator[Example]:
    """Yield so many examples, no prompt twice, no shape above a share of them all."""
    seen: Counter[str] = Counter()
    prompts: set[str] = set()
    limit = max(1.0, most * count)
    for context in source:
        plan = plan_for(context)
        if kinds(plan) in HELD_PLANS:
            continue
        found = explain_example(tokenizer, template, context, seen)
        if found is None or found.prompt in prompts or seen[found.shape] > limit:
            continue
        prompts.add(found.prompt)
        yield found
        if len(prompts) == count:
            return


def kinds(plan: Plan) -> tuple[str, ...]:
    """Kinds of the reasons of a plan, in order."""
    return tuple(str(r.kind) if r.kind else "plain" for r in plan.reasons)


def shares(counts: Mapping[str, int]) -> dict[str, float]:
    """Counts as shares of their sum, largest first."""
    total = sum(counts.values())
    return {k: round(n / total, 4) for k, n in sorted(counts.items(), key=lambda i: (-i[1], i[0]))}
