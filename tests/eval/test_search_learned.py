"""Searching titles: the matrix, what is learned from queries, and that nothing else is."""

from __future__ import annotations

import doctest
from collections.abc import Sequence
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import eval.baselines.term_matrix
from assistant.rank_learned import TreesConfig
from eval.baselines.search_learned import LearnedSearch
from eval.baselines.search_pairs import SearchSources
from eval.baselines.term_matrix import TermMatrix, best
from eval.baselines.translation import Translation
from eval.datasets.files import Provenance
from eval.datasets.homedepot import SearchSet, untouched
from eval.datasets.vectors import embedded
from eval.protocol import Protocol
from eval.tasks.search import Search, ours
from index.interfaces import Vectors

TITLES = {
    "1": "Oak door with brass handle",
    "2": "Brass handle for cabinet",
    "3": "White lattice panel 2 x 4",
    "4": "Refrigerator 18 cu. ft. in white",
    "5": "Fridge magnet",
}


def test_term_matrix_when_documented_then_true() -> None:
    assert doctest.testmod(eval.baselines.term_matrix).failed == 0


def test_term_matrix_when_scored_then_bm25_by_hand() -> None:
    matrix = TermMatrix([["oak", "oak", "door"], ["door"]], k1=1.0, b=0.5)
    scores = matrix.score(matrix.weights(["oak", "unheard"]))
    idf = log(1 + (2 - 1 + 0.5) / (1 + 0.5))
    assert scores.tolist() == pytest.approx([idf * 2 * 2 / (2 + (0.5 + 0.5 * 3 / 2)), 0])
    assert matrix.having.toarray().tolist() == [[1, 1], [1, 0]]


def test_term_matrix_when_there_are_no_texts_then_no_scores() -> None:
    matrix = TermMatrix([], 1, 0.5)
    assert matrix.score(matrix.weights(["oak"])).tolist() == []


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0]), max_size=8), st.integers(0, 9))
def test_best_when_compared_with_sorting_then_equal(scores: list[float], k: int) -> None:
    expected = sorted(range(len(scores)), key=lambda n: (-scores[n], n))[:k]
    assert best(np.array(scores, dtype=np.float32), k).tolist() == expected


def test_translation_when_learned_then_share_times_lift() -> None:
    examples = [(["fridge"], [["refrigerator", "white"], ["refrigerator"]])] * 2
    share = {"refrigerator": 0.1, "white": 0.4}
    found = Translation.fit(examples, share).of(["fridge", "unheard"])
    believed = 2 / (2 + 2)
    assert found == {"refrigerator": pytest.approx(believed * log(believed / 0.1))}


def test_sources_when_a_word_is_misspelled_then_what_was_meant_is_a_candidate() -> None:
    sources = SearchSources(list(TITLES.values()))
    assert sources.meant("lattiace oak") == {"lattic": 0.7, "oak": 1.0}
    pairs = sources.pairs("lattiace", Translation({}))
    assert pairs.features.shape == (len(pairs.title), len(pairs.names))
    told = dict(zip(pairs.names, pairs.features[pairs.title.tolist().index(2)], strict=True))
    assert told["words_share"] == told["worth_found"] == told["first"] == 1
    assert told["words_rank"] == 0


@pytest.mark.parametrize("query", ["", "?!", "zzzz", "2x4 lattice"])
def test_sources_when_asked_anything_then_finite(query: str) -> None:
    pairs = SearchSources(list(TITLES.values())).pairs(query, Translation({}))
    assert np.isfinite(pairs.features).all()


class Letters:
    """An ``Encoder`` that counts vowels, and how often it was asked."""

    fingerprint = "letters"
    dimension = 5
    asked = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        Letters.asked += len(texts)
        counts = np.array([[t.count(v) + 0.1 for v in "aeiou"] for t in texts], dtype=np.float32)
        counts = counts.reshape(-1, 5)
        unit: Vectors = counts / np.linalg.norm(counts, axis=1, keepdims=True)
        return unit


def test_embedded_when_asked_again_then_from_the_cache(tmp_path: Path) -> None:
    Letters.asked = 0
    texts = ["oak", "elm"]
    once, again = (embedded(texts, Letters(), tmp_path) for _ in range(2))
    assert Letters.asked == 2
    np.testing.assert_array_equal(once, again)
    assert embedded(["ash"], Letters(), tmp_path).shape == (1, 5)
    assert embedded([], Letters(), tmp_path).shape == (0, 5)
    assert Letters.asked == 3


CONFIG = TreesConfig(objective="lambdarank", rounds=5, leaves=3, least=1, negatives=1.0)
LEARNABLE = {"door": frozenset({"1"}), "brass": frozenset({"2"}), "fridge": frozenset({"4"})}


def learned(relevant: dict[str, frozenset[str]], meaning: bool) -> LearnedSearch:
    encoder = Letters() if meaning else None
    vectors = encoder.encode([TITLES[i] for i in sorted(TITLES)]) if encoder else None
    found = LearnedSearch(TITLES, vectors, encoder, CONFIG)
    found.fit(relevant)
    return found


@pytest.mark.model
@pytest.mark.parametrize("meaning", [False, True])
def test_learned_search_when_fitted_then_answers_within_the_titles(meaning: bool) -> None:
    search = learned(LEARNABLE, meaning)
    found = search.answer("brass door", 3)
    assert len(found) == len(set(found)) == 3
    assert found[0] in {"1", "2"}
    assert set(search.answer("", 10)) <= set(TITLES)
    assert any(name.startswith("meaning") for name in search.ranker.names) == meaning


def task(planted: frozenset[str]) -> Search:
    """A task whose untouched query is said to be answered by ``planted``."""
    assert untouched("deck over")
    assert not any(untouched(query) for query in LEARNABLE)
    data = SearchSet(
        TITLES,
        {**LEARNABLE, "deck over": planted},
        Protocol("search", "all", "titles", len(TITLES)),
        Provenance("small", "ours", "0" * 64),
    )
    return Search(data, {"shelftalk": ours(data, CONFIG)}, frozenset({"shelftalk"}))


@pytest.mark.model
def test_search_when_the_answer_of_an_untouched_query_changes_then_no_list_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vectors = Letters().encode([TITLES[item] for item in sorted(TITLES)])
    monkeypatch.setattr("eval.tasks.search._meanings", lambda titles: (Letters(), vectors))
    lists = []
    for planted in (frozenset({"3"}), frozenset({"5"})):
        asked = task(planted)
        asked.prepare("shelftalk")
        rows = asked.answer("shelftalk", range(len(asked)))
        lists.append([row.picks for row in rows])
        assert [(row.table, row.case) for row in rows] == [("untouched", "deck over")]
    assert lists[0] == lists[1]


@pytest.mark.model
def test_search_when_the_answer_of_a_learned_query_changes_then_the_guard_would_notice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(LEARNABLE, "door", frozenset({"5"}))
    other = learned(LEARNABLE, meaning=False).answer("oak door", 5)
    monkeypatch.setitem(LEARNABLE, "door", frozenset({"1"}))
    assert learned(LEARNABLE, meaning=False).answer("oak door", 5) != other
