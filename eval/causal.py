"""Is the reason given the reason? Its receipt lines are taken away, and the cards ranked again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from random import Random

from assistant.following import known_of
from assistant.session import Session
from assistant.shopper import build_profile
from assistant.types import Fact, Need, Profile, Sentence
from eval.lists import candidates_of
from index.search import Search
from index.types import Interaction, Product


@dataclass(frozen=True, slots=True)
class Deletion:
    """What became of a pick when receipt lines were taken away."""

    place: int
    """Among all candidates, from 1."""
    place_without: int
    score_lost: float

    @property
    def fell(self) -> bool:
        return self.place_without > self.place


class Inquest:
    """Ranks one turn's candidates again, for profiles that know less.

    Parameters
    ----------
    session
        It has answered; its profile is what was known.
    need
        As that turn understood it.
    """

    def __init__(self, session: Session, need: Need) -> None:
        self._session, self._need = session, need
        search, profile = session.parts.search, session.profile
        self._profile = profile
        _, self._history = known_of(search, profile.shopper_id, profile.adult)
        self._products = _products(search, self._history)
        self._candidates = candidates_of(session, need, self._history)
        self._now = self._order(profile)

    def without(self, product_id: str, event_ids: Collection[int]) -> Deletion | None:
        """Take lines away, build the profile anew, rank the same candidates again.

        ``None`` where the product is no candidate.
        """
        if product_id not in self._now:
            return None
        gone = frozenset(event_ids)
        kept = [event for event in self._history if event.id not in gone]
        profile = self._profile
        less = build_profile(
            profile.shopper_id, kept, self._products, profile.as_of, profile.store_id, profile.adult
        )
        then = self._order(less)
        place, score = self._now[product_id]
        place_without, score_without = then[product_id]
        return Deletion(place, place_without, score - score_without)

    def uncited(self, cited: Fact, random: Random) -> tuple[int, ...] | None:
        """Return as many lines of another fact, none of them behind the cited one.

        The fact is drawn among those with enough lines; ``None`` where there is none.
        """
        mine = frozenset(cited.event_ids)
        others = [
            rest
            for fact in self._profile.facts
            if fact.id != cited.id
            and len(rest := [e for e in fact.event_ids if e not in mine]) >= len(mine)
        ]
        if not others or not mine:
            return None
        return tuple(sorted(random.sample(random.choice(others), len(mine))))

    def _order(self, profile: Profile) -> dict[str, tuple[int, float]]:
        parts = self._session.parts
        ranked = parts.ranker.rank(self._need, self._candidates, profile, self._session.dial)
        return {
            pick.candidate.product.id: (place, pick.score)
            for place, pick in enumerate(ranked, start=1)
        }


def cited_fact(sentence: Sentence, profile: Profile) -> Fact | None:
    """Return the fact of the history that a sentence points at first, if any."""
    targets = [part.target for part in sentence.parts if not isinstance(part, str)]
    by_id = {fact.id: fact for fact in profile.facts}
    return next((by_id[target] for target in targets if target in by_id), None)


def _products(search: Search, history: Sequence[Interaction]) -> dict[str, Product]:
    found = search.catalogue.many({event.product_id for event in history})
    return {product.id: product for product in found}
