"""``shelftalk finetune evaluate``: the base beside the tuned model on shoppers that never taught.

Both are asked with the grammar off, to see what they learned, and with it on, as they serve.
Each speaks from the prompt that suits it: the base from one with examples, the tuned model
from the one it was trained on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from random import Random

from assistant.claims import Context
from assistant.explain import Explainer, render_explain
from assistant.grammar import sentence_grammar
from assistant.interfaces import ChatModel, Request
from assistant.models.grammar import follows
from assistant.plan import plan_for
from assistant.prompts import PromptTemplate
from assistant.references import Resolver, parse
from assistant.types import Pick, Sentence, Verdict
from assistant.verify import verify
from eval.intervals import ratio_interval
from eval.report import Row
from finetune.examples import HELD_PLANS, kinds, shape
from finetune.planting import ORDER, planted
from finetune.scenes import Shop, is_held, scenes
from finetune.variety import variety

MAX_TOKENS = 64
TITLES = "orders in titles"
"""Table of picks whose title holds an order."""
MOST_PLANTED = 40


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of one system, judged."""

    shopper: str
    raw: str
    is_valid: bool
    """It follows the grammar of its pick, references of the plan only."""
    supported: int
    unverifiable: int
    claims: int
    kinds: tuple[str, ...]
    """Types of its supported claims, each once."""
    plan: tuple[str, ...]
    """Kinds of the reasons that it was asked for, in order."""

    @property
    def is_held_plan(self) -> bool:
        return self.plan in HELD_PLANS


@dataclass(frozen=True, slots=True)
class Outcome:
    """All sentences of one system."""

    system: str
    free: Sequence[Said]
    """Written with the grammar off."""
    planted: Sequence[tuple[Said, Said]]
    """The first of them that have room for it: as they are, and with an order in the title."""
    shown: Sequence[Sentence]
    """As they would be shown: grammar on, verified, else a template."""
    shoppers: Sequence[str]
    """Whose they are, a shopper a shown sentence."""
    seconds: float


def replies(shop: Shop, days: Sequence[date], count: int, seed: int) -> list[Resolver]:
    """Return the first so many of :func:`drawn`."""
    return list(islice(drawn(shop, days, seed), count))


def drawn(shop: Shop, days: Sequence[date], seed: int) -> Iterator[Resolver]:
    """Draw replies of four picks, of held-out shoppers on days after the cut.

    Every other pick gets a pair of reasons that training never saw, where one holds of it. After
    the last shopper the first is drawn again, with another request, for ever.
    """
    random = Random(f"{seed}/evaluate")
    ids = [s for s in shop.purchases.shoppers(60) if is_held(s)]
    random.shuffle(ids)
    some = True
    while some:
        some = False
        for shopper in ids:
            day = random.choice(days)
            found = list(scenes(shop, shop.profile(shopper, day), random, count=1))
            if found:
                some = True
                whole = found[0].resolver
                picks = [_unseen(p, random) if i % 2 else p for i, p in enumerate(whole.picks)]
                yield replace(whole, picks=tuple(picks))


def _unseen(pick: Pick, random: Random) -> Pick:
    """Put a held-out pair of reasons first, where the pick has both."""
    by_kind = {str(e.kind): e for e in pick.evidence}
    pairs = sorted(pair for pair in HELD_PLANS if by_kind.keys() >= set(pair))
    if not pairs:
        return pick
    first = [by_kind[kind] for kind in random.choice(pairs)]
    rest = [e for e in pick.evidence if e not in first]
    weights = range(len(pick.evidence), 0, -1)
    ordered = [replace(e, weight=float(w)) for e, w in zip([*first, *rest], weights, strict=True)]
    return replace(pick, evidence=tuple(ordered))


def ask(
    system: str,
    model: ChatModel,
    template: PromptTemplate,
    asked: Sequence[Resolver],
    tell: Callable[[str, int, int], None] | None = None,
) -> Outcome:
    """Let one system word every pick, with the grammar off and on."""
    start = time.monotonic()
    free: list[Said] = []
    moved: list[tuple[Said, Said]] = []
    shown: list[Sentence] = []
    shoppers: list[str] = []
    explainer = Explainer(model, template)
    for number, resolver in enumerate(asked, start=1):
        contexts = spoken_of(resolver)
        said = _freely(model, template, contexts)
        free += said
        told = [(s, planted(c, ORDER, template)) for s, c in zip(said, contexts, strict=True)]
        with_order = [(s, c) for s, c in told if c][: MOST_PLANTED - len(moved)]
        after = _freely(model, template, [c for _, c in with_order])
        moved += [(s, a) for (s, _), a in zip(with_order, after, strict=True)]
        sentences = explainer.explain(
            resolver.picks, resolver.profile, resolver.need, resolver.today
        )
        shown += sentences
        shoppers += [resolver.profile.shopper_id or ""] * (len(shown) - len(shoppers))
        if tell:
            tell(system, number, len(asked))
    return Outcome(system, free, moved, shown, shoppers, time.monotonic() - start)


def _freely(model: ChatModel, template: PromptTemplate, contexts: Sequence[Context]) -> list[Said]:
    """What is written of picks with the grammar off."""
    prompts = [render_explain(template, plan_for(c), c) for c in contexts]
    answers = model.complete([Request(p, None, MAX_TOKENS) for p in prompts]) if prompts else []
    return [judge(c, a.text) for c, a in zip(contexts, answers, strict=True)]


def spoken_of(resolver: Resolver) -> list[Context]:
    """The picks of a reply that something can be said of."""
    contexts = (Context(pick, resolver) for pick in resolver.picks)
    return [c for c in contexts if plan_for(c).reasons]


def judge(context: Context, text: str) -> Said:
    """Read a free sentence: its grammar, and its claims before any verification."""
    raw, plan = text.strip(), plan_for(context)
    claims = verify(parse(raw), context).claims
    grammar = sentence_grammar(context.pick, context.resolver, plan.references)
    return Said(
        shopper=context.resolver.profile.shopper_id or "",
        raw=raw,
        is_valid=follows(grammar, raw),
        supported=sum(c.verdict is Verdict.SUPPORTED for c in claims),
        unverifiable=sum(c.verdict is Verdict.UNVERIFIABLE for c in claims),
        claims=len(claims),
        kinds=tuple(sorted({str(c.kind) for c in claims if c.verdict is Verdict.SUPPORTED})),
        plan=kinds(plan),
    )


def rows(outcome: Outcome) -> Iterator[Row]:
    """Yield the figures of one system, with intervals over shoppers."""
    free, system = outcome.free, outcome.system
    yield from truth(free, system)
    templates = [float(not s.by_model) for s in outcome.shown]
    if templates:
        yield _ratio("template_share", templates, None, outcome.shoppers, system)
    for name, wanted in (("plans never taught", True), ("plans taught", False)):
        part = [s for s in free if s.is_held_plan is wanted]
        if part:
            said, groups = [float(s.is_valid) for s in part], [s.shopper for s in part]
            yield _ratio("reference_valid", said, None, groups, system, name)
    yield held_plans(free, system)
    yield from varied(free, system)
    yield from past_orders(outcome.planted, system)
    n = 2 * len(free) + len(outcome.planted)
    yield Row("seconds_a_sentence", outcome.seconds / n, system, n=n)


def past_orders(planted: Sequence[tuple[Said, Said]], system: str) -> Iterator[Row]:
    """Yield how true sentences are where a title holds an order, and how many stay as they were."""
    if planted:
        after = [s for _, s in planted]
        yield from truth(after, system, TITLES)
        same = [float(a.raw == b.raw) for a, b in planted]
        yield _ratio("unmoved", same, None, [s.shopper for s in after], system, TITLES)


def truth(free: Sequence[Said], system: str, table: str = "") -> Iterator[Row]:
    """Yield how many sentences follow the grammar, and what the verifier says of their claims."""
    groups, claims = [s.shopper for s in free], [float(s.claims) for s in free]
    for metric, above, below in (
        ("reference_valid", [float(s.is_valid) for s in free], None),
        ("claims_supported", [float(s.supported) for s in free], claims),
        ("unverifiable", [float(s.unverifiable) for s in free], claims),
    ):
        yield _ratio(metric, above, below, groups, system, table)


def varied(free: Sequence[Said], system: str, table: str = "") -> Iterator[Row]:
    """Yield how many different things are said; see :func:`finetune.variety.variety`."""
    shapes, types = [shape(s.raw) for s in free], [s.kinds for s in free]
    yield from variety(shapes, types, [s.shopper for s in free], system, table)


def held_plans(free: Sequence[Said], system: str, table: str = "") -> Row:
    """Return how many different plans that training never saw were asked for."""
    asked = {s.plan for s in free if s.is_held_plan}
    return Row("held_plans", float(len(asked)), system, table, n=len(free))


def _ratio(
    metric: str,
    above: Sequence[float],
    below: Sequence[float] | None,
    groups: Sequence[str],
    system: str,
    table: str = "",
) -> Row:
    """A row of ``sum(above) / sum(below)``; below without is a case each."""
    below = below or [1.0] * len(above)
    interval = ratio_interval(above, below, groups)
    return Row(metric, sum(above) / sum(below), system, table, interval, len(above))
