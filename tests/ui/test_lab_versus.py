"""Two variants compared: intervals, plain verdicts, diffs, what was lost."""

from __future__ import annotations

from dataclasses import replace

from tests.ui.test_lab_scenarios import CELL
from ui.lab.scenarios import Scenario
from ui.lab.versus import FIGURES, compare, pick_changes, regressions, verdict, word_changes

SHARE = FIGURES[0]
NAMES = ("A", "B")


def of(one: list[float], other: list[float], figure=SHARE) -> str:  # type: ignore[no-untyped-def]
    from eval.intervals import paired_difference

    return verdict(figure, one, other, paired_difference(other, one), NAMES)


def test_verdict_when_nothing_differs_then_says_the_same() -> None:
    assert of([1.0] * 40, [1.0] * 40) == "the same in all 40 scenarios"


def test_verdict_when_it_is_noise_then_says_how_many_would_show_it() -> None:
    one, other = [0.0, 1.0] * 20, [0.0, 1.0] * 19 + [1.0, 0.0]
    # spread .226 about a mean of 0: (1.96 * .226 / .05)^2 = 79
    said = of(one, other)
    assert said.startswith("no difference that 40 scenarios can show (")
    assert said.endswith("; 79 would show one of 5 points")


def test_verdict_when_it_is_clear_then_names_the_better_one() -> None:
    assert of([0.0] * 30 + [1.0] * 10, [1.0] * 40).startswith("B is better, by 75.0 points")
    slower = of([1.0, 1.1] * 20, [2.0, 2.2] * 20, FIGURES[-1])
    assert slower.startswith("A is better, by 1.05")


def test_compare_when_only_some_are_answered_then_pairs_those() -> None:
    scenarios = [Scenario(f"s{n}", "milk") for n in range(5)]
    one = {s.key: replace(CELL, scenario=s.key) for s in scenarios}
    other = {s.key: replace(one[s.key], tokens=24) for s in scenarios[:3]}
    found = {c.figure.name: c for c in compare(scenarios, one, other, NAMES)}
    assert (found["tokens"].n, found["tokens"].difference) == (3, 12.0)
    assert compare(scenarios, one, {}, NAMES) == []


def test_changes_when_picks_and_words_differ_then_named() -> None:
    a, b = CELL.picks
    new = replace(a, id="c", title="Butter")
    other = replace(CELL, picks=(b, new))
    assert pick_changes(CELL, other) == [
        ("out", "Oat milk, plain"), ("moved", "Rye bread 2 → 1"), ("in", "Butter"),
    ]  # fmt: skip
    assert word_changes("a b c", "a x c d") == [
        ("same", "a"), ("out", "b"), ("in", "x"), ("same", "c"), ("in", "d"),
    ]  # fmt: skip


def test_regressions_when_something_is_lost_then_only_that() -> None:
    scenario = Scenario("s1", "milk", ("contains nice", "contains cheap"))
    worse = replace(CELL, sentences=CELL.sentences[:1], unknown=("$1", "$2"))
    assert regressions(scenario, CELL, CELL) == []
    assert regressions(scenario, CELL, worse) == ["contains nice", "less grounded"]
    silent = replace(CELL, sentences=(), unknown=(), trouble="it broke")
    assert "no answer" in regressions(scenario, CELL, silent)
