"""Sentences of a teacher in place of those of the forms, where they are as good.

A second pass over examples that are drawn: which of them a teacher words changes no other draw.
A sentence of its stands in only if it passes what a form must pass, begins as the prompt of the
example asks, and is not of a shape that is said too often.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from random import Random

from assistant.claims import Context
from assistant.explain import render_explain
from assistant.interfaces import Message, Prompt
from assistant.opening import DETAIL, PRODUCT, THIS, YOU
from assistant.plan import plan_for
from assistant.prompts import PromptTemplate, load
from assistant.references import parse
from assistant.verify import verify
from finetune.examples import Example, fault, shape
from finetune.forms import Style, begins
from finetune.teacher import Teacher

PROMPT = "explain/1"
"""It has examples: a model that was never taught can follow it."""
BEGIN = {
    PRODUCT: "Begin with {}.",
    YOU: 'Begin with "You".',
    THIS: 'Begin with "This".',
    DETAIL: 'Begin neither with {}, "You" nor "This", but with another mark or with "At".',
}
"""A further line of the prompt, by the opening that the style line of the example asks for."""
PASSED = "passed"


def question(context: Context, opening: str) -> Prompt:
    """What the teacher is asked about a pick."""
    prompt = render_explain(load(PROMPT), plan_for(context), context)
    *examples, last = prompt.messages
    begin = BEGIN[opening].format(f"[{context.pick.id}]")
    said = Message("user", f"{last.content}\n{begin}")
    return replace(prompt, messages=(*examples, said))


def taught(
    examples: Sequence[Example],
    template: PromptTemplate,
    teacher: Teacher,
    share: float,
    seed: int,
    most: float,
    private: Collection[str] = (),
) -> tuple[list[Example], Counter[str]]:
    """Let the teacher word a share of the examples of the explain job.

    Parameters
    ----------
    template
        Of the examples; it has a style line.
    most
        Examples of one shape, at most.
    private
        Shoppers of whom the teacher may hear nothing.

    Returns
    -------
    list of Example, Counter
        The examples in their order; how many sentences of the teacher ``PASSED``, and how many
        were turned down by what.

    Raises
    ------
    BadModel
        The teacher is away.
    """
    random = Random(f"{seed}/teacher")
    asked = [
        (place, context, _opening(template, context))
        for place, example in enumerate(examples)
        if random.random() < share
        and example.shopper not in private
        and isinstance(context := example.source, Context)
    ]
    said = teacher.ask("Sentences", [question(context, opening) for _, context, opening in asked])
    found, shapes, counts = list(examples), Counter(e.shape for e in examples), Counter[str]()
    for (place, context, opening), answer in zip(asked, said, strict=True):
        old, raw = found[place], (answer or "").strip()
        why = _fault(raw, context, opening)
        if not why and shape(raw) != old.shape and shapes[shape(raw)] + 1 > most:
            why = "said too often"
        counts[why or PASSED] += 1
        if not why:
            claims = tuple(str(c.kind) for c in verify(parse(raw), context).claims)
            found[place] = replace(old, completion=raw, claims=claims)
            shapes.update([shape(raw)])
            shapes.subtract([old.shape])
    return found, counts


def _opening(template: PromptTemplate, context: Context) -> str:
    return Style.of(render_explain(template, plan_for(context), context)).opening


def _fault(raw: str, context: Context, opening: str) -> str:
    """Why a sentence of the teacher may not teach; empty where it may."""
    if not raw:
        return "no answer"
    if why := fault(raw, plan_for(context), context):
        return why
    return "" if begins(raw, f"[{context.pick.id}]") == opening else "begins otherwise"
