"""Many sentences of one model: asked once each, kept, gone on with, counted with intervals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import ModelFailed
from assistant.models.scripted import ScriptedModel
from assistant.prompts import load
from assistant.references import Resolver
from finetune.free import TOGETHER, figures, write
from tests.assistant.sentences import PICKS, PROFILE, resolver

COUNT = 20


def replies(count: int = 10) -> list[Resolver]:
    """Replies of three picks, each with titles and a shopper of its own."""
    found = []
    for n in range(count):
        picks = []
        for pick in PICKS:
            product = pick.candidate.product
            named = replace(product, title=f"{product.title} {n}")
            picks.append(replace(pick, candidate=replace(pick.candidate, product=named)))
        found.append(resolver(profile=replace(PROFILE, shopper_id=f"s{n}"), picks=tuple(picks)))
    return found


class Speaker(ScriptedModel):
    """The same weights, however many answers the test lets it give."""

    def __init__(self, answers: int) -> None:
        super().__init__([f"[P1] costs [P1.price] {n}." for n in range(answers)])

    @property
    def fingerprint(self) -> str:
        return "the same weights"


def test_write_when_asked_then_so_many_are_judged_in_order_and_told(tmp_path: Path) -> None:
    told: list[tuple[int, int, float]] = []
    said = write(
        Speaker(COUNT), load("explain/2"), replies(), COUNT, tmp_path, lambda *x: told.append(x)
    )
    assert [s.raw for s in said] == [f"[P1] costs [P1.price] {n}." for n in range(COUNT)]
    assert [s.shopper for s in said] == [f"s{n // 3}" for n in range(COUNT)]
    assert [(done, of) for done, of, _ in told] == [(TOGETHER, COUNT), (COUNT, COUNT)]
    assert told[0][2] > 0 == told[1][2]


def test_write_when_killed_and_asked_again_then_it_goes_on(tmp_path: Path) -> None:
    killed, again = Speaker(TOGETHER + 2), Speaker(COUNT)
    with pytest.raises(ModelFailed):
        write(killed, load("explain/2"), replies(), COUNT, tmp_path)
    (kept,) = tmp_path.glob("free-*.jsonl")
    with kept.open("a") as file:
        file.write('{"asked": "cut')  # a line that the kill cut
    said = write(again, load("explain/2"), replies(), COUNT, tmp_path)
    assert len(again.requests) == COUNT - TOGETHER
    assert said[TOGETHER - 1].raw == f"[P1] costs [P1.price] {TOGETHER - 1}."
    assert said[TOGETHER].raw == "[P1] costs [P1.price] 0."  # the first that was asked again
    silent = Speaker(0)
    assert write(silent, load("explain/2"), replies(), COUNT, tmp_path) == said


def test_write_when_the_weights_are_others_then_everything_is_asked(tmp_path: Path) -> None:
    write(Speaker(COUNT), load("explain/2"), replies(), COUNT, tmp_path)
    other = ScriptedModel([(lambda _: True, "Nice.")])
    said = write(other, load("explain/2"), replies(), COUNT, tmp_path)
    assert {s.raw for s in said} == {"Nice."}


def test_figures_when_counted_then_a_table_of_its_own_with_intervals(tmp_path: Path) -> None:
    said = write(
        ScriptedModel([(lambda _: True, "[P1] costs [P1.price].")]),
        load("explain/2"), replies(), COUNT, tmp_path,
    )  # fmt: skip
    rows = {row.metric: row for row in figures(said)}
    assert {row.table for row in rows.values()} == {"free"}
    assert rows["sentences"].value == COUNT
    assert rows["unique_masked"].value == 1 / COUNT
    assert rows["largest_shape"].value == rows["largest_shape"].ci95[0] == 1.0  # type: ignore[index]
    assert all(
        row.ci95 for metric, row in rows.items() if metric not in ("sentences", "held_plans")
    )
    assert rows.keys() >= {
        "reference_valid", "claims_supported", "unverifiable", "claim_types", "largest_claim_type",
    }  # fmt: skip
