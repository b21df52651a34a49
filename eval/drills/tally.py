"""What a drill counts: tried, survived, lost, and why."""

from __future__ import annotations

from dataclasses import dataclass, field

from eval.report import Row

SHELFTALK, UNDEFENDED = "shelftalk", "undefended"


@dataclass(slots=True)
class Tally:
    """One kind of harm, done again and again to one system."""

    kind: str
    system: str = SHELFTALK
    losses: list[str] = field(default_factory=list)
    """A sentence for each try that was lost."""
    tried: int = 0
    also: list[Row] = field(default_factory=list)
    """Further figures of this kind of harm."""

    def count(self, harm: str, faults: list[str]) -> None:
        """Count a try; it is lost where anything is wrong after it."""
        self.tried += 1
        if faults:
            self.losses.append(f"{self.kind}, {self.system}, {harm}: {'; '.join(faults)}")

    @property
    def lost(self) -> int:
        return len(self.losses)

    def rows(self) -> list[Row]:
        """The figures of the report."""
        counts = {"tried": self.tried, "survived": self.tried - self.lost, "lost": self.lost}
        rows = [
            Row(metric, value, self.system, self.kind, n=self.tried)
            for metric, value in counts.items()
        ]
        return rows + self.also
