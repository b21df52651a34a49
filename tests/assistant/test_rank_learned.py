"""The boosted ranker on examples small enough to reason about (LightGBM takes seconds to load)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.rank_learned import MANIFEST, MODEL, TreeRanker, TreesConfig
from index.errors import BadData

NAMES = ("telling", "noise")
CONFIG = TreesConfig(rounds=20, rate=0.3, leaves=4, least=5, negatives=1.0)

pytestmark = pytest.mark.model


def examples() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Forty questions of ten candidates: what scores highest in "telling" was bought."""
    draw = np.random.default_rng(0)
    features = draw.random((400, 2)).astype(np.float32)
    question = np.repeat(np.arange(40), 10)
    bought = np.zeros(400, dtype=bool)
    for number in range(40):
        bought[number * 10 + features[question == number, 0].argmax()] = True
    return features, bought, question


@pytest.fixture(scope="module", params=["binary", "lambdarank"])
def ranker(request: pytest.FixtureRequest) -> TreeRanker:
    config = CONFIG.model_copy(update={"objective": request.param})
    return TreeRanker.fit(*examples(), NAMES, config)


def test_fit_when_one_feature_tells_then_it_leads_and_orders(ranker: TreeRanker) -> None:
    low, high = ranker.score(np.array([[0.2, 0.9], [0.99, 0.1]], dtype=np.float32))
    assert high > low
    assert next(iter(ranker.importances())) == "telling"
    assert sum(ranker.importances().values()) == pytest.approx(1)


def test_fit_when_done_twice_then_the_same_scores(ranker: TreeRanker) -> None:
    again = TreeRanker.fit(*examples(), NAMES, ranker.config)
    features = examples()[0]
    np.testing.assert_array_equal(again.score(features), ranker.score(features))


def test_contributions_when_summed_then_the_score(ranker: TreeRanker) -> None:
    features = examples()[0][:25]
    features[3, 0] = np.nan
    parts = ranker.contributions(features)
    assert parts.shape == (25, 3)
    np.testing.assert_allclose(parts.sum(axis=1), ranker.score(features), atol=1e-4)
    assert ranker.contributions(features[:0]).shape == (0, 3)
    assert ranker.score(features[:0]).shape == (0,)


def test_save_when_loaded_then_the_same_scores_and_names(
    ranker: TreeRanker, tmp_path: Path
) -> None:
    ranker.save(tmp_path)
    back = TreeRanker.load(tmp_path)
    features = examples()[0]
    np.testing.assert_allclose(back.score(features), ranker.score(features), atol=1e-6)
    assert (back.names, back.config) == (ranker.names, ranker.config)


@pytest.mark.parametrize("broken", ["missing", "no manifest", "half", "of another fit", "no json"])
def test_load_when_a_fit_was_killed_then_never_half_a_model(
    ranker: TreeRanker, tmp_path: Path, broken: str
) -> None:
    if broken != "missing":
        ranker.save(tmp_path)
    if broken == "no manifest":
        (tmp_path / MANIFEST).unlink()
    if broken == "half":
        text = (tmp_path / MODEL).read_text()
        (tmp_path / MODEL).write_text(text[: len(text) // 2])
    if broken == "of another fit":
        (tmp_path / MODEL).write_text((tmp_path / MODEL).read_text() + "\n")
    if broken == "no json":
        (tmp_path / MANIFEST).write_text("{")
    with pytest.raises(BadData, match="rank fit"):
        TreeRanker.load(tmp_path)


def test_fit_when_examples_teach_nothing_then_says_so() -> None:
    features, bought, question = examples()
    with pytest.raises(ValueError, match="nothing was bought"):
        TreeRanker.fit(features, ~bought & False, question, NAMES, CONFIG)
    with pytest.raises(ValueError, match="ascending"):
        TreeRanker.fit(features, bought, question[::-1], NAMES, CONFIG)
