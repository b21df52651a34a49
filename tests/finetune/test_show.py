"""Thirty sentences of an adapter: chosen by a rule, told with every claim."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.prompts import load
from assistant.types import Claim, ClaimKind, Verdict
from finetune.evaluate import Said, judge
from finetune.show import EACH, Shown, page, shown
from index.config import IndexConfig
from index.weights import locate
from tests.assistant.sentences import context

TOLD = {"data": {"prompts": {"explain/2": "a"}, "cut": "2017-12-03"}, "steps": 9}
FINE = Claim(ClaimKind.ATTRIBUTE, "costs", (), Verdict.SUPPORTED, "P1 costs $2.49")
WRONG = Claim(ClaimKind.COMPARISON, "cheaper", (), Verdict.CONTRADICTED, "P2 costs less")
ODD = Claim(ClaimKind.UNKNOWN, "odd", (), Verdict.UNVERIFIABLE, "not in the lexicon")


def one(raw: str, supported: int, claims: int, valid: bool, likely: float) -> Shown:
    said = Said("s", raw, valid, supported, 0, claims, (), ())
    return Shown(said, f"Reads {raw}", ("bought by all",), (FINE, WRONG, ODD), likely)


def test_page_when_ranked_then_by_claims_then_grammar_then_likelihood() -> None:
    found = [
        one("likely but half true", 1, 2, True, -0.01),
        one("all true, unlikely", 2, 2, True, -2.0),
        one("all true, not by the grammar", 2, 2, False, -0.1),
        one("all true, likely", 2, 2, True, -0.2),
    ]
    best = page("mine", TOLD, found).partition("## Ten in the middle")[0]
    places = [best.index(f"Reads {text}") for text in (
        "all true, likely", "all true, unlikely", "all true, not by the grammar",
        "likely but half true",
    )]  # fmt: skip
    assert places == sorted(places)
    assert "🟩 attribute: costs (P1 costs $2.49)" in best
    assert "🟥 comparison: cheaper (P2 costs less)" in best
    assert "🟨 unknown: odd (not in the lexicon)" in best


def test_page_when_there_are_many_then_ten_of_the_head_the_middle_and_the_end() -> None:
    found = [one(f"<{n}>", 100 - n, 100, True, -0.1) for n in range(60)]
    told = page("mine", TOLD, found)
    numbers = [n for n in range(60) if f"Reads <{n}>" in told]
    assert numbers == [*range(10), *range(25, 35), *range(50, 60)]
    assert len(numbers) == 3 * EACH


@pytest.mark.model
@pytest.mark.parametrize("raw", ["", "[P1] costs [P9.price].", "You bought [P1] [H1.count]."])
def test_shown_when_asked_of_a_model_then_a_likelihood_and_what_a_shopper_would_read(
    tmp_path: Path, raw: str
) -> None:
    from finetune import tiny

    base = tiny.base(tmp_path / "base", locate("SmolLM2-135M-Instruct", IndexConfig()))
    found = context()
    (told,) = shown([judge(found, raw)], [found], load("explain/2"), base, None)
    assert told.log_probability < 0
    assert "[P1]" not in told.reads
    assert ("[P9.price]" in told.reads) is ("[P9.price]" in raw)
    assert told.claims
    assert told.hints
