"""One question where what was asked for is of very different kinds, with answers to tap.

The picks stand beside it: a question costs nobody an answer. Code alone asks, and only where
the shopper's own receipts don't say what is meant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from assistant.acts import Choice
from assistant.conversation import ConversationState
from assistant.types import Intent, Need, Origin
from assistant.understanding.draft import Draft
from assistant.understanding.gazetteer import NOT_NAMES
from assistant.understanding.intent import is_occasion
from assistant.understanding.words import STOP_WORDS, stems, words
from index.types import Candidate

LOOKED_AT = 20
"""Candidates whose aisles are counted, best first and the same for everyone."""
LEAST, MOST = 0.2, 0.7
"""Share of them that a kind of thing needs to be offered, and from which on it is what is meant."""
MOST_CHOICES = 4
HABIT, HABIT_SHARE = 3, 0.6
"""Receipt lines, and their share among what would be offered, that answer for the shopper."""
I_MEAN = "I mean {}"


def choices(
    need: Need,
    ranked: Callable[[], Sequence[Candidate]],
    bought: Callable[[], Mapping[str, int]],
) -> tuple[Choice, ...]:
    """Return what may be meant, two to four aisles, the likeliest first; nothing where it is clear.

    Parameters
    ----------
    ranked
        Gives the candidates best first, without regard to who asks.
    bought
        Gives aisle to receipt lines of this shopper; asked only where there is something to ask.
    """
    if need.intent is not Intent.FIND or not need.asked or is_occasion(need.message):
        return ()
    seen = ranked()[:LOOKED_AT]
    aisles = Counter(candidate.product.category for candidate in seen)
    groups = [
        group for group in alike(aisles) if sum(aisles[name] for name in group) >= LEAST * len(seen)
    ][:MOST_CHOICES]
    shares = [sum(aisles[name] for name in group) / len(seen) for group in groups]
    if len(groups) < 2 or max(shares) >= MOST or _is_habit(groups, bought()):
        return ()
    found = tuple(_choice(group[0], need, seen) for group in groups)
    return found if _is_one_word(need, found, seen) else ()


def chosen(message: str, state: ConversationState) -> Need | None:
    """Return the request before, of the kind that was chosen; ``None`` where none was."""
    said = message.lower().strip(" .!?").removeprefix("i mean ").removeprefix("the ")
    choice = next((c for c in state.offered if c.label.lower() == said), None)
    if choice is None or state.need is None:
        return None
    draft = Draft()
    draft.carry(replace(state.need, categories=(), kinds=()))
    draft.put("categories", choice.categories)
    draft.put("kinds", choice.kinds)
    draft.add("not_ids", state.refused, Origin.CARRIED)
    return draft.need(message, Intent.REFINE)


def alike(aisles: Counter[str]) -> list[list[str]]:
    """Return the aisles in groups that have a word in common, the fullest group and aisle first."""
    groups: list[list[str]] = []
    for name, _ in sorted(aisles.items(), key=lambda item: (-item[1], item[0])):
        mine = _telling(name)
        near = [g for g in groups if any(not mine.isdisjoint(_telling(n)) for n in g)]
        groups = [g for g in groups if g not in near]
        groups.append([*(n for g in near for n in g), name])
    return sorted(groups, key=lambda group: -sum(aisles[name] for name in group))


def _telling(name: str) -> frozenset[str]:
    """Stems of an aisle's name that say what is in it: not "fresh", not "goods"."""
    said = " ".join(word for word in words(name) if word not in STOP_WORDS and word != "and")
    return frozenset(stems(said)) - NOT_NAMES


def _is_habit(groups: Sequence[Sequence[str]], bought: Mapping[str, int]) -> bool:
    """Whether this shopper's receipts say which of them is meant."""
    counts = [sum(bought.get(name, 0) for name in group) for group in groups]
    return max(counts) >= HABIT and max(counts) >= HABIT_SHARE * sum(counts)


def _choice(aisle: str, need: Need, seen: Sequence[Candidate]) -> Choice:
    """An aisle; where the words named kinds of it, those kinds."""
    kinds = {c.product.kind for c in seen if c.product.category == aisle} & set(need.kinds)
    if kinds:
        return Choice(aisle, I_MEAN.format(aisle), kinds=tuple(sorted(kinds)))
    return Choice(aisle, I_MEAN.format(aisle), categories=(aisle,))


def _is_one_word(need: Need, found: Collection[Choice], seen: Sequence[Candidate]) -> bool:
    """Whether all of them are called what was asked: "milk and eggs" asks for two things."""
    asked = frozenset(stems(need.asked))
    texts = [(c.product.category, f"{c.product.title} {c.product.kind}") for c in seen]
    known = asked & frozenset(stems(" ".join(text for _, text in texts)))
    if not (known or need.kinds or need.categories):
        return False  # nothing is called so, and what is near in meaning is no second meaning
    return len(asked) == 1 or all(
        known <= frozenset(stems(" ".join(t for aisle, t in texts if aisle == choice.label)))
        for choice in found
    )
