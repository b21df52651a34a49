"""What ``bench generation`` makes of its timings, and a real turn of it."""

from __future__ import annotations

import pytest

from assistant.interfaces import Completion
from assistant.references import parse
from assistant.types import Sentence
from eval.benchmarks.generation import shown, summarised


def _answer(text: str) -> Completion:
    return Completion(text, tokens=9)


def test_shown_when_one_was_turned_down_or_by_template_then_it_counts_nothing() -> None:
    good, bad = _answer(" [P1.title] is on offer."), _answer("[P2.title] is magic.")
    templated = _answer("[P3.title] is cheap.")
    sentences = [
        Sentence("p1", parse(good.text.strip()), "Milk is on offer.", by_model=True),
        Sentence("p3", parse(templated.text), "Bread is cheap.", by_model=False),
    ]
    assert shown([good, bad, templated], sentences) == [good]


def test_summarised_when_ours_is_twice_as_fast_then_the_ratio_is_two() -> None:
    rates = {"shelftalk": [20.0, 40.0], "generate": [10.0, 20.0]}
    rows = {(row.system, row.metric): row for row in summarised(rates, seed=1)}
    assert rows["shelftalk", "tokens_per_s"].value == 30
    ratio = rows["shelftalk", "ratio_to_peer"]
    assert ratio.value == 2
    assert ratio.ci95 == (2, 2)


@pytest.mark.model
@pytest.mark.slow
def test_run_when_two_turns_are_timed_then_both_said_something() -> None:
    from assistant.config import Settings
    from eval.benchmarks.generation import run

    rows = {(row.system, row.metric): row.value for row in run(Settings(), limit=2).rows}
    assert rows["shelftalk", "tokens_per_s"] > 0
    assert rows["generate", "tokens_per_s"] > 0
    assert 0 < rows["shelftalk", "forced_share"] < 1
