"""The gate: a sentence is shown only if every claim in it is supported."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.claims import Context, read_claims
from assistant.references import Parts
from assistant.types import Claim, Reference, Verdict


@dataclass(frozen=True, slots=True)
class Verified:
    """What the claim reader found in one sentence."""

    claims: tuple[Claim, ...]

    @property
    def ok(self) -> bool:
        """Every claim is supported, and there is at least one."""
        return bool(self.claims) and not self._failed

    @property
    def failed_references(self) -> frozenset[Reference]:
        """References of the claims that are not supported."""
        return frozenset(ref for claim in self._failed for ref in claim.references)

    @property
    def reason(self) -> str:
        """The first claim that is not supported, and why; empty where all are."""
        return next((f"{c.verdict}: {c.text} ({c.because})" for c in self._failed), "")

    @property
    def _failed(self) -> tuple[Claim, ...]:
        return tuple(c for c in self.claims if c.verdict is not Verdict.SUPPORTED)


def verify(parts: Parts, context: Context) -> Verified:
    """Check one sentence about one pick. Deterministic; asks no model."""
    return Verified(read_claims(parts, context))
