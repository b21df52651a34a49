"""Lists of products for a shopper and a message, without a word said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.finding import request_of
from assistant.following import known_of
from assistant.session import WITHOUT_PRODUCTS, Session
from assistant.types import Need, NeedRead, Pick, Profile
from assistant.wiring import Assistant
from index.types import Candidate, Interaction


@dataclass(frozen=True, slots=True)
class Asked:
    """A first turn up to its candidates; what follows depends on dial and profile alone."""

    session: Session
    need: Need
    candidates: Sequence[Candidate]

    def ranked(
        self,
        dial: float | None = None,
        profile: Profile | None = None,
        candidates: Sequence[Candidate] | None = None,
    ) -> list[Pick]:
        """All candidates in order, as the session would rank them, before house rules."""
        parts = self.session.parts
        return parts.ranker.rank(
            self.need,
            self.candidates if candidates is None else candidates,
            profile or self.session.profile,
            self.session.dial if dial is None else dial,
        )

    def top(
        self,
        k: int,
        dial: float | None = None,
        profile: Profile | None = None,
        candidates: Sequence[Candidate] | None = None,
    ) -> list[Pick]:
        """The first ``k`` after house rules: what would be shown if so many were asked for."""
        if not self.candidates:
            return []
        ranked = self.ranked(dial, profile, candidates)
        rules, adult = self.session.parts.rules, self.session.profile.adult
        return rules.apply(replace(self.need, count=k), ranked, adult)

    def ids(self, k: int, dial: float | None = None) -> tuple[str, ...]:
        return ids(self.top(k, dial))


def ids(picks: Sequence[Pick]) -> tuple[str, ...]:
    """Return the products of picks, in order."""
    return tuple(pick.candidate.product.id for pick in picks)


def ask(assistant: Assistant, shopper: str | None, message: str) -> Asked:
    """Let a new conversation read a message and find its candidates."""
    session = assistant.session(shopper)
    need = need_of(session, message)
    _, history = known_of(assistant.search, shopper, session.profile.adult)
    return Asked(session, need, candidates_of(session, need, history))


def need_of(session: Session, message: str) -> Need:
    """Return what the session hears; the turn goes no further and leaves no trace."""
    return next(e.need for e in session.stream(message) if isinstance(e, NeedRead))


def candidates_of(
    session: Session, need: Need, history: Sequence[Interaction]
) -> Sequence[Candidate]:
    """Return what a turn ranks: the same request gives the same candidates."""
    if need.intent in WITHOUT_PRODUCTS:
        return ()
    request = request_of(need, session.profile, history, session.parts)
    return session.parts.search.retrieve(request)
