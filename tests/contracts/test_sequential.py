"""The sequential model: the contract, and that training goes on where it ended."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from eval.baselines.sequential import CachedSequential
from index.collaborative.histories import Histories
from index.collaborative.sequential import Sequential, SequentialConfig
from index.types import Interaction
from tests.contracts.collaborative import CUT, SHOP, CollaborativeContract, lines
from tests.contracts.test_collaborative_models import histories

pytestmark = pytest.mark.model
CONFIG = SequentialConfig(width=8, layers=1, heads=1, dropout=0.0, length=6, epochs=2, rate=0.05)


class TestSequential(CollaborativeContract):
    about = Sequential

    def fit(self, events: Sequence[Interaction], cut: date) -> Sequential:
        with tempfile.TemporaryDirectory() as folder:
            return Sequential.fit(histories(events, cut), Path(folder), CONFIG)

    def load(self, folder: Path) -> Sequential:
        return Sequential.load(folder)


def circle() -> Histories:
    """Everyone buys a, b, c, d, a, b … from somewhere in the circle."""
    return histories(lines({f"s{n}": list(("abcd" * 3)[n % 4 :]) for n in range(24)}), CUT)


def test_fit_when_purchases_follow_a_rule_then_the_next_one_leads(tmp_path: Path) -> None:
    config = CONFIG.model_copy(update={"epochs": 40, "width": 16})
    model = Sequential.fit(circle(), tmp_path, config)
    assert model.finished
    found = model.recommend(lines({"new": ["a", "b"]}), CUT, 4)
    assert found[0].id == "c"
    assert sum(s.score for s in found) == pytest.approx(1, abs=0.05)


def test_fit_when_the_budget_ends_then_the_next_call_goes_on(tmp_path: Path) -> None:
    first = Sequential.fit(circle(), tmp_path, CONFIG, budget_minutes=0)
    assert not first.finished
    assert list(tmp_path.glob("checkpoint-*"))
    second = Sequential.fit(circle(), tmp_path, CONFIG)
    assert second.finished
    past = circle()
    assert not np.allclose(first.score_matrix(past), second.score_matrix(past))
    first.save(tmp_path / "saved")
    assert not Sequential.load(tmp_path / "saved").finished


def test_fit_when_it_starts_from_texts_then_what_reads_alike_scores_alike(tmp_path: Path) -> None:
    """At a rate of nearly nothing all that is known is what the texts say."""
    lesson, config = circle(), CONFIG.model_copy(update={"rate": 1e-9, "width": 4})
    texts = np.zeros((len(lesson.items), 6), dtype=np.float32)
    texts[np.arange(len(texts)), np.arange(len(texts)) // 2] = 1  # a like b, c like d
    model = Sequential.fit(lesson, tmp_path, config, start=texts)
    a, b, c, d = model.score_matrix(lesson)[0][:4]
    assert a == pytest.approx(b, rel=1e-4)
    assert c == pytest.approx(d, rel=1e-4)
    assert a != pytest.approx(c, rel=1e-3)


def test_score_matrix_when_a_case_is_alone_then_the_same(tmp_path: Path) -> None:
    past = histories(lines(SHOP), CUT)
    model = Sequential.fit(past, tmp_path, CONFIG)
    together = model.score_matrix(past)
    for row in range(past.shape[0]):
        np.testing.assert_allclose(
            model.score_matrix(past.take([row]))[0], together[row], atol=1e-5
        )


def test_cached_when_trained_in_parts_then_gone_on_with_and_read_back(tmp_path: Path) -> None:
    lesson = circle()
    cut_short = CachedSequential(tmp_path, CONFIG.model_dump(), budget_minutes=0)
    cut_short.fit(lesson)
    assert "cut short" in cut_short.chosen
    whole = CachedSequential(tmp_path, CONFIG.model_dump())
    whole.fit(lesson)
    assert "cut short" not in whole.chosen
    again = CachedSequential(tmp_path, CONFIG.model_dump(), budget_minutes=0)
    again.fit(lesson)
    np.testing.assert_array_equal(again.score(lesson), whole.score(lesson))
    other = CachedSequential(tmp_path, {**CONFIG.model_dump(), "seed": 1}, budget_minutes=0)
    other.fit(lesson)
    assert "cut short" in other.chosen
