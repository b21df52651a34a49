"""The same need the same picks, over a small shop; and what makes the gate block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from assistant.wiring import Assistant
from eval.cases import to_frame
from eval.lists import ask
from eval.report import Measurement, Row
from eval.summary import figures, lists_by_system
from eval.tasks.consistency import Consistency, alike, changed_facts
from eval.wordings import Wordings, load_wordings
from index.config import IndexConfig
from tests.eval.small_assistant import small_assistant

NEEDS = [
    Wordings("milk", ("milk", "some milk please", "I'd like milk", "milk")),
    Wordings("bread", ("bread", "bread please", "a bread", "milk")),
]
"""One of the four wordings of bread asks for something else."""


@pytest.fixture
def assistant(shop: IndexConfig) -> Iterator[Assistant]:
    with small_assistant(shop) as found:
        yield found


@pytest.fixture
def task(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> Consistency:
    monkeypatch.setattr("eval.tasks.consistency.MIN_EVENTS", 1)
    return Consistency(assistant, NEEDS, 0, lambda _: small_assistant(assistant.settings.index))


def measured(task: Consistency) -> Measurement:
    rows: list[Row] = []
    for system in ("shelftalk", "chance"):
        cases = to_frame(task.answer(system, range(len(task))))
        rows += figures(cases)
        for (table, name), lists in lists_by_system(cases).items():
            rows += [Row(m, v, name, table) for m, v in task.overall(lists)]
    return Measurement("eval run consistency", [*rows, *task.across(rows)])


def value(report: Measurement, metric: str, table: str, system: str = "shelftalk") -> float:
    (row,) = [r for r in report.rows if (r.metric, r.table, r.system) == (metric, table, system)]
    return row.value


def test_consistency_when_a_wording_asks_for_something_else_then_it_shows(
    task: Consistency,
) -> None:
    report = measured(task)
    assert value(report, "jaccard@5", "wordings") == pytest.approx((1 + 0.5) / 2)
    assert value(report, "jaccard@5", "") == value(report, "jaccard@5", "wordings")
    for table in ("shuffles", "sessions", "doors", "days"):
        assert value(report, "jaccard@5", table) == 1
        assert value(report, "rbo", table) == 1
    assert value(report, "swap_changes_fact", "") == 0
    assert 0 <= value(report, "jaccard@5", "wordings", "chance") <= 1
    held = {target.metric: target.holds for target in report.targets()}
    assert not held["jaccard@5"]
    assert not held["rbo"]
    assert held["swap_changes_fact"]


def test_ease_when_it_stands_beside_then_the_ratio_is_a_row(task: Consistency) -> None:
    ours = Row("inter_user_distance@5", 0.6, "shelftalk", "people", None, 9)
    theirs = Row("inter_user_distance@5", 0.8, "ease", "people", None, 9)
    (ratio,) = task.across([ours, theirs])
    assert (ratio.metric, round(ratio.value, 2)) == ("inter_user_distance_to_ease", 0.75)


def test_changed_facts_when_another_price_is_shown_then_counted(assistant: Assistant) -> None:
    picks = ask(assistant, "s1", "milk").top(2)
    first = picks[0]
    dear = replace(first.candidate.product, price=9999)
    other = [replace(first, candidate=replace(first.candidate, product=dear)), picks[1]]
    assert changed_facts(picks, picks) == 0
    assert changed_facts(picks, other) == 1


def test_alike_when_lists_are_empty_together_then_the_same() -> None:
    assert alike([(), ()]) == {"jaccard@5": 1.0, "rbo": 1.0}
    assert alike([("a",), ()]) == {"jaccard@5": 0.0, "rbo": 0.0}


def test_wordings_when_loaded_then_a_hundred_needs_of_four_different_messages() -> None:
    found = load_wordings("journey")
    assert len(found) >= 100
    assert len({w.group for w in found}) == len(found)
    assert all(len(w.messages) == 4 == len(set(w.messages)) for w in found)


def test_ask_when_the_need_is_read_then_no_turn_was_taken(assistant: Assistant) -> None:
    asked = ask(assistant, "s1", "milk")
    assert asked.session.state.turns == 0
    assert asked.ids(1) == ("oat",)
    assert ask(assistant, "s1", "hello").ids(3) == ()
