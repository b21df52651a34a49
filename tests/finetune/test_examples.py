"""Examples: read as served, true, and never a plan that is kept for evaluations."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import islice, repeat

import pytest

from assistant.claims import Context
from assistant.grammar import sentence_grammar
from assistant.models.grammar import follows
from assistant.plan import plan_for
from assistant.prompts import load
from assistant.references import parse
from assistant.types import Evidence, EvidenceKind, Reference
from assistant.verify import verify
from finetune.examples import HELD_PLANS, explain_example, explain_examples, kinds
from tests.assistant.sentences import PICKS, context, resolver


class Plain:
    """A tokenizer whose template puts one message after the other."""

    def apply_chat_template(
        self, chat: list[dict[str, str]], tokenize: bool, add_generation_prompt: bool
    ) -> str:
        end = "A:" if add_generation_prompt else ""
        return "".join(f"{m['role']}: {m['content']}\n" for m in chat) + end

    def __call__(self, text: str, add_special_tokens: bool) -> dict[str, list[int]]:
        return {"input_ids": [ord(c) for c in text]}

    def decode(self, tokens: tuple[int, ...]) -> str:
        return "".join(map(chr, tokens))


def held() -> Context:
    """A pick whose plan is one of those that never teach."""
    evidence = (
        Evidence(EvidenceKind.PROMOTION, (Reference("P1", "was"),), 2.0),
        Evidence(EvidenceKind.CATEGORY, (Reference("H3", "share"),), 1.0, 1),
    )
    picks = (replace(PICKS[0], evidence=evidence), *PICKS[1:])
    return Context(picks[0], resolver(picks=picks))


def test_example_when_made_then_true_and_writable_under_the_serving_grammar() -> None:
    found = context()
    example = explain_example(Plain(), load("explain/2"), found, Counter())
    assert example
    assert verify(parse(example.completion), found).ok
    plan = plan_for(found)
    assert plan.says_main(parse(example.completion))
    assert follows(sentence_grammar(plan.pick, found.resolver, plan.references), example.completion)


def test_example_when_asked_twice_then_the_same() -> None:
    one, two = (explain_example(Plain(), load("explain/2"), context(), Counter()) for _ in range(2))
    assert one == two


def test_examples_when_the_plan_is_held_then_skipped() -> None:
    assert kinds(plan_for(held())) in HELD_PLANS
    source = [held(), context()]
    found = list(explain_examples(Plain(), load("explain/2"), source, 5, 1.0))
    assert [e.plan for e in found] == [kinds(plan_for(context()))]


def test_examples_when_a_prompt_comes_again_then_once() -> None:
    source = [context(), context()]
    assert len(list(explain_examples(Plain(), load("explain/2"), source, 5, 1.0))) == 1


def test_examples_when_few_are_asked_for_then_each_shape_may_come_once() -> None:
    source = islice(repeat(context()), 5)
    assert len(list(explain_examples(Plain(), load("explain/2"), source, 20, 0.03))) == 1


@pytest.mark.model
def test_example_when_tokenised_then_the_tokens_that_the_model_is_served() -> None:
    from transformers import AutoTokenizer

    from assistant.explain import render_explain
    from assistant.models.local_prompt import render
    from finetune.dataset import tokenised
    from index.config import IndexConfig
    from index.weights import locate

    weights = locate("SmolLM2-135M-Instruct", IndexConfig())
    tokenizer = AutoTokenizer.from_pretrained(weights, local_files_only=True)
    found = context()
    template = load("explain/2")
    example = explain_example(tokenizer, template, found, Counter())
    assert example
    served = render(tokenizer, render_explain(template, plan_for(found), found))
    (tokens,) = tokenised(tokenizer, [example.as_dict()], 768)
    length = len(served.prefix) + len(served.suffix)
    assert tuple(tokens.input_ids[:length]) == (*served.prefix, *served.suffix)
    assert tokenizer.decode(tokens.input_ids[length:-1]) == example.completion
