"""How long cards were looked at: read with care, noted with the run's hashes, or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.consent import Purpose
from index.database import Database
from tests.ui.fake_assistant import FakeAssistant
from tests.ui.fake_profiles import FakeProfiles
from ui.counter import Counter
from ui.dwell import MOST_S, read
from ui.feedback import FeedbackLog

KNOWN = {"p1", "p2 with a space"}


def line(**seen: object) -> str:
    return json.dumps({"number": 1, "seen": seen})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (line(p1=7.5), [("p1", 7.5)]),
        (json.dumps({"seen": {"p2 with a space": 3}}), [("p2 with a space", 3.0)]),
        (line(p1=86_400), [("p1", MOST_S)]),
        (line(p1=0.5, p9=7), []),
        (line(p1="7", p2=True), []),
        ('{"seen": {"p1": NaN}}', []),
        ('{"seen": {"p1": 1e999}}', []),
        ('{"seen": ["p1"]}', []),
        ("[" * 3_000, []),
        ("add p1 #3", []),
        (line(p1=7, x="y" * 4_000), []),
    ],
)
def test_read_when_a_line_comes_then_what_counts_and_no_more(
    text: str, found: list[tuple[str, float]]
) -> None:
    assert read(text, KNOWN) == found


@given(st.text(max_size=200))
def test_read_when_anything_comes_then_never_an_error(text: str) -> None:
    assert read(text, KNOWN) == []


def noted(log: FeedbackLog) -> list[tuple[object, ...]]:
    sql = "SELECT kind, shopper_id, product_id, seconds, prompt, catalogue FROM feedback"
    return list(log._database.connection.execute(sql))


def test_dwelt_when_told_then_in_the_log_with_the_hashes_of_what_answered(tmp_path: Path) -> None:
    log = FeedbackLog(Database(tmp_path / "desk.sqlite"))
    counter = Counter(FakeAssistant(), feedback=log)
    key = counter.begin("", "1228").key
    counter.dwelt(line(p1=4), key)
    assert noted(log) == [], "nothing was shown yet"
    list(counter.ask("lunch", key, "1228"))
    counter.dwelt(line(p1=4, p77=9), key)
    counter.dwelt(line(p1=4), "no such conversation")
    assert noted(log) == [("dwell", "1228", "p1", 4.0, "p", "c")]


def test_dwelt_when_the_shopper_forbids_learning_then_nothing_is_noted(tmp_path: Path) -> None:
    log, profiles = FeedbackLog(Database(tmp_path / "desk.sqlite")), FakeProfiles()
    counter = Counter(FakeAssistant(), feedback=log, profiles=profiles)
    key = counter.begin("", "1228").key
    list(counter.ask("lunch", key, "1228"))
    profiles.held = replace(profiles.held, off=frozenset({Purpose.LEARN}))
    counter.dwelt(line(p1=4), key)
    assert noted(log) == []
    profiles.held = replace(profiles.held, off=frozenset())
    counter.dwelt(line(p1=4), key)
    assert len(noted(log)) == 1
