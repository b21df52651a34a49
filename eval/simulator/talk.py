"""One conversation: messages and cards in turn, until the target is shown or patience ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from eval.simulator.shopper import Shopper
from eval.simulator.systems import Talker
from index.types import Candidate

TURNS = 5


@dataclass(frozen=True, slots=True)
class Turn:
    """One message and its answer."""

    message: str
    cards: tuple[Candidate, ...]
    kept: float | None
    """Share of the hidden conditions that the cards keep; ``None`` without cards."""
    broken: int
    """What the cards contradict of what was said."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A finished conversation."""

    turns: tuple[Turn, ...]
    found: bool

    @property
    def length(self) -> int:
        """Turns to the target; failure counts one more than there were."""
        return len(self.turns) if self.found else TURNS + 1

    @property
    def wasted(self) -> int:
        """Turns without a card."""
        return sum(not turn.cards for turn in self.turns)

    @property
    def broken(self) -> int:
        return sum(turn.broken for turn in self.turns)

    @property
    def kept(self) -> float:
        """Share of the hidden conditions kept in the last turn; 0 where nothing was shown."""
        return self.turns[-1].kept or 0.0

    @property
    def lost(self) -> float | None:
        """What the cards keep less in the fifth turn than in the first; ``None`` if shorter."""
        if len(self.turns) < TURNS:
            return None
        return (self.turns[0].kept or 0.0) - (self.turns[-1].kept or 0.0)


def talk(shopper: Shopper, talker: Talker) -> Talk:
    """Let them talk.

    Raises
    ------
    NamedTheTitle
        The shopper said what nobody may be told.
    """
    turns: list[Turn] = []
    message = shopper.first()
    for number in range(1, TURNS + 1):
        cards = tuple(talker.answer(message))
        turns.append(Turn(message, cards, _kept(shopper, cards), shopper.broken_by(cards)))
        if any(card.product.id == shopper.wish.target.id for card in cards):
            return Talk(tuple(turns), found=True)
        if number < TURNS:
            message = shopper.next(cards)
    return Talk(tuple(turns), found=False)


def _kept(shopper: Shopper, cards: Sequence[Candidate]) -> float | None:
    held = [mean(shopper.wish.kept_by(card)) for card in cards]
    return mean(held) if held else None
