"""The cases of the trial: real shoppers, real cards, so many of each kind, by a seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from assistant.types import Intent
from assistant.wiring import Assistant
from eval.faithfulness.witness import Witness
from eval.mutation.behind import behind_reference, turned_comparison
from eval.mutation.falsehoods import FREE, Planted
from eval.mutation.kept import KEPT
from eval.mutation.rendered import Rendered
from eval.mutation.truths import Scene
from eval.mutation.yard import Yard
from eval.phrasings import load
from index.errors import BadData

OPEN_REQUEST = "what should I buy again this week?"
MIN_EVENTS = 60
"""Receipt lines from which a shopper's history says enough to lie about."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One sentence, and whether it is a falsehood."""

    kind: str
    is_false: bool
    by_reference: bool
    """Whether the sentence is the assistant's own with another value behind a reference."""
    planted: Planted


def requests(shop: str) -> list[str]:
    """Messages that ask for products, from the half of the phrasings that may be read."""
    return [p.message for p in load("dev", [shop]) if p.need.intent is Intent.FIND and not p.shown]


def trials(assistant: Assistant, each: int, seed: int) -> list[Trial]:
    """Return ``each`` cases of every kind, no shopper twice in one kind.

    Raises
    ------
    BadData
        The shop has too few shoppers for that.
    """
    random = Random(f"{seed}/mutation")
    yard, found = Yard(assistant.search), {kind: list[Trial]() for kind in (*FREE, *KEPT)}
    for scene in scenes(assistant, random):
        for kind, cases in found.items():
            if len(cases) < each and (trial := _trial(kind, len(cases), scene, random, yard)):
                cases.append(trial)
        yard.remember(scene)
        if all(len(cases) == each for cases in found.values()):
            break
    if short := [kind for kind, cases in found.items() if len(cases) < each]:
        raise BadData(
            f"{assistant.settings.index.catalogue} gives fewer than {each} cases of {short[0]}.",
            "Ask for fewer with --limit, or import a shop with more shoppers.",
        )
    return [trial for cases in found.values() for trial in cases]


def scenes(assistant: Assistant, random: Random) -> Iterator[Scene]:
    """Yield one card of one reply for every shopper, in an order drawn at random."""
    witness = Witness(assistant.search)
    messages = requests(assistant.settings.index.catalogue)
    shoppers = sorted(assistant.search.purchases.shoppers(min_events=MIN_EVENTS))
    random.shuffle(shoppers)
    for shopper in shoppers:
        session = assistant.session(shopper)
        message = OPEN_REQUEST if random.random() < 0.4 else random.choice(messages)
        reply = session.ask(message)
        if reply.picks:
            pick = random.choice(reply.picks)
            world = witness.world(reply, pick, message, session.profile)
            yield Scene(shopper, message, reply, pick, session.profile, world)


def _trial(kind: str, number: int, scene: Scene, random: Random, yard: Yard) -> Trial | None:
    if change := KEPT.get(kind):
        kept = change(scene, random)
        return Trial(kind, False, False, kept) if kept else None
    by_reference = number % 2 == 1
    planted = _behind(kind, scene, random, yard) if by_reference else None
    if planted is None:
        by_reference = False
        planted = FREE[kind](scene, random, yard)
    return Trial(kind, True, by_reference, planted) if planted else None


def _behind(kind: str, scene: Scene, random: Random, yard: Yard) -> Planted | None:
    sentences = [s for s in scene.reply.sentences if s.pick_id == scene.pick.id]
    titles = {pick.id: pick.candidate.product.title for pick in scene.reply.picks}
    rendered = Rendered.of(sentences[0], titles) if sentences else None
    if rendered is None:
        return None
    if kind == "comparison":
        return turned_comparison(rendered, scene)
    return behind_reference(kind, rendered, scene, random, yard)


def kinds() -> Sequence[str]:
    """Return the names of all kinds, falsehoods first."""
    return (*FREE, *KEPT)
