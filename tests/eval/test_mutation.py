"""The trial of the scorer: planted falsehoods are false, kept sentences true, the gate bites."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from assistant.types import Claim, ClaimKind, Reference, Sentence, Verdict
from eval.cases import to_frame
from eval.datasets.files import Provenance
from eval.faithfulness.reader import Judged, judge
from eval.faithfulness.world import World
from eval.mutation.behind import behind_reference, turned_comparison
from eval.mutation.falsehoods import FREE, Planted
from eval.mutation.kept import KEPT
from eval.mutation.rendered import Rendered
from eval.mutation.trial import Trial
from eval.mutation.truths import Scene
from eval.mutation.yard import Yard
from eval.report import Measurement, Row
from eval.summary import figures
from eval.tasks.mutation import Mutation
from index.types import Product
from tests.eval.witnessed import BREAD, FACTS, OTHERS, TODAY, scene

SENTENCE = Sentence(
    "P1",
    ("You bought ", Reference("P1"), " ", Reference("H1", "count"), ", and it is cheaper than ",
     Reference("P2"), "."),
    "You bought Wheat bread, store brand, 20 oz 6 times, and it is cheaper than Rye rolls, 12 oz.",
)  # fmt: skip
TITLES = {"P1": BREAD.title, "P2": OTHERS[0].product.title}


class SmallYard(Yard):
    """A yard without a shop behind it."""

    def __init__(self) -> None:
        self._staples = [FACTS[0]]
        self.ended = lambda _: True  # type: ignore[assignment,method-assign]
        self.owned = lambda _: frozenset({"b"})  # type: ignore[assignment,method-assign]

    @property
    def today(self):  # type: ignore[no-untyped-def]
        return TODAY

    def dearer(self, category: str, limit: int, random: Random) -> Product:
        return Product("d", "Brioche loaf, 30 oz", category, "Brioche loaf", price=limit + 249)

    def formerly_promoted(self, category: str, random: Random) -> Product:
        return Product("f", "Bagels, 18 oz", category, "Bagels", price=250)

    def strange_aisle(self, scene: Scene, random: Random) -> str:
        return "Yogurt"


def drawn(kind: str, tries: int = 20) -> list[Planted]:
    """What a planter or a change makes of the card, over many draws."""
    found = []
    for seed in range(tries):
        random = Random(seed)
        change = KEPT.get(kind)
        planted = change(scene(), random) if change else FREE[kind](scene(), random, SmallYard())
        found += [planted] if planted else []
    return found


@pytest.mark.parametrize("kind", sorted(FREE.keys() - {"invented_purchase", "anothers_history"}))
def test_falsehood_when_planted_then_the_scorer_names_it(kind: str) -> None:
    planted = drawn(kind)
    assert planted
    for case in planted:
        assert not judge(case.text, case.scene.world).is_true, case.text


@pytest.mark.parametrize("kind", sorted(KEPT))
def test_kept_when_drawn_then_the_scorer_lets_it_pass(kind: str) -> None:
    kept = drawn(kind)
    assert kept
    for case in kept:
        assert judge(case.text, case.scene.world).is_true, case.text


def test_invented_purchase_when_it_was_bought_then_none() -> None:
    assert drawn("invented_purchase") == []


def test_rendered_when_put_together_again_then_the_sentence() -> None:
    rendered = Rendered.of(SENTENCE, TITLES)
    assert rendered is not None
    assert rendered.text == SENTENCE.text
    assert rendered.value(Reference("H1", "count")) == "6 times"
    assert rendered.put({Reference("H1", "count"): "9 times"}).text.count("9 times") == 1


def test_behind_reference_when_planted_then_only_that_value_differs() -> None:
    rendered = Rendered.of(SENTENCE, TITLES)
    assert rendered is not None
    planted = behind_reference("count", rendered, scene(), Random(1), SmallYard())
    assert planted is not None
    assert "6 times" not in planted.text
    assert planted.text.startswith("You bought Wheat bread, store brand, 20 oz ")
    assert behind_reference("share", rendered, scene(), Random(1), SmallYard()) is None
    turned = turned_comparison(rendered, scene())
    assert turned is not None
    assert turned.text.startswith("You bought Rye rolls, 12 oz 6 times")


CASES = [Trial(kind, kind in FREE, False, drawn(kind)[0]) for kind in ("price", "count", "units")]


def measured(monkeypatch: pytest.MonkeyPatch, verdict: Verdict | None) -> Measurement:
    """The report of a scorer that always says the same, or of ours."""

    def one_sided(sentence: str, world: World) -> Judged:
        claim = Claim(ClaimKind.UNKNOWN, sentence, (), verdict or Verdict.SUPPORTED, "")
        return Judged(sentence, (claim,))

    if verdict:
        monkeypatch.setattr("eval.tasks.mutation.judge", one_sided)
    task = Mutation(CASES, 3, Provenance("small", "ours", "0" * 64))
    rows: Sequence[Row] = figures(to_frame(task.answer("shelftalk", range(len(task)))))
    return Measurement("eval run mutation", [*rows, *task.across(rows)])


def held(report: Measurement) -> dict[str, bool]:
    return {target.metric: target.holds for target in report.targets()}


def test_gate_when_the_scorer_is_ours_then_open(monkeypatch: pytest.MonkeyPatch) -> None:
    report = measured(monkeypatch, None)
    assert held(report) == {"kill_rate_min": True, "false_alarm_max": True}
    assert {r.table for r in report.rows if r.metric == "kill_rate"} == {"price", "count"}


def test_gate_when_the_scorer_believes_all_then_kill_rate_blocks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    report = measured(monkeypatch, Verdict.SUPPORTED)
    assert held(report) == {"kill_rate_min": False, "false_alarm_max": True}


def test_gate_when_the_scorer_doubts_all_then_false_alarms_block(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    report = measured(monkeypatch, Verdict.UNVERIFIABLE)
    assert held(report) == {"kill_rate_min": True, "false_alarm_max": False}
