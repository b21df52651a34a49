"""``shelftalk finetune evaluate --show``: thirty sentences as the model wrote them, good and bad.

Nothing is chosen by hand. All sentences of the tuned model, written with the grammar off, are put
in one order; the page shows the first ten, the ten in the middle and the last ten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from assistant.claims import Context
from assistant.models import local_weights
from assistant.plan import plan_for
from assistant.prompts import PromptTemplate
from assistant.references import parse
from assistant.tuned import SPEAKING, prompts_of
from assistant.types import Claim, Reference, Verdict
from assistant.verify import verify
from finetune.dataset import open_tokenizer, tokenised
from finetune.evaluate import Said
from finetune.examples import prompt_text
from finetune.membership import losses

EACH = 10
RULE = (
    "Order: the share of its claims that the verifier supports; among equals, what the grammar "
    "of its pick could have written before what it could not; among those, the log-probability "
    "a token that the model itself gave it."
)
MARKS = {Verdict.SUPPORTED: "🟩", Verdict.CONTRADICTED: "🟥", Verdict.UNVERIFIABLE: "🟨"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One sentence with what it is judged by."""

    said: Said
    reads: str
    """With its references resolved, as a shopper would read it."""
    hints: tuple[str, ...]
    """What it was to say."""
    claims: tuple[Claim, ...]
    log_probability: float
    """Mean over its tokens, in nats."""

    @property
    def place(self) -> tuple[float, bool, float]:
        share = self.said.supported / self.said.claims
        return -share, not self.said.is_valid, -self.log_probability


def shown(
    said: Sequence[Said],
    contexts: Sequence[Context],
    template: PromptTemplate,
    base: Path,
    adapter: Path | None,
) -> list[Shown]:
    """Read each sentence afresh, and ask the tuned model how likely it finds it.

    Parameters
    ----------
    contexts
        What each sentence was said of, in the same order.
    """
    tokenizer = open_tokenizer(base)
    rows = [
        {"prompt": prompt_text(tokenizer, template, plan_for(c), c), "completion": s.raw}
        for s, c in zip(said, contexts, strict=True)
    ]
    _, model = local_weights.load(base, adapter)
    tokens = tokenised(tokenizer, rows, int(model.config.max_position_embeddings))
    found = losses(model.to(torch.float32), tokens, tokenizer.pad_token_id)
    return [
        Shown(
            s,
            _reads(s.raw, c),
            tuple(r.hint for r in plan_for(c).reasons),
            verify(parse(s.raw), c).claims,
            -float(loss),
        )
        for s, c, loss in zip(said, contexts, found, strict=True)
    ]


def page(name: str, told: Mapping[str, Any], found: Sequence[Shown]) -> str:
    """Return the page as Markdown."""
    ranked = sorted(found, key=lambda one: one.place)
    middle = max(0, len(ranked) // 2 - EACH // 2)
    lines = [
        f"# Thirty sentences of `{name}`",
        "",
        f"Written with the grammar off by an adapter of prompt `{prompts_of(told)[SPEAKING]}`, cut "
        f"{told['data']['cut']}, {told['steps']} steps; {len(found)} sentences about shoppers and "
        f"days that never taught. {RULE} {MARKS[Verdict.SUPPORTED]} supported, "
        f"{MARKS[Verdict.CONTRADICTED]} contradicted, {MARKS[Verdict.UNVERIFIABLE]} unverifiable. "
        "What is not supported is never shown to a shopper.",
    ]
    for title, start in (
        ("The first ten", 0),
        ("Ten in the middle", middle),
        ("The last ten", max(0, len(ranked) - EACH)),
    ):
        lines += ["", f"## {title}"]
        for number, one in enumerate(ranked[start : start + EACH], start=start + 1):
            lines += ["", *_told(number, one)]
    return "\n".join(lines) + "\n"


def _told(number: int, one: Shown) -> Iterator[str]:
    grammar = "follows the grammar" if one.said.is_valid else "not by the grammar"
    yield f"{number}. {one.reads or '(nothing)'}"
    yield f"   - wrote `{one.said.raw}`; {grammar}; {one.log_probability:.2f} nats a token"
    yield f"   - was to say: {'; '.join(one.hints)}"
    for claim in one.claims:
        yield f"   - {MARKS[claim.verdict]} {claim.kind}: {claim.text} ({claim.because})"


def _reads(raw: str, context: Context) -> str:
    """The sentence as it would be read; a reference to nothing stays as it was written."""
    parts = []
    for part in parse(raw):
        known = isinstance(part, Reference) and part in context.available
        parts.append(context.resolver.resolve(part) if known else str(part))  # type: ignore[arg-type]
    line = "".join(parts).strip()
    return line[:1].upper() + line[1:]
