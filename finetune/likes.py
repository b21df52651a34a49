"""Pairs for DPO from likes and dislikes: sentences that shoppers read, under the prompts of then.

A thumb is about a whole reply, cards and words: every sentence of it that a model wrote has the
vote, unless the thumb names a product; then that product's alone. A shopper has one voice on a
sentence under a prompt, the last; guests, who can't be told apart, have one among them. Where as
many like a sentence as dislike it, nothing is learned.

The log keeps no prompt. It is written again as it was served, and counts only where it is the
same to the letter: what was bought, priced or asked to be forgotten since is left out with it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from assistant.claims import Context
from assistant.consent import Purpose, WishBook
from assistant.explain import render_explain
from assistant.plan import Plan
from assistant.prompts import PromptTemplate
from assistant.references import parse
from assistant.said import Said
from assistant.verify import verify
from finetune.examples import HELD_PLANS, best_wording, kinds, prompt_text, shape
from finetune.forms import Style
from finetune.preferences import HALF, Pair, worse
from finetune.replay import answered_plan, replayed
from finetune.scenes import Shop, is_held
from index.errors import BadData

LIKED, DISLIKED = "liked", "disliked"
"""Why a pair is one: the better sentence was liked, or the worse one disliked."""


class Left(StrEnum):
    """Why a thumb, or a sentence that it is about, teaches nothing."""

    UNKEPT = "nothing of the reply was kept"
    UNWILLING = "the shopper does not teach"
    HELD_SHOPPER = "a shopper kept for evaluations"
    LATER = "of a day after the cut"
    UNSAID = "the model said nothing of what it is about"
    TEMPLATE = "of another template"
    CHANGED = "its prompt is not the same any more"
    HELD_PLAN = "reasons kept for evaluations"
    UNTRUE = "not passed by the verifier"
    TIED = "liked as often as disliked"
    ALONE = "no other wording to set against it"


@dataclass(frozen=True, slots=True)
class Thumb:
    """One line of the feedback log."""

    shopper: str | None
    """``None`` is a guest."""
    product_id: str | None
    """``None`` is the whole reply."""
    is_up: bool
    said: str
    """What was kept of the reply, ``Said`` as JSON; empty where nothing was."""


@dataclass(slots=True)
class Likes:
    """What a log came to."""

    thumbs: int
    pairs: list[Pair] = field(default_factory=list)
    left: Counter[Left] = field(default_factory=Counter)
    """Thumbs, and sentences of the others, that teach nothing, by reason."""

    def as_dict(self) -> dict[str, Any]:
        """Counts for the data card."""
        return {
            "thumbs": self.thumbs,
            "pairs": dict(Counter(pair.why for pair in self.pairs)),
            "left_out": {why.value: count for why, count in self.left.most_common()},
        }


@dataclass(slots=True)
class _Heard:
    """A sentence under a prompt, and who said what of it."""

    plan: Plan
    context: Context
    votes: dict[str | None, bool] = field(default_factory=dict)

    @property
    def balance(self) -> int:
        """How many more like it than dislike it."""
        return sum(1 if up else -1 for up in self.votes.values())


def liked_pairs(
    tokenizer: Any, template: PromptTemplate, shop: Shop, thumbs: Sequence[Thumb], cut: date
) -> Likes:
    """Make the pairs of a log, a sentence under a prompt once.

    Parameters
    ----------
    template
        Of the explain job; sentences of others are left out.
    thumbs
        The oldest first.
    cut
        A reply tells of what was bought before its day, so that one of a later day is left out.
    """
    found = Likes(len(thumbs))
    heard: dict[tuple[str, str], _Heard] = {}
    ids = {thumb.shopper for thumb in thumbs if thumb.shopper}
    teachers = frozenset(WishBook(shop.purchases.database).allowing(Purpose.LEARN, ids))
    for thumb in thumbs:
        said = _kept(thumb, teachers, cut)
        if isinstance(said, Left):
            found.left[said] += 1
            continue
        for raw, one in _read(template, shop, thumb, said, found.left):
            key = prompt_text(tokenizer, template, one.plan, one.context), raw
            heard.setdefault(key, one).votes[thumb.shopper] = thumb.is_up
    _pair(template, heard, found)
    return found


def _kept(thumb: Thumb, teachers: Collection[str], cut: date) -> Said | Left:
    """What was kept of the reply, or why the thumb teaches nothing."""
    try:
        said = Said.read(thumb.said) if thumb.said else None
    except BadData:  # of another version
        said = None
    if said is None:
        return Left.UNKEPT
    if thumb.shopper and thumb.shopper not in teachers:
        return Left.UNWILLING
    if thumb.shopper and is_held(thumb.shopper):
        return Left.HELD_SHOPPER
    return Left.LATER if said.day > cut else said


def _read(
    template: PromptTemplate, shop: Shop, thumb: Thumb, said: Said, left: Counter[Left]
) -> Iterator[tuple[str, _Heard]]:
    """Sentences that the thumb is about, each with the plan it was to say."""
    cards = {p.id for p in said.picks if thumb.product_id in (None, p.product_id)}
    about = [sentence for sentence in said.sentences if sentence.pick_id in cards]
    if not about:
        left[Left.UNSAID] += 1
        return
    resolver = replayed(said, shop, thumb.shopper)
    for sentence in about:
        if sentence.prompt.partition(" ")[0] != template.name:
            left[Left.TEMPLATE] += 1
            continue
        pick = resolver.pick(sentence.pick_id) if resolver else None
        context = Context(pick, resolver) if pick and resolver else None
        plan = answered_plan(template, context, sentence.prompt) if context else None
        if context is None or plan is None:
            left[Left.CHANGED] += 1
        elif kinds(plan) in HELD_PLANS:
            left[Left.HELD_PLAN] += 1
        elif not (verify(parts := parse(sentence.raw), context).ok and plan.says_main(parts)):
            left[Left.UNTRUE] += 1
        else:
            yield sentence.raw, _Heard(plan, context)


def _pair(template: PromptTemplate, heard: dict[tuple[str, str], _Heard], found: Likes) -> None:
    """Set what is liked against a worse wording, and a better one against what is disliked."""
    disliked = defaultdict(set)
    for (prompt, raw), one in heard.items():
        if one.balance < 0:
            disliked[prompt].add(shape(raw))
    for (prompt, raw), one in heard.items():
        plan, context = one.plan, one.context
        if not one.balance:
            found.left[Left.TIED] += 1
            continue
        of = tuple(sorted(who for who in one.votes if who))
        style = Style.of(render_explain(template, plan, context))
        if one.balance < 0:
            better = best_wording(plan, context, style, disliked[prompt])
            pair = better and Pair(prompt, better, raw, DISLIKED, of)
        else:
            lesser = [
                rejected
                for why, rejected in worse(plan, context, style, raw)
                if why != HALF or _says_all(plan, raw)
            ]
            pair = Pair(prompt, raw, lesser[len(found.pairs) % len(lesser)], LIKED, of)
        if pair:
            found.pairs.append(pair)
        else:
            found.left[Left.ALONE] += 1


def _says_all(plan: Plan, raw: str) -> bool:
    said = parse(raw)
    return all(any(ref in said for ref in reason.references) for reason in plan.reasons)
