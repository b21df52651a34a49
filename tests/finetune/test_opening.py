"""Openings: what a prompt asks a sentence to begin with is what a wording begins with."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from assistant.claims import Context
from assistant.opening import openings
from assistant.plan import plan_for, reason
from assistant.types import Evidence, EvidenceKind
from finetune.examples import best_wording
from finetune.forms import Style, begins
from tests.assistant.sentences import PICKS, context

KINDS = [kind for kind in EvidenceKind if reason(kind, context())]


def of(first: EvidenceKind, second: EvidenceKind, seed: int) -> Context:
    """The pick with these two reasons, worded as the seed has it."""
    evidence = []
    for weight, kind in ((0.9, first), (0.5, second)):
        found = reason(kind, context(), seed)
        assert found
        evidence.append(Evidence(kind, found.references, weight, 1))
    return context(picks=(replace(PICKS[0], evidence=tuple(evidence)), *PICKS[1:]))


def test_kinds_when_they_are_tried_then_most_hold_of_the_pick() -> None:
    assert len(KINDS) >= 7


@pytest.mark.parametrize(("first", "second"), list(permutations(KINDS, 2)))
def test_openings_when_the_shopper_or_a_reason_may_come_first_then_a_wording_does_so(
    first: EvidenceKind, second: EvidenceKind
) -> None:
    found = of(first, second, 0)
    plan = plan_for(found)
    for opening in {"you", "detail"}.intersection(openings(plan.reasons)):
        said = best_wording(plan, found, Style(opening, "pick", "good", "often"))
        assert said, opening
        assert begins(said, "[P1]") == opening
