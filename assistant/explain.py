"""Sentences about picks: planned by code, worded by the model, shown only if verified."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from assistant.claims import Context
from assistant.errors import AskModelAgain, ModelFailed
from assistant.grammar import sentence_grammar
from assistant.interfaces import ChatModel, Completion, Prompt, Request, Stop
from assistant.opening import openings
from assistant.plan import Plan, plan_for
from assistant.prompts import PromptTemplate
from assistant.references import Resolver, bounded, parse
from assistant.templates import template_sentence
from assistant.types import Need, Pick, Profile, Sentence
from assistant.verify import verify

MAX_TOKENS = 96
"""Of a sentence; a reference costs about six."""
_VALUE_LIMIT = 48
"""Characters of one value in the prompt."""


def render_explain(template: PromptTemplate, plan: Plan, context: Context) -> Prompt:
    """Write the prompt for one pick: the values of its references, and what to say.

    Raises
    ------
    assistant.errors.BadPrompt
        The template does not render.
    """
    marks = [ref for ref in context.resolver.available(plan.pick) if ref.target == plan.pick.id][:1]
    marks += [ref for ref in plan.references if ref not in marks]
    values: list[Mapping[str, str]] = [
        {"mark": str(ref), "text": bounded(context.resolver.resolve(ref), _VALUE_LIMIT)}
        for ref in marks
    ]
    hints = [reason.hint for reason in plan.reasons]
    return template.render({"values": values, "hints": hints, "opens": openings(plan.reasons)})


@dataclass(slots=True)
class _Draft:
    """One pick on its way to a sentence."""

    context: Context
    plan: Plan
    rejected: list[str] = field(default_factory=list)
    """What did not pass, and why. After one of these a single clause is asked for."""
    done: Sentence | None = None


class Explainer:
    """Words for picks.

    Parameters
    ----------
    model
        ``None`` speaks in templates only.
    template
        The prompt, "explain/…".
    retries
        Further tries of a sentence that did not pass the verifier, each with less to say.
    """

    def __init__(self, model: ChatModel | None, template: PromptTemplate, retries: int = 1) -> None:
        self.model = model
        self.template = template
        self.retries = retries

    def explain(
        self,
        picks: Sequence[Pick],
        profile: Profile,
        need: Need,
        today: date,
        stop: Stop | None = None,
    ) -> Iterator[Sentence]:
        """Yield one verified sentence a pick, in their order.

        All are decoded side by side: a pass for three costs little more than one for one. A pick
        of which nothing can be pointed at, not even a price or an aisle, gets none.
        """
        resolver = Resolver(tuple(picks), profile, need, today)
        drafts = [_draft(Context(pick, resolver)) for pick in picks]
        open_, told = [d for d in drafts if d.plan.reasons], 0
        for _ in range(1 + self.retries if self.model else 0):
            if not open_ or stop:
                break
            open_ = self._ask(open_, stop)
            while told < len(drafts) and (sentence := drafts[told].done):
                yield sentence  # who comes later may still be asked again
                told += 1
        for draft in drafts[told:]:
            if sentence := draft.done or _by_template(draft):
                yield sentence

    def _ask(self, drafts: Sequence[_Draft], stop: Stop | None) -> list[_Draft]:
        """Ask for all of them side by side; return those worth asking again."""
        asked: list[tuple[_Draft, Request]] = []
        for draft in drafts:
            try:
                asked.append((draft, self._request(draft)))
            except ValueError as error:
                draft.rejected.append(f"no grammar: {error}")
        try:
            answers = self.model.complete([r for _, r in asked], stop) if self.model else []
        except (ModelFailed, AskModelAgain) as error:
            for draft, _ in asked:
                draft.rejected.append(f"no answer: {error}")
            return []
        again = []
        for (draft, request), answer in zip(asked, answers, strict=True):
            if _judge(draft, request, answer):
                again.append(draft)
        return again

    def _request(self, draft: _Draft) -> Request:
        grammar = sentence_grammar(
            draft.plan.pick,
            draft.context.resolver,
            draft.plan.references,
            brief=bool(draft.rejected),
        )
        prompt = render_explain(self.template, draft.plan, draft.context)
        return Request(prompt, grammar, MAX_TOKENS)


def _draft(context: Context) -> _Draft:
    return _Draft(context, plan_for(context))


def _judge(draft: _Draft, request: Request, answer: Completion) -> bool:
    """Keep the sentence if it passes; else note why, say less, and tell whether that helps."""
    raw = answer.text.strip()
    parts = parse(raw)
    found = verify(parts, draft.context)
    if not answer.finished or not raw.endswith("."):
        why = "empty or cut off"
    elif not found.ok:
        why = found.reason
    elif not draft.plan.says_main(parts):
        why = "does not give the reason"
    else:
        text = draft.context.resolver.text(parts)
        draft.done = Sentence(
            pick_id=draft.plan.pick.id,
            parts=parts,
            text=text,
            claims=found.claims,
            by_model=True,
            rejected=tuple(draft.rejected),
            prompt=request.prompt.fingerprint,
        )
        return False
    draft.rejected.append(f"{raw} ({why})")
    less = draft.plan.without(found.failed_references)
    changed = less.reasons != draft.plan.reasons
    draft.plan = less
    return changed


def _by_template(draft: _Draft) -> Sentence | None:
    plan = plan_for(draft.context)
    parts = template_sentence(plan, draft.context)
    if parts is None:
        return None
    claims = verify(parts, draft.context).claims
    text = draft.context.resolver.text(parts)
    return Sentence(plan.pick.id, parts, text, claims, False, tuple(draft.rejected))
