"""One stage of a turn: from a need to the picks, before a word is said of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.acts import Basket, Choice, Comparison
from assistant.asking import NOT_TAUGHT, Asker
from assistant.explain import Explainer
from assistant.interfaces import Ranker
from assistant.notes import NOT_CALLED, NOTHING_ALLOWED
from assistant.nothing import explain_nothing
from assistant.rank import compare_picks
from assistant.rules import NO_RULES, HouseRules
from assistant.types import Need, Pick, Profile, Sentence
from assistant.understand import Understander, filters_of
from index.search import Search, SearchRequest
from index.types import Candidate, Interaction, Source


@dataclass(frozen=True, slots=True)
class Parts:
    """What a turn needs, built once by ``assistant.wiring`` and shared by all sessions."""

    search: Search
    understander: Understander
    ranker: Ranker
    explainer: Explainer
    hashes: Mapping[str, str]
    dial: float
    candidates: int
    rules: HouseRules = NO_RULES
    asker: Asker = NOT_TAUGHT
    elsewhere: bool = False
    """Whether the model runs on another machine."""

    def here_alone(self) -> Parts:
        """The same with nothing that leaves this machine: rules read, templates speak."""
        explainer = Explainer(None, self.explainer.template)
        understander = self.understander.alone()
        return replace(self, understander=understander, explainer=explainer, asker=NOT_TAUGHT)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a turn shows before the sentences come."""

    picks: tuple[Pick, ...] = ()
    note: str = ""
    nearest: Pick | None = None
    comparison: Comparison | None = None
    choices: tuple[Choice, ...] = ()
    """The question itself stands in ``note``, or is worded once the sentences are said."""
    basket: Basket | None = None
    sentences: tuple[Sentence, ...] | None = None
    """Sentences that stand already; ``None`` has the picks explained."""
    candidates: tuple[Candidate, ...] = ()
    """Among which the picks were ranked; empty where nothing was searched."""


def find(
    need: Need,
    profile: Profile,
    history: Sequence[Interaction],
    dial: float,
    parts: Parts,
    note: str = "",
    refused: Collection[str] = (),
) -> Answer:
    """Search, rank, apply the house rules; where nothing fits, say what is too tight.

    ``refused`` are ids that must not come back even as the nearest.
    """
    request = request_of(need, profile, history, parts)
    candidates = parts.search.retrieve(request)
    if not candidates:
        told, nearest = explain_nothing(need, profile, request, parts.search, refused)
        if nearest and parts.rules.hides(nearest.candidate.product, profile.adult):
            nearest = None
        return Answer(note=" ".join((*need.remarks, told)), nearest=nearest)
    ranked = parts.ranker.rank(need, candidates, profile, dial)
    picks = compare_picks(parts.rules.apply(need, ranked, profile.adult))
    if not picks:
        note = " ".join((*need.remarks, NOTHING_ALLOWED))
    elif _is_unheard_of(need, candidates):
        note = " ".join((note, NOT_CALLED.format(need.asked))).strip()
    buyers = parts.search.buyers
    return Answer(
        tuple(replace(pick, buyers=buyers(pick.candidate.product.id)) for pick in picks),
        note,
        candidates=tuple(candidates),
    )


def request_of(
    need: Need, profile: Profile, history: Sequence[Interaction], parts: Parts
) -> SearchRequest:
    """What is searched for a need."""
    return SearchRequest(
        text=need.search_text,
        also=" ".join(need.suggested).lower(),
        filters=filters_of(need, profile),
        history=history,
        as_of=profile.as_of,
        k=parts.candidates,
    )


def _is_unheard_of(need: Need, candidates: Sequence[Candidate]) -> bool:
    """Whether no name here holds any word that was asked for."""
    named = need.kinds or need.categories or need.brands
    met = any(Source.LEXICAL in candidate.hits for candidate in candidates)
    return bool(need.asked) and not named and not met


def order(
    need: Need, candidates: Sequence[Candidate], profile: Profile, dial: float, parts: Parts
) -> list[str]:
    """Ids of these candidates as they would stand for a profile, house rules included."""
    ranked = parts.ranker.rank(need, candidates, profile, dial)
    every = replace(need, count=len(ranked))
    return [pick.candidate.product.id for pick in parts.rules.apply(every, ranked, profile.adult)]
