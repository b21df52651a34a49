from __future__ import annotations

import numpy as np
import pytest

from eval.baselines.bm25 import HistoryText, TitleIndex
from eval.baselines.chance import Chance
from eval.baselines.dense import Dense
from eval.baselines.gp_topfreq import GpTopFreq
from eval.baselines.interface import Baseline
from eval.baselines.mixture import Mixture, shares_of
from eval.baselines.popularity import Popularity
from eval.baselines.tuned import TunedEase, TunedItemKnn, TunedUserKnn
from eval.datasets.split import Split
from eval.ranking import Among, Table, rank
from index.collaborative.histories import Floats
from tests.eval import shop

ANY = Table("all", Among.ANY, "")


def texts() -> Floats:
    """Unit vectors of the items: the ghost reads like all others."""
    vectors = np.random.default_rng(5).random((len(shop.ITEMS), 4), dtype=np.float32)
    vectors[shop.ITEMS.index("ghost")] = vectors.mean(axis=0)
    found: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return found


def baselines(split: Split) -> list[Baseline]:
    return [
        Chance(seed=3),
        Popularity(),
        GpTopFreq(),
        TunedItemKnn(split.tuning, ANY),
        TunedEase(split.tuning, ANY),
        HistoryText(split.titles),
        TunedUserKnn(split.tuning, ANY),
        Dense(texts, split.tuning, ANY),
        Mixture(
            [TunedItemKnn(split.tuning, ANY), TunedUserKnn(split.tuning, ANY)], split.tuning, ANY
        ),
    ]


NAMES = [b.name for b in baselines(shop.split())]


@pytest.fixture(params=range(len(NAMES)), ids=NAMES)
def fitted(request: pytest.FixtureRequest) -> Baseline:
    split = shop.split()
    baseline: Baseline = baselines(split)[request.param]
    baseline.fit(split.test.train)
    return baseline


def test_baseline_when_scored_then_finite_or_never_for_all_items(fitted: Baseline) -> None:
    scores = fitted.score(shop.split().test.questions.histories)
    assert scores.shape == (5, len(shop.ITEMS))
    assert scores.dtype == np.float32
    assert not np.isnan(scores).any()
    assert (scores < np.inf).all()


def test_baseline_when_item_is_in_no_lesson_then_never_scored(fitted: Baseline) -> None:
    scores = fitted.score(shop.split().test.questions.histories)
    assert np.isneginf(scores[:, shop.ITEMS.index("ghost")]).all()


def test_baseline_when_a_case_is_alone_then_same_scores(fitted: Baseline) -> None:
    past = shop.split().test.questions.histories
    together = fitted.score(past)
    for row in range(past.shape[0]):
        np.testing.assert_allclose(fitted.score(past.take([row]))[0], together[row], rtol=1e-6)


@pytest.mark.parametrize("which", range(len(NAMES)), ids=NAMES)
@pytest.mark.parametrize("among", list(Among))
def test_baseline_when_item_is_planted_after_the_cut_then_never_surfaces(
    which: int, among: Among
) -> None:
    """Everybody buys the ghost in the last visit, which is the test: nothing may know of it."""
    planted = {
        shopper: [*baskets[:-1], baskets[-1] + "g"]
        for shopper, baskets in shop.VISITS.items()
        if len(baskets) > 1
    }
    split = shop.split(planted)
    baseline = baselines(split)[which]
    baseline.fit(split.test.train)
    questions = split.test.questions
    assert all(shop.ITEMS.index("ghost") in targets for targets in questions.targets)
    scores = baseline.score(questions.histories)
    for answer in rank(scores, questions, Table("", among, ""), k=len(shop.ITEMS)):
        assert "ghost" not in answer.picks


def test_leakage_guard_when_the_test_is_learned_from_then_it_would_notice() -> None:
    everything = shop.histories({**shop.VISITS, "ann": ["ab", "abg"]})
    leaking = Popularity()
    leaking.fit(everything)
    scores = leaking.score(shop.split().test.questions.histories)
    assert not np.isneginf(scores[:, shop.ITEMS.index("ghost")]).any()


def test_popularity_when_fitted_then_counts_purchases_before_the_cut() -> None:
    split = shop.split()
    baseline = Popularity()
    baseline.fit(split.test.train)
    row = baseline.score(split.test.questions.histories)[0]
    assert row[shop.ITEMS.index("apple")] == 3 + 1 + 1  # ann, bob, eve; fay's visit is her last
    assert row[shop.ITEMS.index("honey")] == -np.inf


def test_gp_topfreq_when_counts_tie_then_popularity_orders_and_fills() -> None:
    split = shop.split()
    baseline = GpTopFreq()
    baseline.fit(split.test.train)
    questions = split.test.questions
    (ann, *_) = rank(baseline.score(questions.histories), questions, ANY, k=5)
    assert ann.picks[:3] == ("apple", "bread", "cheese")
    assert ann.picks[3] == "dates"


def test_chance_when_seeds_differ_then_so_do_lists() -> None:
    split = shop.split()
    tables = []
    for seed in (1, 1, 2):
        baseline = Chance(seed)
        baseline.fit(split.test.train)
        tables.append(baseline.score(split.test.questions.histories))
    assert np.array_equal(tables[0], tables[1])
    assert not np.array_equal(tables[0], tables[2])


def test_tuned_when_fitted_then_says_what_was_chosen() -> None:
    split = shop.split()
    for baseline in (TunedItemKnn(split.tuning, ANY), TunedEase(split.tuning, ANY)):
        assert baseline.chosen == ""
        baseline.fit(split.test.train)
        assert "validation NDCG@10" in baseline.chosen


def test_shares_when_taken_then_sum_to_one_and_nothing_below_zero() -> None:
    scores = np.array([[3, 1, -np.inf, -2], [-np.inf] * 4], dtype=np.float32)
    assert shares_of(scores).tolist() == [[0.75, 0.25, 0, 0], [0, 0, 0, 0]]


def test_mixture_when_one_source_knows_nothing_then_it_weighs_nothing() -> None:
    split = shop.split()
    mixture = Mixture([TunedItemKnn(split.tuning, ANY), Chance(1)], split.tuning, ANY)
    mixture.fit(split.test.train)
    assert mixture.chosen.startswith("shelftalk: item-knn 1, random ")
    row = mixture.score(split.test.questions.histories)[0]
    assert np.isneginf(row[shop.ITEMS.index("ghost")])


def test_tuned_when_fitted_again_then_chosen_once() -> None:
    split = shop.split()
    baseline = TunedItemKnn(split.tuning, ANY)
    baseline.fit(split.tuning.train)
    chosen = baseline.chosen
    baseline.fit(split.test.train)
    assert baseline.chosen == chosen
    assert baseline._model.items == split.test.train.items


def test_title_index_when_words_are_operators_then_only_words() -> None:
    index = TitleIndex([(0, "nuts AND bolts"), (1, "steel bolt"), (2, "paint")])
    assert [n for n, _ in index.query('bolts" OR NEAR(', 5)] == [1, 0]
    assert index.query("?!", 5) == []
    assert len(index.query("bolt", 1)) == 1


@pytest.mark.parametrize(
    ("among", "targets"),
    [(Among.ANY, {"dates", "honey"}), (Among.NOVEL, {"honey"}), (Among.REPEAT, {"dates"})],
)
def test_rank_when_cut_to_a_table_then_candidates_and_targets_are(
    among: Among, targets: set[str]
) -> None:
    questions = shop.split().test.questions
    cid = questions.take([2])
    scores = np.arange(len(shop.ITEMS), dtype=np.float32)[None, :]
    (answer,) = rank(scores, cid, Table("", among, ""), k=3)
    assert answer.targets == targets
    assert answer.bought == {"dates", "eggs", "flour"}
    expected = {
        Among.ANY: ("honey", "ghost", "flour"),
        Among.NOVEL: ("honey", "ghost", "cheese"),
        Among.REPEAT: ("flour", "eggs", "dates"),
    }
    assert answer.picks == expected[among]


def test_rank_when_nothing_counts_in_a_table_then_no_case() -> None:
    ann = shop.split().test.questions.take([0])
    scores = np.ones((1, len(shop.ITEMS)), dtype=np.float32)
    assert list(rank(scores, ann, Table("", Among.NOVEL, ""), k=3)) == []
