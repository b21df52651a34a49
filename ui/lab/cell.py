"""One cell of the matrix: what one prompt answered to one scenario, as it is kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from index.types import Money


@dataclass(frozen=True, slots=True)
class CellPick:
    """A pick, as much of it as the matrix and the expectations look at."""

    id: str
    title: str
    category: str
    price: Money | None
    """Today's."""
    store_brand: bool | None
    house_rule: str | None = None


@dataclass(frozen=True, slots=True)
class CellClaim:
    """A claim of the verifier."""

    text: str
    verdict: str
    because: str


@dataclass(frozen=True, slots=True)
class CellSentence:
    """A sentence with what became of the tries before it."""

    pick: str
    text: str
    by_model: bool
    claims: tuple[CellClaim, ...]
    rejected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """An answer and what it took."""

    scenario: str
    """Hash of whom and what was asked."""
    picks: tuple[CellPick, ...]
    sentences: tuple[CellSentence, ...]
    note: str
    unknown: tuple[str, ...]
    """Stretches that the harness's reader finds on neither shelf nor receipts."""
    seconds: float
    tokens: int
    prompt_tokens: int
    trouble: str = ""
    """Why there is no answer, where the request could not be met."""
    shopper: str | None = None
    """Whose facts may stand in it; ``None`` is a guest."""

    @property
    def words(self) -> str:
        return " ".join(s.text for s in self.sentences)

    @property
    def by_model(self) -> float:
        """Share of the sentences that the model wrote."""
        return sum(s.by_model for s in self.sentences) / (len(self.sentences) or 1)

    @property
    def grounded(self) -> float:
        """Share of the sentences in which the harness's reader finds nothing unknown.

        A list of unknown stretches counts against at most as many sentences.
        """
        n = len(self.sentences)
        return 1.0 if not n else max(0.0, 1 - len(self.unknown) / n)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, told: dict[str, Any]) -> Cell:
        """Read ``as_json`` back."""
        sentences = tuple(
            CellSentence(
                **{
                    **s,
                    "claims": tuple(CellClaim(**c) for c in s["claims"]),
                    "rejected": tuple(s["rejected"]),
                }
            )
            for s in told["sentences"]
        )
        picks = tuple(CellPick(**p) for p in told["picks"])
        unknown = tuple(told["unknown"])
        return cls(**{**told, "picks": picks, "sentences": sentences, "unknown": unknown})
