"""The terms of a measurement: figures under different terms never stand side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from index.errors import TellPerson


class DifferentProtocols(TellPerson):
    """Two figures were measured under different terms."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """What was asked, of whom, out of how many, knowing what."""

    task: str
    """Name of the benchmark: "beauty"."""
    split: str
    """Which events are the test, in a sentence."""
    evidence: str
    """What models may learn from and what they see when asked."""
    candidates: int
    """Items that compete for every place."""
    negatives: str = "all: full ranking"
    """Never a sample, unless it says so here."""
    tables: Mapping[str, str] = field(default_factory=dict)
    """Table name to what it asks."""
    limits: tuple[str, ...] = ()
    """What keeps the figure from being more than it is."""

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "tables": dict(self.tables), "limits": list(self.limits)}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Protocol:
        """Read back what ``as_json`` wrote; fields it does not know are left aside."""
        known = {f.name: found[f.name] for f in fields(cls) if f.name in found}
        return cls(**{**known, "limits": tuple(known.get("limits", ()))})


def require_same(one: Protocol, other: Protocol) -> None:
    """Do nothing where the terms are equal.

    Raises
    ------
    DifferentProtocols
        They are not; every differing term is named with both values.
    """
    left, right = one.as_json(), other.as_json()
    differing = [name for name in left if left[name] != right[name]]
    if differing:
        reasons = "; ".join(f"{name}: {left[name]!r} against {right[name]!r}" for name in differing)
        raise DifferentProtocols(
            f"These figures were measured under different protocols ({reasons}).",
            "Run both under the same one; figures from two protocols are never put side by side.",
        )
